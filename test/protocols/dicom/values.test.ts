// Proves what counts as a value and what does not: empty, wildcard, open range, placeholder.
import { describe, expect, test } from 'vitest';
import { placeholderWords } from '../../../src/protocols/dicom/tables/placeholders.ts';
import { isValue, valueKind } from '../../../src/protocols/dicom/values.ts';
import { ascii, concat } from '../../support/bytes.ts';

function says(vr: string, text: string): boolean {
  const bytes = concat(ascii('zz'), ascii(text), ascii('zz'));
  return isValue(valueKind(vr), bytes, 2, 2 + text.length);
}

describe.each([
  [
    'PN',
    [
      'Muster^Erika',
      'M',
      '*^Erika',
      'Mus*',
      'M?ster',
      '\xd0\x9b',
      'None^Such',
      'Anonimo^Rossi',
      'Null^A',
      'Xx^Yy',
      'Na^Sujin',
    ],
  ],
  ['LO', ['P-1', '1', '007', '0001', 'X1', 'XXXY', 'TEST', 'UNKNOWN1', 'ANON123']],
  ['SH', ['A', 'N', 'ACC-1']],
  ['DA', ['19700101', '20260101', '20260101-20260131', '1970.01.01', '19000102', '1970']],
  ['DT', ['20260101120000-0500', '20260101', '20260101-20260102']],
  ['TM', ['0815', '081500-083000', '000001']],
  ['AS', ['045Y', '003D']],
  ['DS', ['0.5', '71.2', '-3']],
  ['UI', ['1.2.3', '1.2\\1.3', '0']],
  ['CS', ['M', 'F', 'O']],
  ['US', ['\0\0', '\x04\0']],
  ['OB', ['\0']],
])('%s: values', (vr, values) => {
  test.each(values)('%j', (value) => {
    expect(says(vr, value)).toBe(true);
  });
});

describe.each([
  [
    'PN',
    [
      '',
      ' ',
      '^',
      '^^^^',
      '*',
      '**',
      '?',
      '*^*',
      '=',
      '\0\0',
      'ANON',
      'Anonymous^',
      'Anonymized^Patient ',
      'DE-IDENTIFIED',
      'de identified',
      'XXXX',
      'x',
      'Unknown',
      'N/A',
      'n.a.',
      'NONE',
      '(none)',
      '<removed>',
      '[REDACTED]',
      '---',
      '.',
      '_',
    ],
  ],
  ['LO', ['', '  \0', '*', '0', '0000', 'XXXXXXXX', 'ANON\0', '-', '\\']],
  [
    'DA',
    [
      '',
      '*',
      '-',
      ' - ',
      '20260101-',
      '-20260101',
      '00000000',
      '19000101',
      '1900.01.01',
      '19000101-19000101',
      '99991231',
      '17530101',
    ],
  ],
  ['DT', ['', '20260101-', '-20260101', '19000101000000.000000']],
  ['TM', ['', '*', '0800-', '-0800', '000000', '000000.000000', '00']],
  ['AS', ['']],
  ['DS', ['0', '0.0', '0.000\\0.00']],
  ['UI', ['', '*', '\0']],
  ['US', ['']],
])('%s: no values', (vr, values) => {
  test.each(values)('%j', (value) => {
    expect(says(vr, value)).toBe(false);
  });
});

test('every placeholder is one, in any case, with any punctuation, and none with a letter more', () => {
  for (const word of placeholderWords) {
    expect(word).toMatch(/^[A-Z0-9]+$/);
    expect(says('LO', word), word).toBe(false);
    expect(says('LO', `  ${[...word.toLowerCase()].join('-')}^ `), word).toBe(false);
    expect(placeholderWords.includes(`${word}Q`) || says('LO', `${word}Q`), word).toBe(true);
  }
});

test('a value longer than any placeholder is one, and a blank of any length is none', () => {
  expect(says('LT', 'ANON'.repeat(1000))).toBe(true);
  expect(says('LT', 'X'.repeat(4000))).toBe(false);
  expect(says('LT', `${'X'.repeat(4000)}Y`)).toBe(true);
  expect(says('LT', ' '.repeat(4000))).toBe(false);
});
