// Proves that words become arguments as people expect, what --help shows, and that each mistake is named as it was
// typed.
import { describe, expect, it } from 'vitest';
import { type Asked, readArguments } from '../../src/commands/arguments.ts';
import type { Command } from '../../src/commands/command.ts';
import { OperatorError } from '../../src/model/errors.ts';

const command: Command = {
  name: 'try',
  describe: 'A command of this test',
  positional: { name: 'paths', describe: 'Files', many: true, required: true },
  options: {
    'hash-key': { type: 'string', requiresArg: true, describe: 'A file' },
    grave: { type: 'string', requiresArg: true, choices: ['low', 'high'], describe: 'How grave' },
    json: { type: 'boolean', describe: 'As JSON' },
    limit: { type: 'string', requiresArg: true, many: true, hidden: true, describe: 'Lowered' },
  },
  examples: ['dicomtap try a --json'],
  run: async () => 0,
};
const one: Command = { ...command, positional: { name: 'policy', describe: 'A file', many: false, required: true } };
const optional: Command = { ...command, positional: { name: 'paths', describe: 'Files', many: true, required: false } };
const { positional: _, examples: __, ...none } = command;

describe('words', () => {
  it.each<[string, Record<string, unknown>]>([
    ['a b', { paths: ['a', 'b'] }],
    ['a --json', { paths: ['a'], json: true }],
    ['--json a', { paths: ['a'], json: true }],
    ['a --json=false', { paths: ['a'], json: false }],
    ['a --hash-key k', { paths: ['a'], hashKey: 'k' }],
    ['a --hash-key=k', { paths: ['a'], hashKey: 'k' }],
    ['a --hashKey k', { paths: ['a'], hashKey: 'k' }],
    ['a --hash-key=-k', { paths: ['a'], hashKey: '-k' }],
    ['a --hash-key=', { paths: ['a'], hashKey: '' }],
    ['a --hash-key -', { paths: ['a'], hashKey: '-' }],
    ['a --limit b=1', { paths: ['a'], limit: ['b=1'] }],
    ['--limit b=1 a --limit=c=2', { paths: ['a'], limit: ['b=1', 'c=2'] }],
    ['a --hash-key 007', { paths: ['a'], hashKey: '007' }],
    ['a --grave high --log-level info', { paths: ['a'], grave: 'high', logLevel: 'info' }],
    ['-', { paths: ['-'] }],
    ['- a', { paths: ['-', 'a'] }],
    ['--json -- --json -h -', { paths: ['--json', '-h', '-'], json: true }],
    ['a \u0001b --hash-key \u0001-', { paths: ['a', '\u0001b'], hashKey: '\u0001-' }],
    ['1 007 0x10 1e3', { paths: ['1', '007', '0x10', '1e3'] }],
    ['a.b', { paths: ['a.b'] }],
  ])('%j', async (words, expected) => {
    // Proves what each word is taken for: `-` and what follows `--` are words, a number stays as it was typed.
    expect(await argv(command, words)).toMatchObject(expected);
    expect(new Set(Object.keys(await argv(command, words)))).toEqual(withOtherNames(expected));
  });

  it('a command may take one argument, or none, or leave them out', async () => {
    // Proves the shapes of what is handed on.
    expect(await argv(one, 'p')).toMatchObject({ policy: 'p' });
    expect(await argv(optional, 'a')).toMatchObject({ paths: ['a'] });
    expect(await argv(optional, '--paths a')).toMatchObject({ paths: ['a'] });
    expect(await argv(optional, '')).not.toHaveProperty('paths');
    expect(await argv(none, '--json')).toMatchObject({ json: true });
  });

  it('an option may be a list, or a number', async () => {
    // Proves the kinds of option that a command may have.
    const options = {
      ...command.options,
      tag: { type: 'string', array: true, requiresArg: true, describe: 'Tags' },
      most: { type: 'number', requiresArg: true, describe: 'So many' },
    } as const;
    const asked = await argv({ ...none, options }, '--tag a --tag b --most 20');
    expect(asked).toMatchObject({ tag: ['a', 'b'], most: 20 });
  });
});

describe('mistakes', () => {
  it.each<[string, string]>([
    ['a --frm x', '--frm is not an option of try'],
    ['a --the-frm x', '--the-frm is not an option of try'],
    ['a --grave bad --frm', '--frm is not an option of try'],
    ['a -x', '-x is not an option of try'],
    ['a -xyz', '-x is not an option of try'],
    ['a --toString', '--toString is not an option of try'],
    ['a --constructor', '--constructor is not an option of try'],
    ['a --no-json', '--no-json is not an option of try'],
    ['a --frm.to x', '--frm.to is not an option of try'],
    ['a --hash-key', '--hash-key needs a value'],
    ['a --hash-key --json', '--hash-key needs a value'],
    ['a --hashKey', '--hashKey needs a value'],
    ['a --hash-key k --hash-key l', '--hash-key is given more than once'],
    ['a --log-level info --log-level warn', '--log-level is given more than once'],
    ['a --grave bad', '--grave bad is not one of low, high'],
    ['a --grave bad --log-level loud', '--grave bad is not one of low, high'],
    ['a --logLevel loud', '--log-level loud is not one of trace, debug, info, warn, error'],
    ['--json', 'try lacks <paths>: files'],
    ['', 'try lacks <paths>: files'],
  ])('%j', async (words, text) => {
    // Proves that the sentence names what was typed, and the remedy where to read on.
    expect(await mistake(command, words)).toEqual(['usage', text, 'See dicomtap try --help.']);
  });

  it('words that nothing takes', async () => {
    // Proves that a word too many is not passed over: it may be a forgotten option's value.
    expect((await mistake(one, 'p q'))[1]).toBe('"q" is a word too many');
    expect((await mistake(one, 'p -- -q'))[1]).toBe('"-q" is a word too many');
    expect((await mistake(none, 'p'))[1]).toBe('"p" is a word too many');
  });
});

describe('help', () => {
  it.each(['--help', '-h', 'a --unknown -h', '--grave bad --help'])(
    '%s asks for it, whatever else it says',
    async (words) => {
      // Proves that who asks is not told of mistakes.
      expect(await help(command, words)).toContain('A command of this test');
    },
  );

  it('shows argument, options with their values, and examples', async () => {
    // Proves the whole of it, and that long lines are broken.
    expect(await help(command, '--help', 60)).toBe(`dicomtap try <paths..>

A command of this test

Positionals:
  paths  Files                                      [string]

Options:
  -h, --help       Show help                       [boolean]
      --hash-key   A file                           [string]
      --grave      How grave
                           [string] [choices: "low", "high"]
      --json       As JSON                         [boolean]
      --log-level  Log on standard error; or DICOMTAP_LOG
        [string] [choices: "trace", "debug", "info", "warn",
                                                    "error"]

Examples:
  dicomtap try a --json`);
  });

  it('leaves out what a command has not, and says what may be left out', async () => {
    // Proves the heads of commands with one argument, with some that may be left out, and with none.
    expect((await help(one, '-h')).split('\n')[0]).toBe('dicomtap try <policy>');
    expect((await help(optional, '-h')).split('\n')[0]).toBe('dicomtap try [paths..]');
    expect((await help(none, '-h')).split('\n')[0]).toBe('dicomtap try');
    expect(await help(none, '-h')).not.toMatch(/Positionals|Examples/);
  });

  it('is no wider than 80 columns', async () => {
    // Proves that lines stay readable on a wide terminal.
    const long = { ...command, describe: 'word '.repeat(60).trim() };
    const widths = (await help(long, '-h', 200)).split('\n').map((line) => line.length);
    expect(Math.max(...widths)).toBeLessThanOrEqual(80);
    expect(Math.max(...widths)).toBeGreaterThan(75);
  });
});

function read(of: Command, words: string, columns = 80): Promise<Asked> {
  return readArguments(of, words === '' ? [] : words.split(' '), columns);
}

async function argv(of: Command, words: string): Promise<Record<string, unknown>> {
  const asked = await read(of, words);
  return 'argv' in asked ? asked.argv : { help: asked.help };
}

async function help(of: Command, words: string, columns = 80): Promise<string> {
  const asked = await read(of, words, columns);
  return 'help' in asked ? asked.help : '';
}

async function mistake(of: Command, words: string): Promise<readonly string[]> {
  try {
    await read(of, words);
  } catch (error) {
    if (error instanceof OperatorError) return [error.code, error.message, error.remedy];
    throw error;
  }
  return [];
}

/** yargs hands an option on under both its names, and adds two of its own. */
function withOtherNames(expected: Readonly<Record<string, unknown>>): Set<string> {
  const dashed = Object.keys(expected).map((name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
  return new Set([...Object.keys(expected), ...dashed, '_', '$0']);
}
