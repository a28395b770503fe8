// Proves that remembered texts are those that would be made: never another's, whatever else was asked for between.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { KnownTexts } from '../../src/bytes/known-texts.ts';
import { ascii } from '../support/bytes.ts';

const latin1 = (bytes: Uint8Array, start: number, end: number) => Buffer.from(bytes).toString('latin1', start, end);

it('gives the text of just these bytes, in any order, with more of them than it has places', () => {
  const known = new KnownTexts(latin1);
  const numbers = Array.from({ length: 5000 }, (_, i) => (i * 7919) % 2500);
  for (const number of numbers) {
    const bytes = ascii(`..${number}..`);
    expect(known.of(bytes, 2, bytes.length - 2)).toBe(String(number));
  }
});

it('never takes one for another', () => {
  const known = new KnownTexts(latin1);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3 }), fc.uint8Array({ maxLength: 70 }), (few, many) => {
      for (const bytes of [few, many, few])
        expect(known.of(bytes, 0, bytes.length)).toBe(latin1(bytes, 0, bytes.length));
    }),
  );
});

it('makes a text once, and anew when another pushed it out; none of long ones is kept', () => {
  let made = 0;
  const known = new KnownTexts((bytes, start, end) => {
    made++;
    return latin1(bytes, start, end);
  });
  const one = ascii('1.2.840.10008.1.1');
  for (let i = 0; i < 3; i++) known.of(one, 0, one.length);
  expect(made).toBe(1);
  for (let i = 0; i < 100_000; i++) known.of(ascii(String(i)), 0, String(i).length);
  made = 0;
  known.of(one, 0, one.length);
  expect(made).toBe(1);
  const long = ascii('x'.repeat(100));
  for (let i = 0; i < 3; i++) known.of(long, 0, long.length);
  expect(made).toBe(4);
});

it('does not keep the memory it was given', () => {
  const known = new KnownTexts(latin1);
  const bytes = ascii('ARCHIVE');
  known.of(bytes, 0, bytes.length);
  bytes.fill(0x41);
  expect(known.of(bytes, 0, bytes.length)).toBe('AAAAAAA');
});
