import type { Io } from '../../src/commands/command.ts';
import { runCommandLine } from '../../src/commands/main.ts';

export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process, as it would run in a pipe. */
export async function runWords(words: readonly string[], io: Partial<Io> = {}): Promise<Outcome> {
  let stdout = '';
  let stderr = '';
  const status = await runCommandLine(words, {
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
    terminal: false,
    columns: 80,
    colour: false,
    progress: false,
    ...io,
  });
  return { status, stdout, stderr };
}
