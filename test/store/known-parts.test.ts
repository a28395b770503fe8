// Proves that equal parts of records are found to be one, whatever came between, and different ones never.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { KnownParts } from '../../src/store/known-parts.ts';

const kinds = ['text', 'boolean', 'json'] as const;
const columns = kinds.map((kind) => ({ kind }));

function partOf(known: KnownParts, values: readonly unknown[]) {
  known.begin();
  values.forEach((value, at) => {
    known.meet(at, value);
  });
  return known.part();
}

it('is the same for values that SQLite keeps alike', () => {
  const known = new KnownParts(columns);
  const first = partOf(known, ['a', true, { list: [], n: 1 }]);
  expect(first.values).toEqual(['a', 1, '{"list":[],"n":1}']);
  expect(partOf(known, ['a', true, { list: [], n: 1 }])).toBe(first);
  expect(partOf(known, ['b', true, [1]])).not.toBe(first);
  expect(partOf(known, ['a', true, { list: [], n: 1 }])).toBe(first);
});

it.each([
  [null, 'null'],
  [
    { a: 1, b: 2 },
    { b: 2, a: 1 },
  ],
  [{ a: [] }, { a: {} }],
  [[1], [1, 1]],
  [[[1]], [[2]]],
  [{ a: 1 }, { a: 1, b: undefined, c: 2 }],
])('tells %j from %j', (a, b) => {
  const known = new KnownParts(columns);
  // What comes again after what it came after before is compared first.
  for (const value of [a, b, a, a, b, b, a]) {
    expect(partOf(known, ['x', null, value]).values[2]).toBe(value === null ? null : partText(value));
  }
});

const partText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

it('agrees with comparing texts, in any order of records', () => {
  const value = fc.oneof(
    fc.constant(null),
    fc.array(fc.nat(2), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom('a', 'b'), fc.nat(2)),
  );
  const record = fc.tuple(fc.constantFrom('a', 'b', null), fc.constantFrom(true, false, null), value);
  fc.assert(
    fc.property(fc.array(record, { maxLength: 30 }), (records) => {
      const known = new KnownParts(columns);
      const texts = new Map<string, unknown>();
      for (const one of records) {
        const part = partOf(known, one);
        const text = JSON.stringify(one);
        expect(texts.get(text) ?? part).toBe(part);
        expect(part.values[2]).toBe(one[2] === null ? null : JSON.stringify(one[2]));
        texts.set(text, part);
      }
    }),
    { seed: 3, numRuns: 200 },
  );
});

it('is full before it takes much memory, and knows nothing when it has forgotten', () => {
  const known = new KnownParts(columns);
  const first = partOf(known, ['0', null, null]);
  for (let n = 1; !known.full; n++) partOf(known, [`${n}`, null, null]);
  expect(partOf(known, ['0', null, null])).toBe(first);
  known.forget();
  expect(known.full).toBe(false);
  expect(partOf(known, ['0', null, null])).not.toBe(first);
  for (let n = 0; n < 60; n++) partOf(known, ['x'.repeat(10_000) + n, null, null]);
  expect(known.full).toBe(true);
});

it('finds what began with the same text, whatever came before', () => {
  const known = new KnownParts(columns);
  const parts = new Map(['a', 'b', 'c', 'd'].map((text) => [text, partOf(known, [text, true, [text]])]));
  for (const text of ['c', 'a', 'd', 'd', 'b', 'a', 'c', 'b']) {
    expect(partOf(known, [text, true, [text]])).toBe(parts.get(text));
    const other = partOf(known, [text, false, [text]]);
    expect(other).not.toBe(parts.get(text));
    expect(other.values).toEqual([text, 0, `["${text}"]`]);
  }
});
