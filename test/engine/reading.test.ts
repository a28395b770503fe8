// Proves that a reader states facts of its own connection, and is given what all readers are.
import { expect, it } from 'vitest';
import { type AllReadings, Reading } from '../../src/engine/reading.ts';
import type { Fact } from '../../src/model/facts.ts';
import { limits } from '../../src/model/limits.ts';

it('states facts of its connection, whoever else reads', () => {
  const said: [row: number, slot: number, fact: Fact][] = [];
  const all: AllReadings = {
    hash: () => 'h',
    limits,
    reveal: true,
    budget: { bytesLeft: 5 },
    stated: ({ row, slot }, fact) => said.push([row, slot, fact]),
  };
  const [one, two] = [new Reading(all, 3, 40, 0, 0), new Reading(all, 4, 41, 1, 9)];
  const fact: Fact = { kind: 'release-request', side: 0 };
  two.emit(fact);
  one.emit(fact);
  expect(said).toEqual([
    [4, 41, fact],
    [3, 40, fact],
  ]);
  expect(one.budget).toBe(two.budget);
  expect([two.hash, two.limits, two.reveal, two.ordinal, two.since]).toEqual([all.hash, limits, true, 1, 9]);
});
