// Proves that words of syslog's header are printable ASCII of bounded length, and that the priority is both numbers.
import { expect, it } from 'vitest';
import { headerWord, priority } from '../../../src/sinks/formats/syslog-header.ts';

it.each([
  ['tap-1', 48, 'tap-1'],
  ['', 48, '-'],
  ['a b\nc\u00e4', 48, 'a_b_c_'],
  ['x'.repeat(60), 48, 'x'.repeat(48)],
])('%j of at most %d is %j', (text, most, word) => {
  expect(headerWord(text, most)).toBe(word);
});

it('local4 and critical', () => {
  expect(priority({ facility: 20, severity: 2, time: 0, host: '', app: '', process: 1 })).toBe(162);
});
