import type { HeldBack } from '../detections/held-back.ts';
import { type Judgement, joined, judgementOfAll, saysAnything } from '../detections/judge.ts';
import { Watches } from '../detections/watches.ts';
import type { Occasion } from '../ledger/changes.ts';
import { otherRecord } from '../ledger/connection.ts';
import { connectionOver, DicomPorts } from '../ledger/dicom-ports.ts';
import type { Event } from '../ledger/events.ts';
import { Ledger } from '../ledger/ledger.ts';
import type { Stamp } from '../ledger/stamp.ts';
import { Standings } from '../ledger/standings.ts';
import type { Fact } from '../model/facts.ts';
import type { History } from '../model/history.ts';
import type { Limits } from '../model/limits.ts';
import type { ConnectionRecord, Count, Micros, RecordBatch } from '../model/records.ts';
import type { Policy } from '../policy/policy.ts';
import { PolicyInForce } from '../policy/policy-in-force.ts';
import type { Ended } from '../tcp/consumer.ts';
import type { Seen } from './statements.ts';

export interface RegistrarOptions {
  readonly policy: Policy;
  /** Another policy, by which the same is judged too (`Judged.compared`): its findings are no records. */
  readonly compare?: Policy | undefined;
  readonly history: History;
  readonly limits: Limits;
  /** Records that changed. */
  readonly write: (batch: RecordBatch, judged: Judged) => void;
  /** Every TCP connection, when it ends. */
  readonly connection?: ((record: ConnectionRecord) => void) | undefined;
  /** Time and packet of what is being stated. */
  readonly at: Seen['at'];
}

/** What judging a batch gave beside its findings. */
export interface Judged {
  readonly heldBack: readonly HeldBack[];
  /** Of the same associations under the policy to compare with. */
  readonly compared: Judgement | null;
}

/**
 * The second half of the engine: what was stated of connections → records and findings. All that crosses connections is
 * here. Before each statement the connection's row of `standings` says how it stands.
 */
export class Registrar {
  readonly standings = new Standings();
  private readonly options: RegistrarOptions;
  private readonly inForce: PolicyInForce;
  private readonly ledger: Ledger;
  private readonly watches: Watches;
  private readonly watchesCompared: Watches | null;
  private readonly dicomPorts = new DicomPorts();
  private readonly captures: string[] = [];
  private stamped: Stamp = { micros: 0, capture: '', frame: 0 };

  constructor(options: RegistrarOptions) {
    const { policy, compare, history, limits } = options;
    this.options = options;
    this.inForce = new PolicyInForce(policy);
    this.watches = new Watches(this.inForce, history);
    this.watchesCompared = compare === undefined ? null : new Watches(compare, history);
    this.ledger = new Ledger({
      slots: this.standings,
      limits,
      history,
      captures: this.captures,
      stamp: this.stamp,
      path: (row) => this.standings.paths[row],
      configuredListener: (address, port) => this.inForce.isDicomListener(address, port),
      judgedBy: () => this.inForce.current,
      observe: (event) => this.observe(event),
    });
  }

  /** A new input, `capture` its id: its number. */
  input(capture: string): number {
    return this.captures.push(capture) - 1;
  }

  /** Another policy from here on: an association is judged by the one that was in force at its request. */
  usePolicy(policy: Policy): void {
    this.inForce.current = policy;
  }

  begun(row: number, protocol: string, why: string): void {
    this.ledger.begin(row, protocol, why);
  }

  fact(row: number, fact: Fact): void {
    this.ledger.fact(row, fact);
  }

  failed(row: number): void {
    this.ledger.failed(row);
  }

  interrupted(row: number): void {
    this.ledger.interrupted(row);
  }

  /** Whether the end of a connection matters of which nothing else was stated; its two ports. */
  concerns(port: number, otherPort: number): boolean {
    return this.options.connection !== undefined || this.dicomPorts.has(port) || this.dicomPorts.has(otherPort);
  }

  ended(row: number, how: Ended, protocol: string, why: string): void {
    const { standings, captures } = this;
    const minded = protocol !== 'dicom' && this.dicomPorts.concern(standings, row);
    const asked = minded || this.options.connection !== undefined;
    const keeps = minded && this.ledger.keeps(row);
    const kept = this.ledger.ended(row, how, asked);
    if (!asked) return;
    const record = kept ?? otherRecord(standings, row, standings.paths[row], { ended: how, protocol, why, captures });
    this.options.connection?.(record);
    if (minded && this.dicomPorts.has(record.serverPort))
      this.observe(connectionOver(standings, row, record, why, keeps));
  }

  /** So many changes wait that records are to be written. */
  get due(): boolean {
    return this.ledger.pending >= this.options.limits.changesPerBatch;
  }

  /**
   * Records that changed, judged, are written; those of open associations only if they are due at packet time `now`.
   */
  flush(on: Occasion, now: Micros): void {
    const { compare } = this.options;
    const watched = this.watches.drain();
    const watchedCompared = this.watchesCompared?.drain();
    const raised = saysAnything(watched) || (watchedCompared !== undefined && saysAnything(watchedCompared));
    // What hangs on a connection never comes before it.
    const { batch, subjects, judgedBy } = this.ledger.drain(on === 'full' && raised ? 'asked' : on, now);
    for (const connection of watched.connections) batch.connections.push(connection);
    if (batch.connections.length === 0 && !raised) return;
    const { findings, heldBack } = joined(judgementOfAll(subjects, judgedBy as Policy[]), watched);
    for (const finding of findings) batch.findings.push(finding);
    const compared =
      compare === undefined || watchedCompared === undefined
        ? null
        : joined(
            judgementOfAll(
              subjects,
              subjects.map(() => compare),
            ),
            watchedCompared,
          );
    this.options.write(batch, { heldBack, compared });
  }

  get totals(): { associations: number; operations: number; patients: Count; studies: Count } {
    const { associations, operations, patientCount: patients, studyCount: studies } = this.ledger;
    return { associations, operations, patients, studies };
  }

  private observe(event: Event): void {
    if (event.kind === 'association-accepted') this.dicomPorts.add(event.of.serverPort);
    this.watches.observe(event);
    this.watchesCompared?.observe(event);
  }

  private readonly stamp = (): Stamp => {
    const { seconds, nanos, input, frame } = this.options.at;
    const micros = seconds * 1e6 + Math.floor(nanos / 1000);
    const capture = this.captures[input];
    const last = this.stamped;
    if (last.frame !== frame || last.capture !== capture || last.micros !== micros) {
      this.stamped = { micros, capture, frame };
    }
    return this.stamped;
  };
}
