// Proves that sequence numbers wrap (RFC 9293 section 3.4).
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { advance, distance } from '../../src/tcp/sequence.ts';

const number = fc.integer({ min: 0, max: 0xffffffff });

it('distance is right up to half the space, in both directions and over the wrap', () => {
  const run = fc.property(number, fc.integer({ min: -0x80000000, max: 0x7fffffff }), (a, by) => {
    const b = Number(BigInt.asIntN(32, BigInt(a) + BigInt(by)));
    expect(advance(a, by)).toBe(b);
    expect(distance(b, a)).toBe(by);
  });
  fc.assert(run, { seed: 16 });
});

it.each([
  [0, 0xffffffff, 1],
  [0xffffffff, 0, -1],
  [0x80000000, 0, -0x80000000],
  [5, 5, 0],
])('from %i to %i', (a, b, expected) => {
  expect(distance(a, b)).toBe(expected);
});
