#!/usr/bin/env node
import { join } from 'node:path';
import type { Io } from './commands/command.ts';
import { compiled } from './compiled.ts';
import { programVersion } from './program.ts';

// Node would open its debugger on it, to whoever may send a signal and connect: caught first of all, and ignored.
process.on('SIGUSR1', () => {});

// What is written (database, key, evidence) is its owner's alone.
process.umask(0o077);

// A reader that has seen enough closes the pipe: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
process.stderr.on('error', () => {});

const words = process.argv.slice(2);
// Answered without loading the parser: scripts and package tests ask this often.
if (words.length === 1 && (words[0] === '--version' || words[0] === '-V'))
  process.stdout.write(`${programVersion()}\n`);
else await run();

async function run(): Promise<void> {
  const { runCommandLine } = compiled(join(import.meta.dirname, 'main.cjs')) as typeof import('./commands/main.ts');
  const status = await runCommandLine(words, terminalIo());
  // Not before the last byte is written; then at once, whatever still waits for input.
  await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
  process.exit(status);
}

function terminalIo(): Io {
  const { NO_COLOR = '', TERM } = process.env;
  const terminal = process.stdout.isTTY === true;
  return {
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
    terminal,
    columns: process.stdout.columns || 80,
    ...(terminal ? { rows: process.stdout.rows } : {}),
    colour: terminal && NO_COLOR === '' && TERM !== 'dumb',
    progress: process.stderr.isTTY === true && TERM !== 'dumb',
  };
}
