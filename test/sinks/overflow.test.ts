// Proves that what is given up is of the lowest severities, the oldest first, and no more than has to be.
import { expect, it } from 'vitest';
import { type GivenUp, isGivenUp, Overflow } from '../../src/sinks/overflow.ts';
import { SinkStore } from '../support/sinks.ts';

it('low severities first, then the oldest of the next', () => {
  const store = new SinkStore();
  for (const severity of ['high', 'low', 'medium', 'info', 'low', 'high', 'medium'] as const) {
    store.findings(2, { severity });
  }
  const overflow = new Overflow(store.beside.database, ['finding']);
  expect(overflow.waiting(0)).toBe(14);
  expect(overflow.givenUp(0, 14)).toBeNull();
  const some = overflow.givenUp(0, 9)!;
  expect(some).toMatchObject({ dropped: { info: 2, low: 3 }, count: 5, below: 'low' });
  const kept = (given: GivenUp) => {
    const lines = store.beside.database
      .prepare("SELECT seq, f.severity FROM log JOIN finding AS f ON f.id = record_id WHERE kind = 'finding'")
      .raw();
    return (lines.all() as [number, 'low'][])
      .filter(([seq, severity]) => !isGivenUp(given, seq, severity))
      .map((row) => row[1]);
  };
  expect(kept(some)).toEqual(['high', 'high', 'medium', 'medium', 'low', 'high', 'high', 'medium', 'medium']);
  expect(kept(overflow.givenUp(0, 1)!)).toEqual(['high']);
  // What comes later is not given up.
  expect(isGivenUp(some, some.lastSeq + 1, 'info')).toBe(false);
});
