import type { Event, EventKind } from '../ledger/events.ts';
import { caseId } from '../ledger/ids.ts';
import type { History } from '../model/history.ts';
import type { ConnectionRecord, FindingRecord } from '../model/records.ts';
import type { Policy, SeveritySetting } from '../policy/policy.ts';
import { catalogue } from './catalogue.ts';
import type { Case, Correlation } from './detection.ts';
import type { HeldBack } from './held-back.ts';
import { holdingOf, type Judgement } from './judge.ts';

/** Every correlation of the catalogue, watching one run. */
export class Watches {
  private readonly policy: Policy;
  private readonly byKind = new Map<EventKind, ((event: Event) => void)[]>();
  /** Cases that were raised and not yet handed on. */
  private readonly raised = new Map<Case, Correlation>();

  constructor(policy: Policy, history: History, correlations: readonly Correlation[] = correlationsOfCatalogue) {
    this.policy = policy;
    for (const correlation of correlations) {
      const observe = correlation.watch({
        policy,
        history,
        raise: (one) => this.raised.set(one, correlation),
      });
      for (const kind of correlation.observes) {
        const observers = this.byKind.get(kind);
        if (observers === undefined) this.byKind.set(kind, [observe]);
        else observers.push(observe);
      }
    }
  }

  observe(event: Event): void {
    const observers = this.byKind.get(event.kind);
    if (observers === undefined) return;
    for (const observe of observers) observe(event);
  }

  /**
   * Findings raised or changed since the last call, in the order in which they were, and connections to be kept with
   * them.
   */
  drain(): Judgement & { readonly connections: readonly ConnectionRecord[] } {
    const findings: FindingRecord[] = [];
    const heldBack: HeldBack[] = [];
    const connections: ConnectionRecord[] = [];
    for (const [one, correlation] of this.raised) {
      const { slug } = correlation;
      const { of, at } = one;
      const setting = this.policy.severity(slug);
      const holding = holdingOf(slug, setting, of, at.micros, this.policy);
      if (holding === null) findings.push(finding(one, correlation, setting));
      else {
        const findingId = caseId(slug, JSON.stringify(one.key), one.window);
        heldBack.push({ ...holding, findingId, detection: slug, associationId: null, connectionId: of.connectionId });
      }
      if (one.connection !== undefined) connections.push(one.connection);
    }
    this.raised.clear();
    return { findings, heldBack, connections };
  }
}

function finding(one: Case, { slug, references }: Correlation, setting: SeveritySetting | null): FindingRecord {
  const { of, at, partial, events } = one;
  const { severity, summary, next, evidence } = one.tell();
  const key = JSON.stringify(one.key);
  return {
    id: caseId(slug, key, one.window),
    detection: slug,
    severity: setting === null || setting === 'off' ? severity : setting,
    time: at.micros,
    summary: partial ? `${summary} Seen only in part: true numbers may be higher.` : summary,
    clientAddress: of.clientAddress,
    clientPort: of.clientPort,
    serverAddress: of.serverAddress,
    serverPort: of.serverPort,
    callingAe: of.callingAe,
    calledAe: of.calledAe,
    associationId: null,
    connectionId: of.connectionId,
    key,
    evidence: { ...evidence, events, next },
    references: [...references],
    capture: at.capture,
    frame: at.frame,
    partial,
    withdrawn: false,
  };
}

const correlationsOfCatalogue: readonly Correlation[] = catalogue.filter((each) => 'watch' in each);
