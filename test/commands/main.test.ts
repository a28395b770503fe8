// Proves that the command line finds its commands and explains itself.
import { describe, expect, it } from 'vitest';
import { associations } from '../../src/commands/associations.ts';
import { check } from '../../src/commands/check.ts';
import { findings } from '../../src/commands/findings.ts';
import { learn } from '../../src/commands/learn.ts';
import { policyDiff } from '../../src/commands/policy-diff.ts';
import { replay } from '../../src/commands/replay.ts';
import { runWords } from './run.ts';

const commands = [
  'replay',
  'live',
  'capture',
  'status',
  'doctor',
  'findings',
  'associations',
  'operations',
  'endpoints',
  'explain',
  'extract',
  'check',
  'learn',
  'policy diff',
  'sink status',
  'sink test',
  'sink resend',
];

describe('the command line', () => {
  it('lists its commands', async () => {
    // Proves that --help is an answer, and no command at all is a mistake.
    const help = await runWords(['--help']);
    for (const name of commands) expect(help.stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    expect(help.status).toBe(0);
    const none = await runWords([]);
    expect(none).toEqual({ status: 1, stdout: '', stderr: help.stdout });
  });

  it.each(commands)('%s has a help that fits 80 columns', async (name) => {
    // Proves that each command can be loaded and explains itself.
    const { status, stdout } = await runWords([...name.split(' '), '--help']);
    expect((await runWords(['help', ...name.split(' ')])).stdout).toBe(stdout);
    expect(status).toBe(0);
    expect(stdout).toContain(`dicomtap ${name}`);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    // The build counts a character as a column (rolldown.config.mjs).
    expect(stdout).toMatch(/^[ -~\n]*$/);
  });

  it.each([replay, findings, associations, check, learn, policyDiff])(
    '$name takes no option for the value of another',
    (command) => {
      // Proves that a forgotten value is told: yargs takes it for an empty one unless asked not to.
      const lax = Object.entries(command.options).filter(
        ([, { type, requiresArg }]) => type !== 'boolean' && !requiresArg,
      );
      expect(lax.map(([name]) => name)).toEqual([]);
    },
  );

  it('takes help as a word too', async () => {
    // Proves that `dicomtap help` and `dicomtap help replay` are what people expect.
    expect((await runWords(['help'])).stdout).toBe((await runWords(['--help'])).stdout);
    expect((await runWords(['help', 'replay'])).stdout).toBe((await runWords(['replay', '--help'])).stdout);
  });

  it('names the commands when it does not know one', async () => {
    // Proves that a misspelt command is helped.
    const { status, stderr } = await runWords(['replya']);
    expect(status).toBe(1);
    expect(stderr).toBe(`dicomtap: "replya" is not a command\n  Commands are ${commands.join(', ')}.\n`);
  });

  it.each([
    [['replay', 'a', '--frm', 'x'], '--frm is not an option of replay'],
    [['check', 'a', 'b'], '"b" is a word too many'],
    [['findings', '--frm'], '--frm is not an option of findings'],
    [['learn', '--db'], '--db needs a value'],
    [['policy diff', '--db', 'a'], 'policy diff lacks <policies>: the old policy, and the new one'],
  ])('%j: says what is wrong, where, and what to do', async (words, sentence) => {
    // Proves the whole text of a mistake, and that nothing goes to standard output.
    const remedy = `  See dicomtap ${words[0]} --help.`;
    expect(await runWords(words)).toEqual({ status: 1, stdout: '', stderr: `dicomtap: ${sentence}\n${remedy}\n` });
  });

  it('shows the commands of a family', async () => {
    // Proves that the first word of two leads on.
    const { status, stdout, stderr } = await runWords(['policy']);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('Usage: dicomtap policy COMMAND [options]\n\n  policy diff ');
    expect(await runWords(['policy', '--help'])).toEqual({ status: 0, stdout: stderr, stderr: '' });
    const wrong = await runWords(['policy', 'dfif', 'a']);
    expect(wrong.stderr).toBe('dicomtap: "policy dfif" is not a command\n  Commands are policy diff.\n');
  });

  it('shows nothing of what was typed that a terminal would obey', async () => {
    // Proves that control characters of a word are told, not sent.
    const { stderr } = await runWords(['replay', 'a', '--x\u001b[31m']);
    expect(stderr).toContain('--x\\u{1b}[31m is not an option of replay');
  });

  it('asks for what a command needs', async () => {
    // Proves the words for a missing path.
    const { status, stderr } = await runWords(['replay']);
    expect(status).toBe(1);
    expect(stderr).toBe(
      'dicomtap: replay lacks <paths>: files, folders, or - for standard input\n  See dicomtap replay --help.\n',
    );
  });

  it.each([
    [['--severity', 'bogus'], '--severity bogus is not one of info, low, medium, high, critical'],
    [['--severity'], '--severity needs a value'],
    [['--detection', 'bogus'], '--detection bogus is not a detection'],
  ])('says in words of its own what is wrong with %j', async (words, sentence) => {
    // Proves that no sentence of the option parser's own is shown.
    const { status, stderr } = await runWords(['findings', ...words]);
    expect(status).toBe(1);
    expect(stderr.split('\n')[0]).toBe(`dicomtap: ${sentence}`);
  });
});
