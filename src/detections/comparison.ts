import { ascending } from '../bytes/ascending.ts';
import { type FindingRecord, type RecordBatch, type Severity, severities } from '../model/records.ts';
import type { HeldBack, Holding } from './held-back.ts';
import type { Judgement } from './judge.ts';

/** Findings of one detection and key that another policy makes appear, vanish, or as grave as they were not. */
export interface Difference {
  readonly change: 'appears' | 'vanishes' | 'changes';
  readonly detection: string;
  /** Under the policy before; null where it raises none. */
  readonly before: Severity | null;
  /** Under the policy now. */
  readonly now: Severity | null;
  readonly count: number;
  /** The first of them, in words of the policy that raises it. */
  readonly finding: FindingRecord;
  /** What holds the first of them back under the other policy; null when it does not fire there. */
  readonly by: Holding | null;
}

/** Two judgements of the same associations, side by side: what each raises of them when nothing more can come. */
export class Comparison {
  /** Of associations that last, those that differ: by connection, then by association or finding. */
  private readonly lasting = new Map<string, Map<string, Sides>>();
  /**
   * Findings on several associations, by id: each side tells of them when it has more to say, so the last word stays.
   */
  private readonly correlated = new Map<string, Sides>();
  private readonly groups = new Map<string, Group>();
  private uncounted = 0;

  /** What a batch says now, and before: each association in it was judged anew by both. */
  note(batch: Pick<RecordBatch, 'connections' | 'associations'>, now: Judgement, before: Judgement): void {
    const judged = new Map<string, Sides>();
    for (const { id, connectionId } of batch.associations) judged.set(id, sidesOf(connectionId));
    const within = (one: { associationId: string | null; connectionId: string }, id: string): Sides => {
      const [sides, key] = one.associationId === null ? [this.correlated, id] : [judged, one.associationId];
      return remembered(sides, key, one.connectionId);
    };
    for (const [name, { findings, heldBack }] of [['now', now] as const, ['before', before] as const]) {
      for (const one of findings) within(one, one.id)[name].raised.set(one.id, one);
      for (const one of heldBack) within(one, one.findingId)[name].held.set(one.findingId, one);
    }
    for (const [subject, sides] of judged) this.keep(subject, sides);
    for (const { id, ended } of batch.connections) if (ended !== 'open') this.settle(id);
  }

  /**
   * To be asked once, at the end: the gravest first, then the most; and how many more findings differ, of kinds too
   * many to keep apart.
   */
  differences(): { differences: Difference[]; uncounted: number } {
    for (const id of [...this.lasting.keys()]) this.settle(id);
    for (const sides of this.correlated.values()) for (const one of differing(sides)) this.count(one);
    this.correlated.clear();
    return { differences: [...this.groups.values()].sort(compare), uncounted: this.uncounted };
  }

  private keep(subject: string, sides: Sides): void {
    let ofConnection = this.lasting.get(sides.connectionId);
    if (differing(sides).length === 0) {
      ofConnection?.delete(subject);
      return;
    }
    if (ofConnection === undefined) {
      ofConnection = new Map();
      this.lasting.set(sides.connectionId, ofConnection);
    }
    ofConnection.set(subject, sides);
  }

  /** Nothing more comes of a connection. */
  settle(connectionId: string): void {
    for (const sides of this.lasting.get(connectionId)?.values() ?? []) {
      for (const difference of differing(sides)) this.count(difference);
    }
    this.lasting.delete(connectionId);
  }

  private count(one: Difference): void {
    const { change, detection, before, now, finding } = one;
    const key = JSON.stringify([change, detection, before, now, finding.key]);
    const known = this.groups.get(key);
    if (known === undefined && this.groups.size >= GROUPS_MAX) this.uncounted++;
    else if (known === undefined) this.groups.set(key, { ...one });
    else {
      known.count++;
      if (isEarlier(finding, known.finding)) [known.finding, known.by] = [finding, one.by];
    }
  }
}

/** Kinds of differences kept apart. */
const GROUPS_MAX = 10_000;

interface Sides {
  readonly connectionId: string;
  readonly now: Side;
  readonly before: Side;
}

interface Side {
  readonly raised: Map<string, FindingRecord>;
  readonly held: Map<string, HeldBack>;
}

type Group = { -readonly [K in keyof Difference]: Difference[K] };

function sidesOf(connectionId: string): Sides {
  return {
    connectionId,
    now: { raised: new Map(), held: new Map() },
    before: { raised: new Map(), held: new Map() },
  };
}

function remembered(all: Map<string, Sides>, key: string, connectionId: string): Sides {
  const known = all.get(key) ?? sidesOf(connectionId);
  all.set(key, known);
  return known;
}

function differing({ now, before }: Sides): Difference[] {
  const differences: Difference[] = [];
  for (const [id, finding] of now.raised) {
    const { detection, severity } = finding;
    const other = before.raised.get(id);
    if (other?.severity === severity) continue;
    const change = other === undefined ? 'appears' : 'changes';
    const by = other === undefined ? holdingOf(before.held.get(id)) : null;
    differences.push({ change, detection, before: other?.severity ?? null, now: severity, count: 1, finding, by });
  }
  for (const [id, finding] of before.raised) {
    if (now.raised.has(id)) continue;
    const { detection, severity } = finding;
    const by = holdingOf(now.held.get(id));
    differences.push({ change: 'vanishes', detection, before: severity, now: null, count: 1, finding, by });
  }
  return differences;
}

function holdingOf(held: HeldBack | undefined): Holding | null {
  return held === undefined ? null : { by: held.by, index: held.index, until: held.until, reason: held.reason };
}

function isEarlier(a: FindingRecord, b: FindingRecord): boolean {
  return a.time < b.time || (a.time === b.time && a.id < b.id);
}

const CHANGES = ['appears', 'changes', 'vanishes'] as const;

function compare(a: Difference, b: Difference): number {
  return (
    CHANGES.indexOf(a.change) - CHANGES.indexOf(b.change) ||
    severities.indexOf(b.now ?? b.before ?? 'info') - severities.indexOf(a.now ?? a.before ?? 'info') ||
    b.count - a.count ||
    ascending(a.detection, b.detection) ||
    ascending(a.finding.key, b.finding.key) ||
    ascending(a.finding.id, b.finding.id)
  );
}
