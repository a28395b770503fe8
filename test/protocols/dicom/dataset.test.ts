// Proves what a data set shows is the same in every encoding, form and cut, and that no more is shown than is there.
import { deflateRawSync, deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { limits } from '../../../src/model/limits.ts';
import { DataSetScanner } from '../../../src/protocols/dicom/dataset.ts';
import { ascii, concat } from '../../support/bytes.ts';
import { type DataSetForm, dataSet, type TestElement } from '../../support/data-set.ts';
import { openHash, scan, shownCounts } from '../../support/scan.ts';

const IMPLICIT = '1.2.840.10008.1.2';
const EXPLICIT = '1.2.840.10008.1.2.1';
const BIG_ENDIAN = '1.2.840.10008.1.2.2';
const DEFLATED = '1.2.840.10008.1.2.1.99';
const JPEG = '1.2.840.10008.1.2.4.50';
const explicit: DataSetForm = { encoding: 'explicit' };
const implicit: DataSetForm = { encoding: 'implicit' };

const pixelData: TestElement = ['7FE00010', 'OW', new Uint8Array(300)];
const object: readonly TestElement[] = [
  ['00080005', 'CS', 'ISO_IR 100'],
  ['00080016', 'UI', '1.2.840.10008.5.1.4.1.1.2'],
  ['00080018', 'UI', '1.2.3.4'],
  ['00080020', 'DA', '20260102'],
  ['00080050', 'SH', ''],
  ['00081110', 'SQ', [[['00081155', 'UI', '1.9.1']], [['00081155', 'UI', '1.9.2']]]],
  ['00090010', 'LO', 'INVENTED 1.0'],
  ['00091001', 'LO', 'anything'],
  ['00100010', 'PN', 'Muster^Erika'],
  ['00100020', 'LO', 'P-1'],
  ['00100021', 'LO', 'HOSPITAL'],
  ['00100030', 'DA', '19700203'],
  [
    '00101002',
    'SQ',
    [
      [
        ['00100020', 'LO', 'P-2'],
        ['00100021', 'LO', 'ELSEWHERE'],
      ],
    ],
  ],
  ['0020000D', 'UI', '1.2.3'],
  [
    '00400275',
    'SQ',
    [
      [
        ['00400009', 'SH', 'S1'],
        ['00321064', 'SQ', [[['00080100', 'SH', 'CODE']]]],
        ['00401001', 'SH', 'R1'],
      ],
    ],
  ],
  ['00880200', 'SQ', [[['00280010', 'US', new Uint8Array([1, 0])], pixelData]]],
  pixelData,
  ['FFFAFFFA', 'SQ', [[['04000120', 'OB', ascii('signature')]]]],
];
const shown = {
  SOPInstanceUID: 1,
  StudyDate: 1,
  ReferencedStudySequence: 1,
  ReferencedSOPInstanceUID: 2,
  PrivateAttributes: 1,
  PatientName: 1,
  PatientID: 2,
  IssuerOfPatientID: 2,
  PatientBirthDate: 1,
  OtherPatientIDsSequence: 1,
  StudyInstanceUID: 1,
  RequestAttributesSequence: 1,
  ScheduledProcedureStepID: 1,
  RequestedProcedureID: 1,
  IconImageSequence: 1,
  DigitalSignaturesSequence: 1,
};
const facts = {
  incomplete: null,
  patientHash: 'patient:P-1\0HOSPITAL',
  studyHash: 'study:1.2.3',
  instanceHash: 'instance:1.2.3.4',
  deidentified: 'no',
};

const forms: readonly [name: string, transferSyntax: string, bytes: Uint8Array][] = [
  ['implicit', IMPLICIT, dataSet(object, implicit)],
  ['implicit, delimited', IMPLICIT, dataSet(object, { ...implicit, delimited: true })],
  ['explicit', EXPLICIT, dataSet(object, explicit)],
  ['explicit, delimited', EXPLICIT, dataSet(object, { ...explicit, delimited: true })],
  ['JPEG', JPEG, dataSet(object, { ...explicit, delimited: true })],
  ['big endian', BIG_ENDIAN, dataSet(object, { encoding: 'big-endian' })],
  ['big endian, delimited', BIG_ENDIAN, dataSet(object, { encoding: 'big-endian', delimited: true })],
  ['deflated', DEFLATED, deflateRawSync(dataSet(object, explicit))],
  ['deflated with a zlib header', DEFLATED, deflateSync(dataSet(object, explicit))],
  ['deflated, stored', DEFLATED, deflateRawSync(dataSet(object, explicit), { level: 0 })],
];

describe('B38 the same object', () => {
  for (const [name, transferSyntax, bytes] of forms) {
    for (const chunk of [bytes.length, 1460, 7, 1]) {
      test(`${name}, in pieces of ${chunk}`, () => {
        const scanned = scan(bytes, { transferSyntax, chunk });
        expect(shownCounts(scanned)).toEqual(shown);
        expect(scanned).toMatchObject({ ...facts, transferSyntax, transferSyntaxGuessed: false, bytes: bytes.length });
      });

      // A stored block comes out of the inflater once it is whole: the first KiB of a longer one shows nothing.
      if (name === 'deflated, stored') continue;
      test(`${name}, in pieces of ${chunk}, when the acceptance was not seen`, () => {
        const scanned = scan(bytes, { transferSyntax: null, proposed: [IMPLICIT, JPEG], chunk });
        expect(shownCounts(scanned)).toEqual(shown);
        const guessed = transferSyntax === EXPLICIT ? JPEG : transferSyntax;
        expect(scanned).toMatchObject({ ...facts, transferSyntax: guessed, transferSyntaxGuessed: true });
      });
    }
  }

  for (const [name, transferSyntax, bytes] of forms.slice(0, 8)) {
    for (const label of [IMPLICIT, EXPLICIT, BIG_ENDIAN, DEFLATED, '1.2.3.999.1']) {
      if (label === transferSyntax || (label === EXPLICIT && transferSyntax === JPEG)) continue;
      test(`${name} under the label ${label} is recovered, and said to be guessed`, () => {
        for (const chunk of [bytes.length, 1]) {
          const scanned = scan(bytes, { transferSyntax: label, chunk });
          expect(shownCounts(scanned)).toEqual(shown);
          expect(scanned).toMatchObject({ ...facts, transferSyntaxGuessed: true });
        }
      });
    }
  }
});

describe('B21 a hole', () => {
  const small = object.slice(0, -3);
  const whole = new Map(
    forms.slice(0, 7).map(([name, transferSyntax]) => {
      const encoding =
        transferSyntax === IMPLICIT ? 'implicit' : transferSyntax === BIG_ENDIAN ? 'big-endian' : 'explicit';
      const bytes = dataSet(small, { encoding, delimited: name.includes('delimited') });
      return [name, { transferSyntax, bytes, scanned: scan(bytes, { transferSyntax }) }] as const;
    }),
  );

  for (const [name, { transferSyntax, bytes, scanned: all }] of whole) {
    const allCounts = shownCounts(all);
    test(`at each byte never shows what the whole object (${name}) does not`, () => {
      let costOneValue = 0;
      for (let from = 0; from < bytes.length; from++) {
        for (const length of [1, 2, 7, 8, 40]) {
          const to = Math.min(bytes.length, from + length);
          const scanned = scan(bytes, { transferSyntax, hole: [from, to] });
          for (const [keyword, count] of Object.entries(shownCounts(scanned))) {
            expect(count, `${keyword} with a hole ${from}..${to}`).toBeLessThanOrEqual(allCounts[keyword] ?? 0);
          }
          for (const key of ['patientHash', 'studyHash', 'instanceHash'] as const) {
            if (scanned[key] !== null) expect(scanned[key], `hole ${from}..${to}`).toBe(all[key]);
          }
          expect(scanned.missed).toBe(to - from);
          expect([null, 'gap']).toContain(scanned.incomplete);
          if (scanned.incomplete === null) costOneValue++;
        }
      }
      expect(costOneValue).toBeGreaterThan(bytes.length / 2);
    });

    test(`a cut at each byte never shows what the whole object (${name}) does not`, () => {
      for (let length = 0; length < bytes.length; length++) {
        const scanned = scan(bytes.subarray(0, length), { transferSyntax, how: 'cut' });
        expect(scanned.incomplete).not.toBeNull();
        for (const [keyword, count] of Object.entries(shownCounts(scanned))) {
          expect(count, `${keyword} cut at ${length}`).toBeLessThanOrEqual(allCounts[keyword] ?? 0);
        }
        for (const key of ['patientHash', 'studyHash', 'instanceHash'] as const) {
          if (scanned[key] !== null) expect(scanned[key], `cut at ${length}`).toBe(all[key]);
        }
      }
    });
  }

  test('while the encoding is still to be worked out, or is not what was accepted, shows nothing that is not there', () => {
    const plain = dataSet(small, explicit);
    for (const bytes of [plain, dataSet(small, implicit), deflateRawSync(plain)]) {
      for (const transferSyntax of [null, IMPLICIT, BIG_ENDIAN, DEFLATED, '1.2.3.999.1']) {
        const all = scan(bytes, { transferSyntax });
        const counts = shownCounts(all);
        for (let from = 0; from < bytes.length; from += 3) {
          const scanned = scan(bytes, { transferSyntax, hole: [from, Math.min(bytes.length, from + 5)] });
          for (const [keyword, count] of Object.entries(shownCounts(scanned))) {
            expect(count, `${keyword} as ${transferSyntax} with a hole at ${from}`).toBeLessThanOrEqual(
              counts[keyword] ?? 0,
            );
          }
          expect([null, all.patientHash]).toContain(scanned.patientHash);
        }
      }
    }
  });

  test('in pixel data costs nothing', () => {
    const bytes = dataSet(object, explicit);
    const from = bytes.length - 200;
    const scanned = scan(bytes, { hole: [from, from + 100] });
    expect(shownCounts(scanned)).toEqual(shown);
    expect(scanned).toMatchObject({ ...facts, missed: 100 });
  });

  test('in the patient id leaves no patient hash: not one made of name and birth date', () => {
    const bytes = dataSet(object, explicit);
    const at = Buffer.from(bytes).indexOf('P-1');
    const scanned = scan(bytes, { hole: [at, at + 1] });
    expect(scanned).toMatchObject({ incomplete: null, patientHash: null, studyHash: 'study:1.2.3' });
    expect(shownCounts(scanned)).toEqual({ ...shown, PatientID: 1 });
  });

  test('in a sequence of known length costs that, and what follows is read', () => {
    const bytes = dataSet(object, explicit);
    const at = Buffer.from(bytes).indexOf('ELSEWHERE') - 4;
    const { IssuerOfPatientID: _, OtherPatientIDsSequence: __, ...rest } = shown;
    const scanned = scan(bytes, { hole: [at, at + 6] });
    expect(shownCounts(scanned)).toMatchObject({ ...rest, IssuerOfPatientID: 1 });
    expect(scanned).toMatchObject(facts);
  });

  test('in deflated bytes ends the scan', () => {
    const bytes = deflateRawSync(dataSet(object, explicit));
    const scanned = scan(bytes, { transferSyntax: DEFLATED, hole: [100, 101] });
    expect(scanned.incomplete).toBe('gap');
  });
});

describe('B38 deflated', () => {
  test('a deflate bomb ends with the bound, and what came before it is kept', () => {
    const bomb = dataSet(
      [
        ['00100020', 'LO', 'P-1'],
        ['00204000', 'LT', 'x'],
        ['7FE00010', 'OW', new Uint8Array(9 << 20)],
      ],
      explicit,
    );
    const deflated = deflateRawSync(bomb, { level: 9 });
    const scanned = scan(deflated, { transferSyntax: DEFLATED, limits: { inflatedBytesMax: 1 << 20 } });
    expect(scanned).toMatchObject({ incomplete: 'limit', patientHash: 'patient:P-1', bytes: deflated.length });
  });

  test('deflated noise and a deflated stream that is cut say so', () => {
    const whole = deflateRawSync(dataSet(object, explicit));
    const cut = whole.subarray(0, 200);
    expect(['deflate-error', 'malformed']).toContain(scan(cut, { transferSyntax: DEFLATED }).incomplete);
    const broken = Uint8Array.from(whole).fill(0xff, 200, 300);
    expect(['deflate-error', 'malformed']).toContain(scan(broken, { transferSyntax: DEFLATED }).incomplete);
  });

  test('what follows the end of a deflated stream is not looked at, however much it is', () => {
    const bytes = concat(deflateRawSync(dataSet(object, explicit)), new Uint8Array(4 << 20));
    expect(scan(bytes, { transferSyntax: DEFLATED, chunk: 1460 })).toMatchObject(facts);
  });
});

describe('what is no data set', () => {
  test('noise of an unknown transfer syntax is not read at all', () => {
    const noise = Uint8Array.from({ length: 3000 }, (_, i) => (i * i * 31 + 7) & 0xff);
    expect(scan(noise, { transferSyntax: null })).toMatchObject({ incomplete: 'syntax-unknown', shown: [] });
  });

  test('an empty data set is whole', () => {
    expect(scan(new Uint8Array(0))).toMatchObject({ incomplete: null, shown: [], patientHash: null });
  });
});

describe('interim statements', () => {
  test('shown is what was seen since the last, the rest is cumulative; bulk is known when its header is', () => {
    const bytes = dataSet(object, explicit);
    const bulk = Buffer.from(bytes).lastIndexOf(Buffer.from('e07f1000', 'hex'));
    const scanner = new DataSetScanner({ transferSyntax: EXPLICIT, hash: openHash, limits, reveal: false });
    scanner.data(bytes, 0, bulk + 11);
    expect(scanner.atBulk).toBe(false);
    scanner.data(bytes, bulk + 11, bulk + 12);
    expect(scanner.atBulk).toBe(true);
    const { DigitalSignaturesSequence: _, ...first } = shown;
    const interim = scanner.take(0, 1, true);
    expect(shownCounts(interim)).toEqual(first);
    expect(interim).toMatchObject({ ...facts, bytes: bulk + 12 });
    scanner.data(bytes, bulk + 12, bytes.length);
    scanner.finish('last');
    const final = scanner.take(0, 1, true);
    expect(shownCounts(final)).toEqual({ DigitalSignaturesSequence: 1 });
    expect(final).toMatchObject({ ...facts, bytes: bytes.length });
  });

  test('a scanner begun again knows nothing of the data set before', () => {
    const scanner = new DataSetScanner({ transferSyntax: EXPLICIT, hash: openHash, limits, reveal: true });
    const bytes = dataSet(object, explicit);
    scanner.data(bytes, 0, bytes.length - 5);
    scanner.begin(IMPLICIT);
    const next = dataSet(
      [
        ['00080052', 'CS', 'STUDY'],
        ['0020000D', 'UI', '1.5'],
      ],
      implicit,
    );
    scanner.data(next, 0, next.length);
    scanner.finish('last');
    expect(scanner.take(0, 1, true)).toMatchObject({
      bytes: next.length,
      missed: 0,
      incomplete: null,
      patientHash: null,
      studyHash: 'study:1.5',
      instanceHash: null,
      queryLevel: 'STUDY',
    });
    expect(scanner.atBulk).toBe(false);
  });
});
