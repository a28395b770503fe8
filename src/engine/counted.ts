import { type Count, type LossCause, type Losses, lossCauses, type StreamBytes } from '../model/records.ts';
import type { Held } from './dissector.ts';
import type { Counted } from './far-dissector.ts';

export interface Totals {
  packets: number;
  bytes: number;
  connections: number;
  associations: number;
  operations: number;
  patients: Count;
  studies: Count;
}

/**
 * What several dissectors counted together. What is no connection's the first alone counts; the number of packets is
 * everybody's.
 */
export function together(all: readonly Counted[]): Counted {
  const [first] = all;
  return {
    packets: first.packets,
    bytes: first.bytes,
    connections: sum(all.map(({ connections }) => connections)),
    protocols: summedMaps(all.map(({ protocols }) => protocols)),
    streamBytes: summed(all.map(({ streamBytes }) => streamBytes)),
    held: {
      ...summed<Held>(all.map(({ held }) => held)),
      fragmentDatagrams: first.held.fragmentDatagrams,
      fragmentBytes: first.held.fragmentBytes,
    },
    losses: summedLosses(all.map(({ losses }) => losses)),
    linkTypes: first.linkTypes,
    encapsulations: first.encapsulations,
  };
}

export function summedLosses(all: readonly Losses[]): Losses {
  const losses: Losses = {};
  for (const cause of lossCauses) {
    const each = all.flatMap((one) => one[cause] ?? []);
    if (each.length === 0) continue;
    losses[cause satisfies LossCause] = {
      packets: sum(each.map(({ packets }) => packets)),
      bytes: sum(each.map(({ bytes }) => bytes)),
    };
  }
  return losses;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}

function summedMaps<K>(all: readonly ReadonlyMap<K, number>[]): Map<K, number> {
  const sums = new Map<K, number>();
  for (const one of all) for (const [key, count] of one) sums.set(key, (sums.get(key) ?? 0) + count);
  return sums;
}

/** Numbers by name, and below that again. */
function summed<T extends Held | StreamBytes | StreamBytes['identified']>(all: readonly T[]): T {
  const names = Object.keys(all[0]) as (keyof T)[];
  const sumOf = (name: keyof T): unknown => {
    const each = all.map((one) => one[name]);
    return typeof each[0] === 'number' ? sum(each as number[]) : summed(each as StreamBytes['identified'][]);
  };
  return Object.fromEntries(names.map((name) => [name, sumOf(name)])) as unknown as T;
}

/** What a dissector has counted that has seen nothing. */
export const nothingCounted: Counted = {
  packets: 0,
  bytes: 0,
  connections: 0,
  protocols: new Map(),
  streamBytes: {
    ...{ segments: 0, summed: 0, covered: 0, missed: 0, unseen: 0 },
    identified: {
      ...{ covered: 0, missed: 0, truncated: 0, headers: 0, kept: 0, scanned: 0, skipped: 0 },
      ...{ lostStep: 0, malformed: 0, givenUp: 0, notBegun: 0, notScanned: 0, bug: 0 },
    },
  },
  held: {
    ...{ connections: 0, fragmentDatagrams: 0, fragmentBytes: 0, reorderBytes: 0, identifyBytes: 0 },
    ...{ pduBytes: 0, identifiedConnections: 0 },
  },
  losses: {},
  linkTypes: new Map(),
  encapsulations: new Map(),
};
