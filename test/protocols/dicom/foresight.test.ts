// Proves that what is foreseen of bytes behind a hole is what comes out once the hole is filled: where the next value
// of the same data set begins.
import { expect, it } from 'vitest';
import type { ValueSink } from '../../../src/protocols/dicom/deframed.ts';
import { Foresight } from '../../../src/protocols/dicom/foresight.ts';
import { pData } from '../../support/pdu.ts';

/** A data set of which nothing is looked at from byte 100 to byte 5000. */
const values = (position: number): ValueSink => ({
  position,
  unneeded: 0,
  unneededFrom: (from) => (from < 100 ? 0 : Math.max(0, 5000 - from)),
  begin() {},
  bytes() {},
  passed() {},
  gap() {},
  end() {},
  hole() {},
});

const value = (bytes: number, more: { context?: number; command?: boolean; last?: boolean } = {}) =>
  pData([{ context: 1, last: false, ...more, bytes: new Uint8Array(bytes) }]);

/** In the first value of its PDU, of which 400 bytes are left, 100 of the data set came. */
const now = { position: 10_000, pduLeft: 400, valueLeft: 400, contextId: 1, control: 0 };

/** What is foreseen of a segment that begins where the value ends, with a header and the next value's first bytes. */
function after(segment: Uint8Array, offset = 10_400, taken = segment.length, foresight = new Foresight()): number {
  return foresight.after(now, values(100), segment, 0, taken, offset);
}

it('up to the last byte of the next value, or to what is looked at', () => {
  expect(after(value(1000), 10_400, 112)).toBe(899);
  expect(after(value(9000), 10_400, 112)).toBe(4400);
  expect(after(new Uint8Array(50), 10_100)).toBe(249);
});

it('on and on, whatever is missing within a value', () => {
  const foresight = new Foresight();
  expect(after(value(1000), 10_400, 20, foresight)).toBe(991);
  expect(after(new Uint8Array(50), 10_500, 50, foresight)).toBe(861);
  // A segment that lies before what is known says nothing, and spoils nothing.
  expect(after(new Uint8Array(50), 10_300, 50, foresight)).toBe(0);
  expect(after(value(300, { last: true }), 11_412, 100, foresight)).toBe(211);
  expect(after(new Uint8Array(400), 11_500, 400, foresight)).toBe(0);
});

it('nothing where the header is missing, cut or another than the next of the data set', () => {
  expect(after(value(1000), 10_401, 112)).toBe(0);
  expect(after(value(1000), 10_400, 11)).toBe(0);
  expect(after(value(1000, { context: 3 }))).toBe(0);
  expect(after(value(1000, { command: true }), 10_400, 112)).toBe(0);
  expect(after(Uint8Array.of(7, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0))).toBe(0);
  const longer = value(1000);
  longer[7] = 1;
  expect(after(longer, 10_400, 112)).toBe(0);
  const last = { ...now, control: 2 };
  expect(new Foresight().after(last, values(100), value(1000), 0, 112, 10_400)).toBe(0);
});

it('anew once the direction has gone on', () => {
  const foresight = new Foresight();
  expect(after(value(1000), 10_400, 112, foresight)).toBe(899);
  const later = { ...now, position: 10_900, pduLeft: 512, valueLeft: 512 };
  expect(foresight.after(later, values(600), value(700), 0, 20, 11_412)).toBe(691);
});
