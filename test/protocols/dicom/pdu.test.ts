// A PDU header is judged by its type and length.
import { expect, test } from 'vitest';
import { headerFault, isKnown } from '../../../src/protocols/dicom/pdu.ts';

test('the seven types of PS3.8 are known, and no other', () => {
  const known = Array.from({ length: 256 }, (_, type) => type).filter(isKnown);
  expect(known).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test('each type has its least length', () => {
  const least = { 1: 68, 2: 68, 3: 4, 4: 6, 5: 4, 6: 4, 7: 4 };
  for (const [type, length] of Object.entries(least)) {
    expect(headerFault(Number(type), length, 1000), type).toBeNull();
    expect(headerFault(Number(type), length - 1, 1000), type).toMatch(/too short/);
  }
});

test('those that are kept whole have a greatest length; data has none', () => {
  for (const type of [1, 2, 3, 5, 6, 7]) expect(headerFault(type, 1001, 1000)).toMatch(/too long/);
  expect(headerFault(4, 0xffffffff, 1000)).toBeNull();
});

test('an unknown type is said as such, whatever its length', () => {
  expect(headerFault(8, 0, 1000)).toBe('8 is unknown');
});
