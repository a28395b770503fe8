// Proves the generated list of sequences finds what PS3.6 calls SQ, and nothing else.
import { expect, test } from 'vitest';
import { isSequence, sequenceCount } from '../../../../src/protocols/dicom/tables/sequences.ts';

test('sequences of patient, order, report and private creator groups', () => {
  expect(sequenceCount).toBeGreaterThan(900);
  expect(isSequence(0x0010, 0x1002)).toBe(true);
  expect(isSequence(0x0040, 0x0275)).toBe(true);
  expect(isSequence(0x0040, 0xa730)).toBe(true);
  expect(isSequence(0xfffa, 0xfffa)).toBe(true);
  expect(isSequence(0x0010, 0x0010)).toBe(false);
  expect(isSequence(0x7fe0, 0x0010)).toBe(false);
  expect(isSequence(0x0009, 0x1001)).toBe(false);
  expect(isSequence(0x0000, 0x0000)).toBe(false);
});
