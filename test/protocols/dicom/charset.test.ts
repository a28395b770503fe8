// Proves values are decoded by their Specific Character Set, with the examples of PS3.5 annexes H to K, and made safe.
import { describe, expect, test } from 'vitest';
import { valueText } from '../../../src/protocols/dicom/charset.ts';
import { ascii, hex } from '../../support/bytes.ts';

describe('character sets', () => {
  test.each([
    ['none', '', ascii('Muster^Erika'), 'Muster^Erika'],
    ['Latin-1', 'ISO_IR 100', ascii('M\xfcller^J\xf6rg'), 'Müller^Jörg'],
    ['Latin-1 where none is declared', '', ascii('M\xfcller'), 'Müller'],
    ['Latin-2', 'ISO_IR 101', ascii('W\xb3odek'), 'Włodek'],
    ['Cyrillic', 'ISO_IR 144', hex('bbee3ace'), 'Лю:Ю'],
    ['Greek', 'ISO_IR 126', hex('c4e9efedf5f3e9eff2'), 'Διονυσιος'],
    ['Thai', 'ISO_IR 166', hex('cac1'), 'สม'],
    ['UTF-8', 'ISO_IR 192', hex('57616e673de78e8b'), 'Wang=王'],
    ['GB18030', 'GB18030', hex('57616e673dcdf5'), 'Wang=王'],
    ['half-width katakana', 'ISO_IR 13', hex('d4cfc0de5ec0dbb3'), 'ﾔﾏﾀﾞ^ﾀﾛｳ'],
    [
      'H.3.1: kanji and hiragana by escapes',
      '\\ISO 2022 IR 87',
      hex('59616d6164615e5461726f753d1b2442 3b33 4544 1b2842 5e 1b2442 4240 4f3a 1b2842 3d 1b2442 2464 245e 1b2842'),
      'Yamada^Tarou=山田^太郎=やま',
    ],
    [
      'H.3.2: katakana first',
      'ISO 2022 IR 13\\ISO 2022 IR 87',
      hex('d4cfc0de5ec0dbb3 3d 1b2442 3b33 4544 1b284a 5e 1b2442 4240 4f3a 1b284a'),
      'ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎',
    ],
    ['JIS X 0212', '\\ISO 2022 IR 159', hex('1b242844 3021 1b2842'), '丂'],
    [
      'I.2: hangul in the upper half, designated again in each part',
      '\\ISO 2022 IR 149',
      hex('486f6e675e4769 6c646f6e67 3d 1b242943 fbf3 5e 1b242943 d1ce d4d7 3d 1b242943 c8ab'),
      'Hong^Gildong=洪^吉洞=홍',
    ],
    ['K.2: GB 2312', '\\ISO 2022 IR 58', hex('5a68616e673d1b242941 d5c5'), 'Zhang=张'],
    ['Greek by escape', '\\ISO 2022 IR 126', hex('1b2d46 c4e9 5e e9'), 'Δι^é'],
    ['a term nobody knows', 'ISO_IR 999', ascii('\xe9'), 'é'],
  ])('%s', (_, characterSet, bytes, text) => {
    expect(valueText('PN', bytes, characterSet, 256)).toBe(text);
  });

  test('apply to text, not to codes and numbers', () => {
    expect(valueText('CS', hex('c4'), 'ISO_IR 126', 256)).toBe('Ä');
    expect(valueText('US', hex('0100 0002'), 'ISO_IR 126', 256)).toBe('1\\\\2');
    expect(valueText('OB', hex('0102'), '', 256)).toBe('(2 bytes)');
  });
});

describe('B34 safe to show', () => {
  test.each([
    ['control characters', 'ISO_IR 100', ascii('a\r\n\x1b[31m\x07\x9b2Jb'), 'a\\x0D\\x0A\\x1B[31m\\x07\\x9B2Jb'],
    ['the backslash', 'ISO_IR 100', ascii('a\\b'), 'a\\\\b'],
    ['direction marks', 'ISO_IR 192', hex('61e280ae62'), 'a\\u{202E}b'],
    ['zero width', 'ISO_IR 192', hex('61e2808b62efbbbf'), 'a\\u{200B}b\\u{FEFF}'],
    ['broken UTF-8', 'ISO_IR 192', hex('61ff62'), 'a\ufffdb'],
    ['padding', 'ISO_IR 100', ascii('a b  \0'), 'a b'],
  ])('%s', (_, characterSet, bytes, text) => {
    expect(valueText('LO', bytes, characterSet, 256)).toBe(text);
  });

  test('at most so many characters, counted before escaping and never cut in one', () => {
    expect(valueText('LO', ascii('\x01'.repeat(10)), '', 2)).toBe('\\x01\\x01\\...');
    expect(valueText('LO', hex('f09f9880f09f9880f09f9880'), 'ISO_IR 192', 2)).toBe('😀😀\\...');
  });

  test('a flood of escapes is linear', () => {
    const flood = ascii('\x1b$B\x1b(B'.repeat(100_000));
    expect(valueText('LO', flood, '\\ISO 2022 IR 87', 256)).toBe('');
  });
});
