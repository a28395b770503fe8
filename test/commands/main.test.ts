// Proves that the command line finds its commands and explains itself.
import { describe, expect, it } from 'vitest';
import { runWords } from './run.ts';

const commands = ['replay', 'findings', 'associations', 'operations', 'endpoints', 'check', 'learn', 'policy diff'];

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
  });

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

  it('asks for what a command needs', async () => {
    // Proves the words for a missing path.
    const { status, stderr } = await runWords(['replay']);
    expect(status).toBe(1);
    expect(stderr).toBe('dicomtap: replay needs something to work on\n  See dicomtap replay --help.\n');
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
