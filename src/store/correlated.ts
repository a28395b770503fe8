import type { FindingRecord } from '../model/records.ts';

/**
 * Whether a finding is of several associations: what it says depends on how much of them a run saw, not on its own
 * connection alone.
 */
export function isCorrelated({ associationId }: Pick<FindingRecord, 'associationId'>): boolean {
  return associationId === null;
}

/**
 * Whether `a` is to stand and not `b`, of what two runs say of one id: it rests on more events; of as many, on whole
 * ones, or was proven earlier. Of equal ones the references decide, not the order of the runs.
 */
export function outweighs(a: FindingRecord, b: FindingRecord): boolean {
  const events = eventsOf(a) - eventsOf(b);
  if (events !== 0) return events > 0;
  if (a.partial !== b.partial) return b.partial;
  if (a.time !== b.time) return a.time < b.time;
  return referenceOf(a) < referenceOf(b);
}

function eventsOf({ evidence }: FindingRecord): number {
  const { events } = evidence;
  return typeof events === 'number' ? events : 0;
}

function referenceOf({ capture, frame }: FindingRecord): string {
  return `${capture} ${String(frame).padStart(10, '0')}`;
}

/**
 * Findings of several associations, as said last, until they may be written: while a store is filled they come again
 * and again.
 */
export class HeldFindings {
  readonly #held = new Map<string, FindingRecord>();

  /** Those of one association; the others are held. */
  withoutCorrelated(findings: readonly FindingRecord[]): readonly FindingRecord[] {
    if (!findings.some(isCorrelated)) return findings;
    for (const one of findings) if (isCorrelated(one)) this.#held.set(one.id, one);
    return findings.filter((one) => !isCorrelated(one));
  }

  take(): readonly FindingRecord[] {
    const held = [...this.#held.values()];
    this.#held.clear();
    return held;
  }
}
