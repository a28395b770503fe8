// Proves that the books of a capture balance: what came to an engine is here, lost at a place, or on its way.
import { describe, expect, it } from 'vitest';
import { SectionTally } from '../../../src/capture/live/section-tally.ts';
import type { InterfaceStatistics } from '../../../src/capture/pcapng.ts';

const numbers = (accepted: number | null, systemDropped: number, delivered: number, interfaceDropped = 0) =>
  ({
    comment: null,
    received: null,
    interfaceDropped,
    accepted,
    systemDropped,
    delivered,
  }) satisfies InterfaceStatistics;

function begun(first = numbers(0, 0, 0)): SectionTally {
  const tally = new SectionTally();
  tally.begin();
  expect(tally.take(first)).toEqual([]);
  return tally;
}

describe('a section', () => {
  it('received is what the engine says, and never less than what came', () => {
    const tally = begun();
    tally.packets = 5;
    expect(tally.received).toBe(5);
    tally.take(numbers(9, 2, 5));
    expect(tally.received).toBe(9);
    tally.packets = 20;
    expect(tally.received).toBe(22);
  });

  it('each drop is told once, at its place', () => {
    const tally = begun();
    expect(tally.take(numbers(10, 4, 0, 2))).toEqual([
      ['kernel', 4],
      ['interface', 2],
    ]);
    expect(tally.take(numbers(10, 4, 0, 2))).toEqual([]);
    expect(tally.take(numbers(12, 5, 0, 2))).toEqual([['kernel', 1]]);
    expect(tally.drops).toEqual({ kernel: 5, interface: 2 });
  });

  it('what its writer counted and did not come was lost between', () => {
    const tally = begun();
    tally.packets = 8;
    expect(tally.take(numbers(10, 0, 10))).toEqual([['helper', 2]]);
    expect(tally.received).toBe(10);
  });

  it('what an engine took along was lost with it; its end was not asked for', () => {
    const tally = begun();
    tally.packets = 8;
    tally.take(numbers(15, 3, 8));
    expect(tally.end(false)).toEqual([['helper', 4]]);
    expect(tally.received).toBe(15);
    expect(tally.packets + tally.drops['kernel'] + tally.drops['helper']).toBe(15);
  });

  it('what came after an end was asked for is none of ours', () => {
    const tally = begun();
    tally.packets = 8;
    tally.take(numbers(15, 3, 8));
    expect(tally.end(true)).toEqual([]);
    expect(tally.received).toBe(11);
  });

  it('an engine that says nothing leaves it open', () => {
    const tally = begun(numbers(null, 0, 0));
    tally.packets = 8;
    tally.take(numbers(null, 0, 8));
    expect(tally.received).toBeNull();
    expect(tally.end(false)).toEqual([]);
    expect(tally.received).toBeNull();
  });
});

it('sections add up', () => {
  const tally = begun();
  tally.packets = 10;
  tally.take(numbers(12, 2, 10));
  tally.end(false);
  tally.begin();
  tally.take(numbers(0, 0, 0));
  tally.packets = 15;
  tally.take(numbers(6, 1, 5));
  expect(tally.received).toBe(18);
  expect(tally.drops).toEqual({ kernel: 3 });
});

it('numbers outside a section are nobody’s', () => {
  const tally = new SectionTally();
  expect(tally.take(numbers(5, 5, 5))).toEqual([]);
  expect(tally.end(false)).toEqual([]);
  expect(tally.received).toBeNull();
});
