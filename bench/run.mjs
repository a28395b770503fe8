// The benchmark: `npm run bench -- [--quick] [--only bulk,small] [--rounds N] [--scale 0.1] [--out FILE] [--no-build]`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { madeInput } from './inputs/made.mjs';
import { sliceTo } from './inputs/shape.mjs';
import { commitNow, machineNow } from './machine.mjs';
import { measure } from './measure.mjs';
import { planned } from './plan.mjs';
import { answerOf, programs, root, sliceBytes, versionOf, withFolder } from './programs.mjs';
import { page } from './table.mjs';
import { targets } from './targets.mjs';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    scale: { type: 'string', default: '1' },
    out: { type: 'string' },
    'no-build': { type: 'boolean', default: false },
  },
});
if (options.quick) quick();
else run(options, join(root, 'bench', 'data'), options.out ?? join(root, 'bench', 'results.md'));

/** Small inputs, one round, a table in a temporary place: whether every part works, not how fast. */
function quick() {
  const folder = mkdtempSync(join(tmpdir(), 'dicomtap-bench-'));
  try {
    const out = options.out ?? join(folder, 'results.md');
    const collected = run({ ...options, rounds: '1', scale: '0.002' }, folder, out);
    const broken = collected.inputs.flatMap((input) =>
      input.results
        .filter(({ failed }) => failed !== null)
        .map(({ program, failed }) => `${input.name}, ${program}: ${failed}`),
    );
    const text = readFileSync(out, 'utf8');
    for (const { name } of collected.inputs) if (!text.includes(`\n## ${name}\n`)) broken.push(`no table of ${name}`);
    for (const { about } of targets) if (!text.includes(`| ${about} |`)) broken.push(`no target "${about}"`);
    for (const line of broken) console.error(line);
    process.exitCode = broken.length === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run({ only, rounds, scale, 'no-build': noBuild }, data, out) {
  const roundCount = Number(rounds);
  const share = Number(scale);
  if (!(roundCount >= 1) || !(share > 0)) throw new Error('--rounds and --scale take numbers above 0');
  if (!noBuild) build();
  const collected = {
    machine: machineNow(),
    date: new Date().toISOString().slice(0, 10),
    commit: commitNow(),
    rounds: roundCount,
    scale: share,
    versions: Object.fromEntries(Object.keys(programs).map((name) => [name, versionOf(name)])),
    targets,
    inputs: [],
  };
  withFolder(data, (folder) => {
    const parts = planned(only === undefined ? null : only.split(','), share);
    collected.inputs = parts.map((part) => prepared(part, data, folder, collected.versions));
    for (let round = 1; round <= roundCount; round++) {
      for (const input of collected.inputs) turn(input, folder, `round ${round} of ${roundCount}`);
    }
  });
  writeFileSync(out, page(collected));
  console.error(`written: ${out}`);
  return collected;
}

/** One input: made, cut for those that read a slice, and looked at once by dicomtap. */
function prepared({ name, kind, size, programs: names }, data, folder, versions) {
  tell(`${name}: making`);
  const { file, ...shape } = madeInput(data, kind, size);
  const slice = names.includes('tshark') ? join(folder, `${name}-slice.pcap`) : null;
  const sliceShape = slice === null ? null : sliceTo(file, slice, sliceBytes);
  const results = names.map((program) => {
    const missing = versions[program] === null ? programs[program].packageName : null;
    const sliced = programs[program].sliced === true;
    const scaled = sliced ? shape.bytes / sliceShape.bytes : 1;
    return { program, missing, failed: null, scaled, slice: sliced ? sliceShape : null, samples: [] };
  });
  const answer = shape.packets === 0 ? null : checkedAnswer(name, file, shape, folder);
  return { name, kind, size, shape, answer, results, file, slice };
}

/** Each program of an input once, the file in the page cache. */
function turn({ name, results, file, slice }, folder, which) {
  warm(file);
  for (const result of results) {
    if (result.missing !== null || result.failed !== null) continue;
    tell(`${which}: ${name}, ${result.program}`);
    sample(result, result.slice === null ? file : slice, folder);
  }
}

function sample(result, file, folder) {
  withFolder(folder, (own) => {
    const { failed, ...times } = measure(programs[result.program].command(file, own), own);
    if (failed === null) result.samples.push(times);
    else {
      result.failed = failed;
      result.samples.length = 0;
    }
  });
}

/** The totals that dicomtap states. Throws when it did not use every packet or gave up on something. */
function checkedAnswer(name, file, shape, folder) {
  return withFolder(folder, (own) => {
    const { totals, losses } = answerOf(file, own);
    if (totals.packets !== shape.packets)
      throw new Error(`${name}: dicomtap read ${totals.packets} of ${shape.packets} packets`);
    if (losses.bug !== undefined) throw new Error(`${name}: dicomtap has a bug: ${JSON.stringify(losses.bug)}`);
    return totals;
  });
}

/** Into the page cache. */
function warm(file) {
  spawnSync('cat', [file], { stdio: ['ignore', 'ignore', 'inherit'] });
}

function build() {
  tell('building');
  const { status } = spawnSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error('the build failed');
}

function tell(what) {
  console.error(`bench: ${what}`);
}
