// The beginning of a data set is told from a place in its middle.
import { describe, expect, test } from 'vitest';
import { startBytesMax, startsDataSet } from '../../../src/protocols/dicom/data-set-start.ts';
import { ascii, concat, u16, u16of, u32of } from '../../support/bytes.ts';
import { seeded } from '../../support/chunks.ts';
import {
  explicitDataSet,
  explicitElement,
  explicitLittle,
  implicitDataSet,
  implicitElement,
  implicitLittle,
  patientRows,
} from '../../support/pdu.ts';

const explicitBig = '1.2.840.10008.1.2.2';
const deflated = '1.2.840.10008.1.2.1.99';
const jpeg = '1.2.840.10008.1.2.4.70';
const starts = (bytes: Uint8Array, transferSyntax: string | null) =>
  startsDataSet(bytes, 0, Math.min(bytes.length, startBytesMax), transferSyntax);

const bigEndian = concat(
  u16(0x0008),
  u16(0x0005),
  ascii('CS'),
  u16(10),
  ascii('ISO_IR 100'),
  concat(u16(0x0008), u16(0x0016), ascii('UI'), u16(4), ascii('1.2\0')),
);

describe('the beginning of a data set', () => {
  const cases: readonly (readonly [string, Uint8Array, string | null])[] = [
    ['explicit', explicitDataSet(patientRows), explicitLittle],
    ['explicit, encapsulated', explicitDataSet(patientRows), jpeg],
    ['explicit, syntax unknown', explicitDataSet(patientRows), null],
    ['implicit', implicitDataSet(patientRows), implicitLittle],
    ['implicit, syntax unknown', implicitDataSet(patientRows), null],
    ['implicit, syntax private', implicitDataSet(patientRows), '1.2.3.4'],
    ['explicit, syntax private', explicitDataSet(patientRows), '1.2.3.4'],
    ['big endian', bigEndian, explicitBig],
    ['big endian, syntax unknown', bigEndian, null],
    [
      'with a group length',
      concat(implicitElement(0x00080000, u32of('little', 300)), implicitDataSet(patientRows)),
      null,
    ],
    [
      'a query whose first key is empty',
      implicitDataSet([[0x00080020, 'DA', ''], ...patientRows.slice(5)]),
      implicitLittle,
    ],
    ['a query of patients', implicitDataSet(patientRows.slice(5)), implicitLittle],
    ['a storage commitment', explicitDataSet([[0x00081195, 'UI', '1.2.3'], ...patientRows.slice(5)]), explicitLittle],
  ];
  for (const [what, bytes, syntax] of cases) {
    test(what, () => expect(starts(bytes, syntax)).toBe(true));
  }
});

describe('a place in the middle of one', () => {
  test('no other offset of a data set is taken for its beginning but where such an element stands', () => {
    const bytes = explicitDataSet(patientRows);
    const taken = Array.from({ length: bytes.length }, (_, at) => at).filter((at) =>
      startsDataSet(bytes, at, bytes.length, explicitLittle),
    );
    const elements = patientRows.map((_, i) => explicitDataSet(patientRows.slice(0, i)).length);
    for (const at of taken) expect(elements).toContain(at);
  });

  const cases: readonly (readonly [string, Uint8Array, string | null])[] = [
    ['the wrong encoding', implicitDataSet(patientRows), explicitLittle],
    ['deflated: it cannot be told', explicitDataSet(patientRows), deflated],
    ['an element no data set begins with', explicitDataSet(patientRows.slice(7)), explicitLittle],
    [
      'a value not of its kind',
      explicitDataSet([[0x00080016, 'UI', 'no UID'], ...patientRows.slice(2)]),
      explicitLittle,
    ],
    [
      'a name with controls in it',
      implicitDataSet([[0x00100010, 'PN', 'A\x01B\x02'], ...patientRows.slice(6)]),
      implicitLittle,
    ],
    [
      'an odd length',
      concat(explicitElement(0x00080016, 'UI', ascii('1.2')), explicitDataSet(patientRows.slice(2))),
      explicitLittle,
    ],
    ['the next element before it', explicitDataSet([patientRows[1], patientRows[0]]), explicitLittle],
    [
      'the next element far beyond',
      concat(explicitDataSet([patientRows[1]]), new Uint8Array(12).fill(0xff)),
      explicitLittle,
    ],
    ['too few bytes', u16of('little', 8), null],
    ['zeros', new Uint8Array(96), null],
  ];
  for (const [what, bytes, syntax] of cases) {
    test(what, () => expect(starts(bytes, syntax)).toBe(false));
  }

  test('of 200,000 places in pixels of small values none is', () => {
    const random = seeded(5);
    const bytes = Uint8Array.from({ length: 200_096 }, (_, i) => (i % 2 === 0 ? random() * 33 : 0));
    let taken = 0;
    for (let at = 0; at < 200_000; at++) if (startsDataSet(bytes, at, at + startBytesMax, null)) taken++;
    expect(taken).toBe(0);
  });
});
