// Proves: programs, wrong types and paths are found where they lie in a data set, in any encoding and cut; a hole
// proves nothing; the mark is of the whole.
import { describe, expect, it } from 'vitest';
import type { Oddity } from '../../../src/model/facts.ts';
import { type DataSetForm, dataSet, type TestElement } from '../../support/data-set.ts';
import { scan } from '../../support/scan.ts';

const EXPLICIT = '1.2.840.10008.1.2.1';
const IMPLICIT = '1.2.840.10008.1.2';
const explicit: DataSetForm = { encoding: 'explicit' };
const implicit: DataSetForm = { encoding: 'implicit' };
const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const elf = bytesOf(`\x7fELF\x02\x01\x01${'\0'.repeat(57)}`);
const pdf = bytesOf('%PDF-1.4\n%%EOF.\n');
const zip = bytesOf(`PK\x03\x04${'x'.repeat(28)}`);

const head: readonly TestElement[] = [['00080018', 'UI', '1.2.3.4']];
const document = (bytes: Uint8Array, type: string): readonly TestElement[] => [
  ...head,
  ['00420011', 'OB', bytes],
  ['00420012', 'LO', type],
];
const program = (where: string): Oddity => ({ kind: 'program', what: 'ELF program', where });

const cases: readonly (readonly [string, readonly TestElement[], readonly Oddity[]])[] = [
  ['a program in a private element', [...head, ['00291001', 'OB', elf]], [program('private')]],
  ['a program in an item', [['00081110', 'SQ', [[['00291001', 'OB', elf]]]]], [program('private')]],
  [
    'a program that says it is a PDF',
    document(elf, 'application/pdf'),
    [
      program('EncapsulatedDocument'),
      { kind: 'not-its-type', what: 'other as application/pdf', where: 'EncapsulatedDocument' },
    ],
  ],
  [
    'an archive that says it is a PDF',
    document(zip, 'application/pdf'),
    [{ kind: 'not-its-type', what: 'archive as application/pdf', where: 'EncapsulatedDocument' }],
  ],
  [
    'a path in the instance',
    [['00080018', 'UI', '../1.2']],
    [{ kind: 'path', what: 'path traversal', where: 'SOPInstanceUID' }],
  ],
  [
    'a path in the patient id',
    [...head, ['00100020', 'LO', '../../x']],
    [{ kind: 'path', what: 'path traversal', where: 'PatientID' }],
  ],
  ['a PDF', document(pdf, 'application/pdf'), []],
  ['a document of a type nobody knows', document(zip, 'application/x-vendor'), []],
  [
    'slashes as many sites have them',
    [...head, ['00080050', 'SH', '2026/1234'], ['00100020', 'LO', '760101/0123']],
    [],
  ],
  ['a program in Pixel Data', [...head, ['7FE00010', 'OW', elf]], []],
];

describe.each(cases)('%s', (_, elements, expected) => {
  it.each([
    [EXPLICIT, explicit],
    [IMPLICIT, implicit],
  ])('in %s, in pieces of any size', (transferSyntax, form) => {
    const bytes = dataSet(elements, form);
    const whole = scan(bytes, { transferSyntax });
    expect(whole.oddities).toEqual(expected);
    for (const chunk of [1, 7, 16]) {
      const cut = scan(bytes, { transferSyntax, chunk });
      expect([cut.oddities, cut.contentMark]).toEqual([whole.oddities, whole.contentMark]);
    }
  });
});

it('finds a program in a binary element that is none of the attributes, where its VR says so', () => {
  const elements: readonly TestElement[] = [...head, ['00189999', 'UN', elf]];
  expect(scan(dataSet(elements, explicit)).oddities).toEqual([program('binary')]);
});

it('proves nothing by a value of which the beginning is missing', () => {
  const bytes = dataSet([...head, ['00291001', 'OB', elf]], explicit);
  const at = bytes.length - elf.length;
  const scanned = scan(bytes, { hole: [at, at + 4] });
  expect([scanned.oddities, scanned.contentMark]).toEqual([[], null]);
});

describe('the content mark', () => {
  const bytes = dataSet([...head, ['7FE00010', 'OW', new Uint8Array(300)]], explicit);
  it('is of a data set that was seen to its end', () => {
    expect(scan(bytes).contentMark).toMatch(/^content:/);
    expect(scan(bytes, { how: 'cut' }).contentMark).toBeNull();
    expect(scan(bytes, { hole: [bytes.length - 40, bytes.length - 30] }).contentMark).toBeNull();
  });
  it('is another for other pixels', () => {
    const changed = bytes.slice();
    changed[changed.length - 9] ^= 1;
    expect(scan(changed).contentMark).not.toBe(scan(bytes).contentMark);
  });
});
