// Proves by counting, not by timing, that a start loads only what its command needs: a file costs half a millisecond,
// its code more.
import { readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runWords } from '../commands/run.ts';
import { root } from '../support/source-tree.ts';
import { Program } from './counted.ts';

const policy = join(root, 'bench', 'policy.yaml');

describe('a start', () => {
  let program: Program;

  beforeAll(() => {
    program = new Program();
  });

  afterAll(() => program.remove());

  it('for the version loads next to nothing', () => {
    // Proves that scripts and package tests may ask for it often.
    const files = program.loaded(['--version']);
    expect(files.length).toBe(1);
    expect(kilobytes(files)).toBeLessThan(3);
    expect(files.map((file) => basename(file))).not.toContain('yargs.cjs');
  });

  it('for the list of commands loads none of them', () => {
    // Proves that commands are loaded when they are asked for.
    const files = program.loaded(['--help']);
    expect(files.length).toBeLessThanOrEqual(3);
    expect(kilobytes(files)).toBeLessThan(16);
  });

  it('for help of a command opens no database', () => {
    // Proves that the libraries' own code waits until work begins.
    expect(packages(program.loaded(['check', '--help']))).toEqual([]);
  });

  it('for help of a command needs no package', async () => {
    // Proves that yargs is all in the bundle: its code, and its words, of which it would read translations from a file.
    const { stdout } = await runWords(['check', '--help']);
    expect(program.alone(['check', '--help'])).toBe(stdout);
  });

  it('for a replay loads no library for policies, no log and no inflater', () => {
    // Proves that what an option or a file's content asks for is not loaded without.
    const files = program.loaded(program.emptyReplay());
    expect(packages(files)).toEqual(['better-sqlite3', 'bindings', 'file-uri-to-path']);
    const names = files.map((file) => basename(file));
    for (const name of ['zod.cjs', 'yaml.cjs', 'gzip.cjs', 'zstd.cjs', 'query.cjs']) expect(names).not.toContain(name);
    expect(files.length).toBeLessThanOrEqual(28);
    expect(kilobytes(files)).toBeLessThan(1200);
  });

  it('for a replay with a policy loads these in one file each', () => {
    // Proves that zod and yaml, of some seventy files each, came into the bundle, without what nothing uses of them.
    const before = program.loaded(program.emptyReplay());
    const files = program.loaded([...program.emptyReplay(), '--policy', policy]);
    expect(packages(files)).toEqual(packages(before));
    expect(files.map((file) => basename(file))).toEqual(expect.arrayContaining(['zod.cjs', 'yaml.cjs']));
    expect(files.length - before.length).toBeLessThanOrEqual(3);
    expect(kilobytes(files) - kilobytes(before)).toBeLessThan(305);
  });

  it('reads the command line by yargs in one file, without tables of what characters look like', () => {
    // Proves that what costs half of yargs' time, and its forty files, do not come back unseen.
    const files = program.loaded(['check', '--help']).filter((file) => basename(file) === 'yargs.cjs');
    expect(files.length).toBe(1);
    expect(kilobytes(files)).toBeLessThan(200);
    expect(readFileSync(files[0], 'utf8')).not.toMatch(/Intl\.Segmenter|Emoji/);
  });

  it('for a question to the database loads no engine', () => {
    // Proves that what records say of detections and ids lies apart from what reads packets.
    const names = program.loaded(['findings', '--help']).map((file) => basename(file));
    expect(names).toContain('store.cjs');
    for (const name of ['engine.cjs', 'intake.cjs', 'replay.cjs']) expect(names).not.toContain(name);
  });

  it('takes the bytecode that was made with the program', () => {
    // Proves that it fits: that no flag of V8 is set before the files are loaded, and that what ran was what a start
    // runs.
    for (const words of [
      [...program.emptyReplay(), '--policy', policy],
      ['findings', '--help'],
    ])
      expect(program.notTaken(words)).toEqual([]);
    expect(program.notTaken(['doctor', '--help'])).toContain('doctor.cjs');
  });

  it('comes with the licences of the packages whose code is in the bundle', () => {
    // Proves that each one's text goes along, yargs' parts among them.
    const named = [...program.licences().matchAll(/^(\S+) [\d.]+ \([A-Z]\S*\)$/gm)].map(([, name]) => name);
    expect(named).toEqual(
      expect.arrayContaining(['cliui', 'wrap-ansi', 'y18n', 'yaml', 'yargs', 'yargs-parser', 'zod']),
    );
    expect(named).not.toContain('string-width');
  });
});

function kilobytes(files: readonly string[]): number {
  return files.reduce((sum, file) => sum + statSync(file).size, 0) / 1000;
}

/** Packages that files were loaded from, by name. */
function packages(files: readonly string[]): string[] {
  return [...new Set(files.flatMap((file) => /.*\/node_modules\/([a-z][^/]*)\//.exec(file)?.[1] ?? []))].sort();
}
