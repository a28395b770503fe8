// Numbers of rejections and aborts read as PS3.8 words them.
import { expect, test } from 'vitest';
import {
  abortReasonWords,
  abortSourceWords,
  rejectReasonWords,
  rejectResultWords,
  rejectSourceWords,
} from '../../../../src/protocols/dicom/tables/reasons.ts';

test('a rejection reads as PS3.8 table 9-21 has it: the reason depends on the source', () => {
  expect(rejectResultWords(1)).toBe('rejected permanently');
  expect(rejectSourceWords(3)).toContain('presentation');
  expect(rejectReasonWords(1, 7)).toBe('called AE title not recognised');
  expect(rejectReasonWords(1, 3)).toBe('calling AE title not recognised');
  expect(rejectReasonWords(2, 2)).toBe('protocol version not supported');
  expect(rejectReasonWords(3, 2)).toBe('local limit exceeded');
});

test('an abort has a reason only when the provider sends it', () => {
  expect(abortSourceWords(0)).toBe('service user');
  expect(abortReasonWords(0, 2)).toBeNull();
  expect(abortReasonWords(2, 2)).toBe('unexpected PDU');
});

test('numbers without words are shown as numbers', () => {
  expect(rejectReasonWords(1, 9)).toBe('reason 9');
  expect(rejectResultWords(0)).toBe('result 0');
  expect(abortSourceWords(9)).toBe('source 9');
  expect(abortReasonWords(2, 99)).toBe('reason 99');
});
