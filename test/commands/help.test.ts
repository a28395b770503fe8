// Proves what `--help` of a command shows, and that it fits the terminal.
import { expect, it } from 'vitest';
import type { Command } from '../../src/commands/command.ts';
import { commandHelp } from '../../src/commands/help.ts';

const command: Command = {
  name: 'try',
  describe: 'A command of this test',
  positional: { name: 'paths', describe: 'Files, or folders', many: true, required: true },
  options: {
    db: { type: 'string', describe: 'The file in which all is kept, if it is kept' },
    grave: { type: 'string', choices: ['low', 'high'], describe: 'How grave' },
    json: { type: 'boolean', describe: 'As JSON' },
  },
  examples: ['dicomtap try a --json'],
  run: async () => 0,
};

it('shows argument, options with their values, and examples', () => {
  // Proves the layout, and that long texts stand in their own column.
  expect(commandHelp(command, 50)).toBe(`Usage: dicomtap try PATHS... [options]

A command of this test

  PATHS                  Files, or folders
      --db VALUE         The file in which all is
                         kept, if it is kept
      --grave VALUE      How grave: low, high
      --json             As JSON
  -h, --help             Show this
      --log-level VALUE  Log on standard error; or
                         DICOMTAP_LOG: trace,
                         debug, info, warn, error

Examples:
  dicomtap try a --json
`);
});

it('leaves out what a command has not', () => {
  // Proves the heads of commands with one argument that may be left out, and with none.
  const { positional: _, examples: __, ...bare } = command;
  const one = { ...command, positional: { name: 'id', describe: 'An id', many: false, required: false } };
  expect(commandHelp(one, 80).split('\n')[0]).toBe('Usage: dicomtap try [ID] [options]');
  expect(commandHelp(bare, 80).split('\n')[0]).toBe('Usage: dicomtap try [options]');
  expect(commandHelp(bare, 80)).not.toContain('Examples');
});

it('is no wider than 80 columns', () => {
  // Proves that lines stay readable on a wide terminal.
  const long = { ...command, describe: 'word '.repeat(60).trim() };
  expect(
    Math.max(
      ...commandHelp(long, 200)
        .split('\n')
        .map((line) => line.length),
    ),
  ).toBeLessThanOrEqual(80);
});
