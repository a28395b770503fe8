// Proves headers of every form are read as PS3.5 section 7.1 lays them out, and odd ones as documented.
import { expect, test } from 'vitest';
import {
  BIG_ENDIAN,
  ElementHeader,
  EXPLICIT,
  headerBytesOf,
  IMPLICIT,
} from '../../../src/protocols/dicom/element-header.ts';
import {
  VR_FRAGMENTS,
  VR_NEW,
  VR_NONSENSE,
  VR_SEQUENCE,
  VR_SHORT,
  VR_UNKNOWN,
} from '../../../src/protocols/dicom/tables/vr.ts';
import { hex } from '../../support/bytes.ts';

test.each([
  ['implicit', IMPLICIT, '1000 2000 04030201 00000000', 8, VR_SHORT, 0x00100020, 0x01020304, IMPLICIT],
  ['short form', EXPLICIT, '1000 2000 4c4f 0201 ffffffff', 8, VR_SHORT, 0x00100020, 0x0102, EXPLICIT],
  ['long form', EXPLICIT, '4200 1100 4f42 0000 04030201', 12, VR_FRAGMENTS, 0x00420011, 0x01020304, EXPLICIT],
  ['sequence', EXPLICIT, '0800 1011 5351 0000 ffffffff', 12, VR_SEQUENCE, 0x00081110, 0xffffffff, EXPLICIT],
  ['big endian, short', BIG_ENDIAN, '0010 0020 4c4f 0102 ffffffff', 8, VR_SHORT, 0x00100020, 0x0102, BIG_ENDIAN],
  ['big endian, long', BIG_ENDIAN, '7fe0 0010 554e 0000 01020304', 12, VR_UNKNOWN, 0x7fe00010, 0x01020304, BIG_ENDIAN],
  ['delimiter', EXPLICIT, 'feff 0de0 00000000 4c4f0000', 8, VR_SHORT, 0xfffee00d, 0, EXPLICIT],
  ['item, big endian', BIG_ENDIAN, 'fffe e000 00000008 4c4f0000', 8, VR_SHORT, 0xfffee000, 8, BIG_ENDIAN],
  ['a VR to come', EXPLICIT, '1000 2000 5a5a 0000 04030201', 12, VR_NEW, 0x00100020, 0x01020304, EXPLICIT],
  ['a printable nonsense VR', EXPLICIT, '1000 2000 3f3f 0400 ffffffff', 8, VR_NONSENSE, 0x00100020, 4, EXPLICIT],
  ['no VR at all', EXPLICIT, '1000 2000 0a000000 ffffffff', 8, VR_NONSENSE, 0x00100020, 10, IMPLICIT],
])('%s', (_, encoding, digits, bytes, form, tag, length, valueEncoding) => {
  const header = new ElementHeader();
  const all = hex(`ee ${digits}`);
  header.read(encoding, all, 1);
  expect(header).toMatchObject({ bytes, form, tag, length, encoding: valueEncoding });
  expect(headerBytesOf(encoding, all.subarray(1, 9))).toBe(bytes);
});
