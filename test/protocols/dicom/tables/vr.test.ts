// Proves each VR of PS3.5 section 6.2 has the length form of section 7.1.2, and nonsense is told from new ones.
import { expect, test } from 'vitest';
import * as vr from '../../../../src/protocols/dicom/tables/vr.ts';

const form = (letters: string): number => vr.vrForm(letters.charCodeAt(0), letters.charCodeAt(1));

test.each([
  ['AE', vr.VR_SHORT],
  ['UI', vr.VR_SHORT],
  ['UT', vr.VR_LONG],
  ['SV', vr.VR_LONG],
  ['OB', vr.VR_FRAGMENTS],
  ['OW', vr.VR_FRAGMENTS],
  ['SQ', vr.VR_SEQUENCE],
  ['UN', vr.VR_UNKNOWN],
  ['ZZ', vr.VR_NEW],
  ['OX', vr.VR_NEW],
  ['ui', vr.VR_NONSENSE],
  ['U?', vr.VR_NONSENSE],
  ['?U', vr.VR_NONSENSE],
  ['A[', vr.VR_NONSENSE],
  ['\0\0', vr.VR_NONSENSE],
])('%s', (letters, expected) => {
  expect(form(letters)).toBe(expected);
});

test('34 VRs', () => {
  let known = 0;
  for (let first = 0; first < 256; first++)
    for (let second = 0; second < 256; second++) if (vr.isVr(first, second)) known++;
  expect(known).toBe(34);
});
