// Proves that no text reaches a format with a character that a reader, a terminal or a relay takes for more than text.
import { expect, it } from 'vitest';
import { visible, visibleAll } from '../../../src/sinks/formats/visible.ts';
import { hostile, hostileTexts } from '../../support/out-messages.ts';

it.each([
  ['plain: a\\x0A "b"', 'plain: a\\x0A "b"'],
  ['a\nb\r\0\x1b\x7f\x85', 'a\\x0Ab\\x0D\\x00\\x1B\\x7F\\x85'],
  ['\u2028\u202e\u2066\ufeff\uffff', '\\u{2028}\\u{202E}\\u{2066}\\u{FEFF}\\u{FFFF}'],
  ['\ud83d alone, \u{1f600} whole', '\\u{D83D} alone, \u{1f600} whole'],
  ['Grüße 山田', 'Grüße 山田'],
])('%j is shown as %j', (text, shown) => {
  expect(visible(text)).toBe(shown);
  expect(visible(shown)).toBe(shown);
});

it('nothing of the hostile texts is left', () => {
  for (const text of hostileTexts) {
    expect(visible(text)).toMatch(/^[ -~\u00a0-\u{10ffff}]*$/u);
    expect(visible(text)).not.toMatch(/[\u2028-\u202e\u2066-\u2069\ufeff\uffff]|\p{Surrogate}/u);
  }
});

it('titles of records pass as they are', () => {
  for (const [, title] of hostile) expect(visible(title)).toBe(title);
});

it('reaches into lists and objects, names included', () => {
  expect(visibleAll({ 'a\n': ['b\0', 1, null, true], c: { d: '\x1b' } })).toEqual({
    'a\\x0A': ['b\\x00', 1, null, true],
    c: { d: '\\x1B' },
  });
});
