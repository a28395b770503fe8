// Proves that words become options and arguments as people expect, and that each mistake is named as it was typed.
import { describe, expect, it } from 'vitest';
import type { Command } from '../../src/commands/command.ts';
import { readWords } from '../../src/commands/command-line.ts';
import { OperatorError } from '../../src/model/errors.ts';

const command: Command = {
  name: 'try',
  describe: 'A command of this test',
  positional: { name: 'paths', describe: 'Files', many: true, required: true },
  options: {
    'hash-key': { type: 'string', describe: 'A file' },
    grave: { type: 'string', choices: ['low', 'high'], describe: 'How grave' },
    json: { type: 'boolean', describe: 'As JSON' },
  },
  run: async () => 0,
};
const one: Command = { ...command, positional: { name: 'policy', describe: 'A file', many: false, required: true } };
const { positional: _, ...none } = command;

describe('words', () => {
  it.each<[string, Record<string, unknown>]>([
    ['a b', { paths: ['a', 'b'] }],
    ['a --json', { paths: ['a'], json: true }],
    ['--json a', { paths: ['a'], json: true }],
    ['a --hash-key k', { paths: ['a'], hashKey: 'k' }],
    ['a --hash-key=k', { paths: ['a'], hashKey: 'k' }],
    ['a --hash-key=-k', { paths: ['a'], hashKey: '-k' }],
    ['a --hash-key=', { paths: ['a'], hashKey: '' }],
    ['a --hash-key -', { paths: ['a'], hashKey: '-' }],
    ['a --grave high --log-level info', { paths: ['a'], grave: 'high', logLevel: 'info' }],
    ['-', { paths: ['-'] }],
    ['- a', { paths: ['-', 'a'] }],
    ['--json -- --json -h', { paths: ['--json', '-h'], json: true }],
    ['1 007', { paths: ['1', '007'] }],
    ['--help', {}],
  ])('%s', (words, expected) => {
    // Proves what each word is taken for, `-` and what follows `--` among them.
    expect(readWords(command, words.split(' '))).toEqual(words === '--help' ? null : expected);
  });

  it.each(['--help', '-h', 'a --unknown -h', '--grave bad --help'])(
    '%s asks for help, whatever else it says',
    (words) => {
      // Proves that who asks is not told of mistakes.
      expect(readWords(command, words.split(' '))).toBeNull();
    },
  );

  it('a command may take one argument, or none', () => {
    // Proves the shapes of what is handed on.
    expect(readWords(one, ['p'])).toEqual({ policy: 'p' });
    expect(readWords(none, [])).toEqual({});
  });
});

describe('mistakes', () => {
  it.each<[string, string]>([
    ['a --frm x', '--frm is not an option of try'],
    ['a -x', '-x is not an option of try'],
    ['a --toString', '--toString is not an option of try'],
    ['a --__proto__=1', '--__proto__ is not an option of try'],
    ['a --no-json', '--no-json is not an option of try'],
    ['a --json=false', '--json takes no value'],
    ['a --hash-key', '--hash-key needs a value'],
    ['a --hash-key --json', '--hash-key needs a value'],
    ['a --hash-key k --hash-key l', '--hash-key is given more than once'],
    ['a --json --json', '--json is given more than once'],
    ['a --grave bad', '--grave bad is not one of low, high'],
    ['--json', 'try needs something to work on'],
  ])('%s', (words, sentence) => {
    // Proves that the sentence names what was typed.
    expect(mistake(command, words)).toEqual(['usage', sentence, 'See dicomtap try --help.']);
  });

  it('words that nothing takes', () => {
    // Proves that a word too many is not passed over: it may be a forgotten option's value.
    expect(mistake(one, 'p q')[1]).toBe('"q" is a word too many');
    expect(mistake(none, 'p')[1]).toBe('"p" is a word too many');
  });
});

function mistake(of: Command, words: string): readonly string[] {
  try {
    readWords(of, words.split(' '));
  } catch (error) {
    if (error instanceof OperatorError) return [error.code, error.message, error.remedy];
    throw error;
  }
  return [];
}
