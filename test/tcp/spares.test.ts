// Proves that copies are copies, and that what was given back is used again, but never what somebody still reads.
import { expect, it } from 'vitest';
import { Spares } from '../../src/tcp/spares.ts';

const bytes = Uint8Array.from({ length: 4000 }, (_, i) => (i * 7) & 0xff);

it.each([0, 1, 1023, 1024, 1460, 1536, 1537, 4000])('a copy of %i bytes has them all', (length) => {
  const copy = new Spares().copy(bytes, 0, length);
  expect(copy.subarray(0, length)).toEqual(bytes.subarray(0, length));
  expect(copy.length).toBeLessThanOrEqual(1.5 * length);
});

it('room for a full segment is used again once it is given back', () => {
  const spares = new Spares();
  const [one, two] = [spares.copy(bytes, 0, 1460), spares.copy(bytes, 100, 1500)];
  expect(one).not.toBe(two);
  spares.giveBack(one);
  const three = spares.copy(bytes, 50, 1500);
  expect(three).toBe(one);
  expect(three.subarray(0, 1450)).toEqual(bytes.subarray(50, 1500));
  expect(two.subarray(0, 1400)).toEqual(bytes.subarray(100, 1500));
});

it('other sizes are not kept', () => {
  const spares = new Spares();
  const small = spares.copy(bytes, 0, 100);
  spares.giveBack(small);
  expect(spares.copy(bytes, 0, 100)).not.toBe(small);
});
