// Fuzzes targets one after the other, each in a process of its own: `npm run fuzz -- [--minutes 10] [TARGET...]`.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Coverage } from './coverage.ts';
import { Fuzzer } from './fuzzer.ts';
import { keepInputs, keptInputs, repository } from './kept-inputs.ts';
import { targets } from './targets.ts';

const { values: options, positionals } = asked();
const chosen = positionals.length > 0 ? positionals : Object.keys(targets);
const minutes = Number(options.minutes);
const seed = Number(options.seed);

if (options.list) {
  for (const name of Object.keys(targets)) say(name);
} else if (chosen.some((name) => !(name in targets)) || !(minutes > 0) || !Number.isSafeInteger(seed)) {
  say(`TARGET is one or more of: ${Object.keys(targets).join(', ')}; --minutes is above 0, --seed a whole number`);
  process.exitCode = 1;
} else if (options.here) {
  process.exitCode = (await fuzz(chosen[0])) ? 0 : 2;
} else {
  for (const name of chosen) {
    const flags = [`--minutes=${minutes}`, `--seed=${seed}`, ...(options.fresh ? ['--fresh'] : [])];
    if (options.missing) flags.push('--missing');
    const script = process.argv[1];
    const { status } = spawnSync(process.execPath, [script, '--here', ...flags, name], { stdio: 'inherit' });
    if (status !== 0) process.exitCode = status ?? 1;
  }
}

/** Words of the command line; a sentence and status 2 for those that are not understood. */
function asked() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        minutes: { type: 'string', default: '1' },
        seed: { type: 'string', default: '1' },
        fresh: { type: 'boolean', default: false },
        missing: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        here: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    say(`fuzz: ${(error as Error).message}`);
    process.exit(2);
  }
}

/** Fuzzes one target and prints what came of it; false when something broke. */
async function fuzz(name: string): Promise<boolean> {
  const entry = targets[name];
  const coverage = new Coverage(entry.covers);
  // Only code compiled from here on is covered.
  coverage.start();
  const target = await entry.load();
  const folder = join(repository(), '.fuzz', 'corpus', name);
  const fuzzer = new Fuzzer(target, coverage, { seed, corpus: options.fresh ? [] : keptInputs(folder) });
  const begun = performance.now();
  const end = begun + minutes * 60_000;
  await fuzzer.begin();
  say(line(fuzzer, coverage, name, begun));
  for (let next = performance.now() + 10_000; performance.now() < end; ) {
    await fuzzer.step();
    if (performance.now() < next) continue;
    next += 10_000;
    say(line(fuzzer, coverage, name, begun));
  }
  say(line(fuzzer, coverage, name, begun));
  if (options.missing) for (const place of coverage.missing()) say(place);
  await fuzzer.thin();
  keepInputs(folder, fuzzer.corpus);
  say(`${name}: ${fuzzer.corpus.length} inputs kept in ${folder}`);
  for (const [i, { key, message, bytes }] of fuzzer.crashes.entries()) {
    const crashes = join(repository(), '.fuzz', 'crashes', name);
    mkdirSync(crashes, { recursive: true });
    const path = join(crashes, `${seed}-${i}`);
    writeFileSync(path, bytes);
    say(`\nCRASH ${key}\n${message}\n${bytes.length} bytes in ${path}: ${Buffer.from(bytes).toString('hex')}`);
  }
  return fuzzer.crashes.length === 0;
}

function line(fuzzer: Fuzzer, coverage: Coverage, name: string, begun: number): string {
  const seconds = (performance.now() - begun) / 1000;
  const { covered, total } = coverage.blocks;
  const rate = Math.round(fuzzer.executions / seconds);
  const megabytes = Math.round(process.memoryUsage().rss / 2 ** 20);
  return (
    `${name}: ${Math.round(seconds)} s, ${fuzzer.executions} executions (${rate}/s), corpus ${fuzzer.corpus.length}, ` +
    `blocks ${covered} of ${total}, crashes ${fuzzer.crashes.length}, unsteady ${fuzzer.unsteady}, ${megabytes} MB`
  );
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
