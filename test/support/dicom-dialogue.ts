import type { DataSet, Fact, ShownAttribute, Side } from '../../src/model/facts.ts';
import { type Limits, limits } from '../../src/model/limits.ts';
import type { Account } from '../../src/protocols/account.ts';
import { DicomAnalyzer, type DicomOptions } from '../../src/protocols/dicom/analyzer.ts';
import { inChunks } from './chunks.ts';

/** One step of a dialogue: what a side sent, did not get through, or that it closed. Side 0 is the client here. */
export type Step =
  | readonly [side: Side, bytes: Uint8Array]
  | readonly [side: Side, gap: number]
  | readonly [side: Side, close: 'fin' | 'cut'];

export const client: Side = 0;
export const server: Side = 1;

export interface Heard {
  readonly facts: readonly Fact[];
  /** Bytes not understood, of the client and of the server. */
  readonly notParsed: readonly [number, number];
  readonly accounts: readonly [Account, Account];
}

export interface Hearing extends DicomOptions {
  /** Bytes given to the analyzer at a time; all of a step if left out. */
  readonly chunk?: number;
  readonly limits?: Partial<Limits>;
  readonly reveal?: boolean;
}

/** Reused between calls, as the engine's memory is: an analyzer that keeps a view sees it change. */
const memory = new Uint8Array(1 << 20);

/** What an analyzer says of a dialogue. A hash is its domain and the bytes, so that a test sees what was hashed. */
export function hear(steps: readonly Step[], hearing: Hearing = {}): Heard {
  const facts: Fact[] = [];
  const analyzer = new DicomAnalyzer(
    {
      emit: (fact) => facts.push({ ...fact }),
      hash: (domain, bytes, start, end) => `${domain}:${Buffer.from(bytes).toString('latin1', start, end)}`,
      limits: { ...limits, ...hearing.limits },
      reveal: hearing.reveal ?? false,
    },
    hearing,
  );
  for (const [side, what] of steps) {
    if (typeof what === 'number') analyzer.gap(side, what);
    else if (typeof what === 'string') analyzer.close(side, what);
    else {
      inChunks(what, hearing.chunk ?? Math.max(1, what.length), (bytes, start, end) => {
        memory.set(bytes.subarray(start, end), 3);
        analyzer.data(side, memory, 3, 3 + end - start);
        memory.fill(0xaa, 0, 3 + end - start);
      });
    }
  }
  const { accounts } = analyzer;
  return { facts, notParsed: [accounts[0].notParsed, accounts[1].notParsed], accounts };
}

/** The facts with each interim statement of a data set merged into its final one: what does not depend on segments. */
export function settled(facts: readonly Fact[]): Fact[] {
  const open = new Map<string, DataSet>();
  const result: Fact[] = [];
  for (const fact of facts) {
    if (fact.kind !== 'data-set') result.push(fact);
    else {
      const key = `${fact.side} ${fact.contextId}`;
      const before = open.get(key);
      const merged = { ...fact, shown: mergeShown(before?.shown ?? [], fact.shown) };
      if (fact.final) result.push(merged);
      if (fact.final) open.delete(key);
      else open.set(key, merged);
    }
  }
  if (open.size > 0) throw new Error('a data set was stated and never finished');
  return result;
}

function mergeShown(one: readonly ShownAttribute[], other: readonly ShownAttribute[]): ShownAttribute[] {
  const counts = new Map<number, number>();
  for (const { attribute, count } of [...one, ...other]) counts.set(attribute, (counts.get(attribute) ?? 0) + count);
  return [...counts].sort(([a], [b]) => a - b).map(([attribute, count]) => ({ attribute, count, value: null }));
}

/** A fact in few words, for lists that a person can read. */
export function brief(fact: Fact): string {
  switch (fact.kind) {
    case 'associate-request':
      return `${fact.side} associate-request ${fact.callingAe} ${fact.calledAe}`;
    case 'associate-reject':
      return `${fact.side} associate-reject ${fact.result} ${fact.source} ${fact.reason}`;
    case 'abort':
      return `${fact.side} abort ${fact.source} ${fact.reason}`;
    case 'command':
      return `${fact.side} command ${fact.contextId} 0x${fact.field.toString(16).padStart(4, '0')}`;
    case 'data-set': {
      const end = fact.final ? (fact.incomplete ?? 'whole') : 'interim';
      return `${fact.side} data-set ${fact.contextId} ${end} ${fact.bytes}${fact.missed > 0 ? ` missed ${fact.missed}` : ''}`;
    }
    case 'data-set-skipped':
      return `${fact.side} data-set-skipped ${fact.contextId} ${fact.bytes}`;
    case 'malformed':
      return `${fact.side} malformed ${fact.field} at ${fact.offset}: ${fact.reason}`;
    case 'lost-step':
      return `${fact.side} lost-step ${fact.offset} ${fact.bytes}`;
    default:
      return `${fact.side} ${fact.kind}`;
  }
}
