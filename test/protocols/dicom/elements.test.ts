// Proves the walk over elements stays in step over every odd form that it can, and ends where it cannot.
import { describe, expect, test } from 'vitest';
import { ascii, concat } from '../../support/bytes.ts';
import { type DataSetForm, dataSet, elementHeader, type TestElement } from '../../support/data-set.ts';
import { scan, shownCounts } from '../../support/scan.ts';

const IMPLICIT = '1.2.840.10008.1.2';
const explicit: DataSetForm = { encoding: 'explicit' };
const implicit: DataSetForm = { encoding: 'implicit' };

describe('B38 odd forms', () => {
  const rest: readonly TestElement[] = [['00100020', 'LO', 'AFTER']];
  const afterIt: readonly [name: string, bytes: Uint8Array][] = [
    ['a VR of question marks has a 16-bit length', concat(elementHeader('00080070', '??', 4, explicit), ascii('abcd'))],
    ['a VR of two capitals that is none yet has 32 bits', concat(ascii('\x08\0\x70\0ZZ\0\0\x04\0\0\0abcd'))],
    ['an implicit element among explicit ones', dataSet([['00080070', 'LO', 'abcd']], implicit)],
    ['an odd length', concat(elementHeader('00080070', 'LO', 3, explicit), ascii('abc'))],
    ['a group length', dataSet([['00080000', 'UL', new Uint8Array(4)]], explicit)],
    [
      'UN of undefined length is implicit inside',
      concat(
        elementHeader('00091010', 'UN', 0xffffffff, explicit),
        dataSet([['FFFEE000', '', '']], implicit).slice(0, 0),
        elementHeader('FFFEE000', '', 0xffffffff, implicit),
        dataSet([['00100040', 'CS', 'F']], implicit),
        elementHeader('FFFEE00D', '', 0, implicit),
        elementHeader('FFFEE0DD', '', 0, implicit),
      ),
    ],
    [
      'fragments',
      concat(
        elementHeader('00091010', 'OB', 0xffffffff, explicit),
        elementHeader('FFFEE000', '', 0, explicit),
        elementHeader('FFFEE000', '', 6, explicit),
        ascii('\xfe\xff\xdd\xe0\0\0'),
        elementHeader('FFFEE0DD', '', 0, explicit),
      ),
    ],
    [
      'an item without its delimiter',
      concat(
        elementHeader('00081110', 'SQ', 0xffffffff, explicit),
        elementHeader('FFFEE000', '', 0xffffffff, explicit),
        dataSet([['00081155', 'UI', '1.2']], explicit),
        elementHeader('FFFEE0DD', '', 0, explicit),
      ),
    ],
    [
      'a delimiter after an item of known length',
      concat(
        elementHeader('00081110', 'SQ', 0xffffffff, explicit),
        elementHeader('FFFEE000', '', 8, explicit),
        elementHeader('FFFEE00D', '', 0, explicit),
        elementHeader('FFFEE0DD', '', 0, explicit),
      ),
    ],
    [
      'an element longer than its item',
      concat(
        elementHeader('00081110', 'SQ', 20, explicit),
        elementHeader('FFFEE000', '', 12, explicit),
        elementHeader('00081155', 'UI', 400, explicit),
        ascii('1.23'),
      ),
    ],
    [
      'an item longer than its sequence',
      concat(
        elementHeader('00081110', 'SQ', 20, explicit),
        elementHeader('FFFEE000', '', 1200, explicit),
        elementHeader('00081155', 'UI', 4, explicit),
        ascii('1.23'),
      ),
    ],
    ['a sequence without items', concat(elementHeader('00081110', 'SQ', 20, explicit), ascii('this is no sequence.'))],
    ['a few bytes at the end of a sequence', concat(elementHeader('00081110', 'SQ', 5, explicit), ascii('abcde'))],
    [
      'ten bytes where twelve are asked for',
      concat(
        elementHeader('00081110', 'SQ', 18, explicit),
        elementHeader('FFFEE000', '', 10, explicit),
        ascii('\x08\0\x70\0UT\0\0\0\0'),
      ),
    ],
  ];
  const before = dataSet([['00080005', 'CS', 'ISO_IR 100']], explicit);
  for (const [name, bytes] of afterIt) {
    for (const chunk of [10_000, 7, 1]) {
      test(`what follows ${name} is read, in pieces of ${chunk}`, () => {
        const scanned = scan(concat(before, bytes, dataSet(rest, explicit)), { chunk });
        expect(scanned).toMatchObject({ incomplete: null, patientHash: 'patient:AFTER' });
        expect(shownCounts(scanned)).toMatchObject({ PatientID: 1 });
      });
    }
  }

  const ends: readonly [name: string, bytes: Uint8Array, why: string][] = [
    [
      'a value of 4 GB',
      concat(before, elementHeader('00080070', 'UT', 0xfffffffe, explicit), ascii('abc')),
      'malformed',
    ],
    ['an item at top level', concat(before, elementHeader('FFFEE000', '', 4, explicit), ascii('abcd')), 'malformed'],
    [
      'a text of undefined length',
      concat(before, elementHeader('00080070', 'UT', 0xffffffff, explicit), ascii('abcdefgh')),
      'malformed',
    ],
    ['half a header', concat(before, ascii('\x08\0\x70')), 'malformed'],
    ['a sequence that never ends', concat(before, elementHeader('00081110', 'SQ', 0xffffffff, explicit)), 'malformed'],
    ['noise', Uint8Array.from({ length: 3000 }, (_, i) => (i * i * 31 + 7) & 0xff), 'malformed'],
  ];
  for (const [name, bytes, why] of ends) {
    test(`${name} ends the scan and says so`, () => {
      for (const chunk of [10_000, 7, 1]) expect(scan(bytes, { chunk }).incomplete).toBe(why);
    });
  }
});

describe('sequences that only the dictionary or their length tells', () => {
  const item = concat(elementHeader('FFFEE000', '', 12, implicit), dataSet([['00100020', 'LO', 'P-2 ']], implicit));
  test('UN of known length under a tag that is a sequence is read as one, implicit inside', () => {
    const bytes = concat(elementHeader('00101002', 'UN', item.length, explicit), item);
    expect(shownCounts(scan(bytes))).toEqual({ PatientID: 1, OtherPatientIDsSequence: 1 });
  });
  test('UN of known length under another tag is passed', () => {
    const bytes = concat(elementHeader('00091010', 'UN', item.length, explicit), item);
    expect(shownCounts(scan(bytes))).toEqual({ PrivateAttributes: 1 });
  });
  test('a private sequence of undefined length in implicit VR is read', () => {
    const bytes = concat(
      dataSet([['00080005', 'CS', 'ISO_IR 6']], implicit),
      elementHeader('00091010', '', 0xffffffff, implicit),
      item,
      elementHeader('FFFEE0DD', '', 0, implicit),
    );
    const scanned = scan(bytes, { transferSyntax: IMPLICIT });
    expect(shownCounts(scanned)).toEqual({ PatientID: 1, PrivateAttributes: 1 });
    expect(scanned.incomplete).toBeNull();
  });
  test('query keys: a sequence whose keys are all empty or wildcards shows nothing', () => {
    const keys: readonly TestElement[] = [
      ['00100010', 'PN', '*'],
      ['00100020', 'LO', ''],
      [
        '00101002',
        'SQ',
        [
          [
            ['00100020', 'LO', ''],
            ['00100021', 'LO', '*'],
          ],
        ],
      ],
      ['00400275', 'SQ', []],
      ['00400275', 'SQ', [[]]],
    ];
    expect(scan(dataSet(keys, explicit)).shown).toEqual([]);
  });
});

describe('B38 bounds', () => {
  test('nesting of 10,000 sequences ends with the bound, or is passed where its length is known', () => {
    const open = concat(
      ...Array.from({ length: 10_000 }, () =>
        concat(
          elementHeader('00081110', 'SQ', 0xffffffff, explicit),
          elementHeader('FFFEE000', '', 0xffffffff, explicit),
        ),
      ),
    );
    for (const chunk of [open.length, 1460, 1]) expect(scan(open, { chunk }).incomplete).toBe('limit');

    let known: TestElement = ['00081110', 'SQ', [[['00100020', 'LO', 'DEEP']]]];
    for (let i = 0; i < 200; i++) known = ['00081110', 'SQ', [[known]]];
    const scanned = scan(dataSet([known, ['00100020', 'LO', 'TOP']], explicit));
    expect(scanned).toMatchObject({ incomplete: null, patientHash: 'patient:TOP' });
  });

  test('a flood of empty elements and items ends with the bound', () => {
    const empty = elementHeader('00080070', 'LO', 0, explicit);
    const flood = concat(...Array.from({ length: 5000 }, () => empty));
    expect(scan(flood, { limits: { elementsMax: 4999 } }).incomplete).toBe('limit');
    expect(scan(flood, { limits: { elementsMax: 5000 } }).incomplete).toBeNull();
    const items = concat(
      elementHeader('00081110', 'SQ', 0xffffffff, explicit),
      ...Array.from({ length: 5000 }, () => elementHeader('FFFEE000', '', 0, explicit)),
    );
    expect(scan(items, { limits: { elementsMax: 1000 } }).incomplete).toBe('limit');
  });

  test.each([1000, 5, 1])('what is left over in a sequence is no element, in pieces of %i bytes', (chunk) => {
    const empty = elementHeader('00080070', 'LO', 0, explicit);
    const some = Array.from({ length: 40 }, () => empty);
    const bytes = concat(...some, elementHeader('00081110', 'SQ', 4, explicit), new Uint8Array(4), ...some);
    expect(scan(bytes, { chunk, limits: { elementsMax: 81 } }).incomplete).toBeNull();
    expect(scan(bytes, { chunk, limits: { elementsMax: 80 } }).incomplete).toBe('limit');
  });

  test('a long value is looked at by its head, and what follows it is read', () => {
    const long = 'long text '.repeat(2000);
    const bytes = dataSet(
      [
        ['00204000', 'UT', long],
        ['00400280', 'UT', ' '.repeat(20_000)],
        ['00420010', 'ST', 'title'],
      ],
      explicit,
    );
    for (const chunk of [bytes.length, 1000, 1]) {
      const scanned = scan(bytes, { chunk });
      expect(scanned.incomplete).toBeNull();
      expect(shownCounts(scanned)).toEqual({ ImageComments: 1 });
    }
  });
});
