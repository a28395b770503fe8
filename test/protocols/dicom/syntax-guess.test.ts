// Proves an encoding is recognised from first bytes, and that little evidence gives no answer.
import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { agrees, guessEncoding } from '../../../src/protocols/dicom/syntax-guess.ts';
import { concat } from '../../support/bytes.ts';
import { type DataSetForm, dataSet, type TestElement } from '../../support/data-set.ts';

const encodings = ['implicit', 'explicit', 'big-endian'] as const;

/** Beginnings that real data sets have: an image, a query, a film session, patches of directories and plans. */
const beginnings: readonly (readonly [name: string, elements: readonly TestElement[]])[] = [
  [
    'an image',
    [
      ['00080005', 'CS', 'ISO_IR 100'],
      ['00080008', 'CS', 'ORIGINAL'],
      ['00080016', 'UI', '1.2.840'],
    ],
  ],
  [
    'a query',
    [
      ['00080052', 'CS', 'STUDY'],
      ['00100010', 'PN', ''],
      ['0020000D', 'UI', ''],
    ],
  ],
  [
    'a film session',
    [
      ['20000010', 'IS', '1'],
      ['20000020', 'CS', 'LOW'],
      ['20000030', 'CS', 'PAPER'],
    ],
  ],
  [
    'a film box',
    [
      ['20100010', 'ST', 'STANDARD\\1,1'],
      ['20100030', 'CS', 'PAPER'],
    ],
  ],
  [
    'a group 0018',
    [
      ['00180015', 'CS', 'HEAD'],
      ['00180050', 'DS', '5'],
    ],
  ],
  [
    'a group 0400',
    [
      ['04000500', 'SQ', [[['04000510', 'UI', '1.2']]]],
      ['04000561', 'SQ', [[['04000562', 'DT', '2026']]]],
    ],
  ],
  [
    'a sequence',
    [
      ['00081115', 'SQ', [[['0020000E', 'UI', '1.2']]]],
      ['00081195', 'UI', '1.4'],
    ],
  ],
];

describe.each(beginnings)('%s', (_, elements) => {
  test.each(encodings)('%s', (encoding) => {
    for (const delimited of [false, true]) {
      const form: DataSetForm = { encoding, delimited };
      const bytes = dataSet(elements, form);
      expect(guessEncoding(bytes, 'whole', null)).toBe(encoding);
      expect(guessEncoding(bytes, 'first', null)).toBe(encoding);
      for (const declared of encodings) expect(guessEncoding(bytes, 'whole', declared)).toBe(encoding);
      const longer = concat(bytes, dataSet([['7FE00010', 'OW', new Uint8Array(2000)]], form)).subarray(0, 1024);
      expect(guessEncoding(longer, 'first', null)).toBe(encoding);
    }
  });

  test('deflated', () => {
    const bytes = deflateRawSync(dataSet(elements, { encoding: 'explicit' }));
    expect(guessEncoding(bytes, 'whole', null)).toBe('deflated');
    expect(guessEncoding(bytes, 'whole', 'deflated')).toBe('deflated');
  });
});

test('the first eight bytes agree with their own encoding, and a disagreement is never more than a detour', () => {
  for (const [name, elements] of beginnings) {
    for (const encoding of encodings) {
      const bytes = dataSet(elements, { encoding });
      for (const declared of encodings) {
        const agreed = agrees(declared, bytes, 0);
        if (declared !== encoding) expect(agreed, `${name} ${encoding} as ${declared}`).toBe(false);
        else expect(agreed || guessEncoding(bytes, 'whole', declared) === encoding, `${name} ${encoding}`).toBe(true);
      }
    }
  }
});

test.each([
  ['nothing', new Uint8Array(0)],
  ['zeros', new Uint8Array(64)],
  ['ones', new Uint8Array(64).fill(0xff)],
  ['text', Uint8Array.from(Buffer.from('GET / HTTP/1.1\r\nHost: archive\r\n\r\n'))],
  ['a JPEG', Uint8Array.from(Buffer.from('ffd8ffe000104a46494600010100000100010000ffdb00430008060607', 'hex'))],
])('%s is no data set', (_, bytes) => {
  expect(guessEncoding(bytes, 'whole', null)).toBeNull();
});

test('after a hole what was declared is believed only if it reads', () => {
  const bytes = new Uint8Array(12).fill(0xff);
  expect(guessEncoding(bytes, 'first', 'implicit')).toBe('implicit');
  expect(guessEncoding(bytes, 'holed', 'implicit')).toBeNull();
  const element = dataSet(beginnings[0][1], { encoding: 'implicit' }).subarray(0, 12);
  expect(guessEncoding(element, 'holed', 'implicit')).toBe('implicit');
});
