// Proves what values say of identity, de-identification and character set, and where they say it.
import { describe, expect, test } from 'vitest';
import { type DataSetForm, dataSet, type TestElement } from '../../support/data-set.ts';
import { revealedValues, scan } from '../../support/scan.ts';

const explicit: DataSetForm = { encoding: 'explicit' };

describe('identity', () => {
  const claim = (value: string): TestElement => ['00120062', 'CS', value];
  const after: TestElement = ['00180015', 'CS', 'HEAD'];
  test('the claim of de-identification waits for the end of its group', () => {
    const name: TestElement = ['00100010', 'PN', 'X'];
    expect(scan(dataSet([name, claim('YES')], explicit), { how: 'cut' }).deidentified).toBe('yes');
    expect(scan(dataSet([name, claim('NO'), after], explicit)).deidentified).toBe('no');
    expect(scan(dataSet([name, after], explicit), { how: 'cut' }).deidentified).toBe('no');
    expect(scan(dataSet([name], explicit), { how: 'cut' }).deidentified).toBe('not-seen');
    expect(scan(dataSet([name], explicit)).deidentified).toBe('no');
    const bytes = dataSet([name, claim('YES'), after], explicit);
    const at = Buffer.from(bytes).indexOf('YES');
    expect(scan(bytes, { hole: [at, at + 1] }).deidentified).toBe('not-seen');
    expect(scan(dataSet([['00101002', 'SQ', [[claim('YES')]]], after], explicit)).deidentified).toBe('no');
  });

  const patients: readonly [name: string, elements: TestElement[], hash: string | null][] = [
    ['id alone', [['00100020', 'LO', ' P-1 ']], 'patient:P-1'],
    [
      'id and issuer',
      [
        ['00100020', 'LO', 'P-1'],
        ['00100021', 'LO', 'H '],
      ],
      'patient:P-1\0H',
    ],
    [
      'no id',
      [
        ['00100010', 'PN', 'A^B'],
        ['00100030', 'DA', '19700203'],
      ],
      'patient:\x01A^B\x0019700203',
    ],
    [
      'empty id',
      [
        ['00100010', 'PN', 'A^B'],
        ['00100020', 'LO', '  '],
      ],
      'patient:\x01A^B\0',
    ],
    [
      'a wildcard in the id',
      [
        ['00100010', 'PN', 'A^B'],
        ['00100020', 'LO', 'P*'],
      ],
      null,
    ],
    [
      'a wildcard in the name',
      [
        ['00100010', 'PN', 'A*'],
        ['00100020', 'LO', ''],
      ],
      null,
    ],
    ['two ids', [['00100020', 'LO', 'P-1\\P-2']], null],
    [
      'a placeholder',
      [
        ['00100010', 'PN', 'ANONYMOUS'],
        ['00100020', 'LO', 'ANON'],
      ],
      null,
    ],
    ['an id inside a sequence', [['00101002', 'SQ', [[['00100020', 'LO', 'P-2']]]]], null],
  ];
  for (const [name, elements, hash] of patients) {
    test(`the patient hash of ${name}`, () => {
      expect(scan(dataSet(elements, explicit)).patientHash).toBe(hash);
    });
  }

  test('a list of UIDs in a query is no study', () => {
    expect(scan(dataSet([['0020000D', 'UI', '1.2\\1.3']], explicit)).studyHash).toBeNull();
  });

  const step = (tag: string, study: string): TestElement => [tag, 'SQ', [[['0020000D', 'UI', study]]]];
  const studies: [string, TestElement[], string | null][] = [
    ['of MPPS is named in its scheduled step', [step('00400270', '1.5')], 'study:1.5'],
    ['is not what another sequence names', [step('00400275', '1.5')], null],
    ['is not what a sequence inside names', [['00400270', 'SQ', [[step('00081110', '1.5')]]]], null],
    ['at top level wins', [['0020000D', 'UI', '1.4'], step('00400270', '1.5')], 'study:1.4'],
  ];
  for (const [name, elements, hash] of studies) {
    test(`the study ${name}`, () => {
      for (const form of [explicit, { ...explicit, delimited: true }]) {
        expect(scan(dataSet(elements, form)).studyHash).toBe(hash);
      }
    });
  }
});

test('revealed values are decoded by the character set of their item, escaped, bounded, and counted', () => {
  const bytes = dataSet(
    [
      ['00080005', 'CS', 'ISO_IR 100'],
      ['00100010', 'PN', 'M\xfcller^\x1b[2JErika'],
      [
        '00101002',
        'SQ',
        [
          [
            ['00080005', 'CS', 'ISO_IR 144'],
            ['00100020', 'LO', '\xbb\xee\xda'],
          ],
          [['00100020', 'LO', '\xfc']],
          [['00100020', 'LO', '\xfc']],
        ],
      ],
      ['00204000', 'LT', 'y'.repeat(1000)],
    ],
    explicit,
  );
  expect(revealedValues(scan(bytes, { reveal: true }))).toEqual({
    PatientName: ['Müller^\\x1B[2JErika'],
    PatientID: ['Люк', 'ü'],
    OtherPatientIDsSequence: [null],
    ImageComments: [`${'y'.repeat(256)}\\...`],
  });
  expect(scan(bytes).shown.every(({ value }) => value === null)).toBe(true);
});
