// The benchmark: `npm run bench -- [--quick] [--only bulk,small] [--without tcpflow] [--rounds N] [--scale 0.1] [--out
// FILE] [--no-build]`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { madeInput } from './inputs/made.mjs';
import { sliceTo } from './inputs/shape.mjs';
import { commitNow, machineNow } from './machine.mjs';
import { measure } from './measure.mjs';
import { answerOf, programs, root, sliceBytes, versionOf, withFolder } from './programs.mjs';
import { requestOf } from './request.mjs';
import { page } from './table.mjs';
import { targets } from './targets.mjs';

const request = asked();
if (request.quick) quick();
else run(request, join(root, 'bench', 'data'), request.out ?? join(root, 'bench', 'results.md'));

/** What the command line asks for; a sentence and status 2 where it cannot be. */
function asked() {
  try {
    return requestOf(process.argv.slice(2));
  } catch (error) {
    console.error(`bench: ${error.message}`);
    process.exit(2);
  }
}

/** Small inputs, one round, a table in a temporary place: whether every part works, not how fast. */
function quick() {
  const folder = mkdtempSync(join(tmpdir(), 'dicomtap-bench-'));
  try {
    const out = request.out ?? join(folder, 'results.md');
    const collected = run(request, folder, out);
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

function run({ parts, leftOut, rounds, scale, build: wanted }, data, out) {
  if (wanted) build();
  const collected = {
    machine: machineNow(),
    date: new Date().toISOString().slice(0, 10),
    commit: commitNow(),
    rounds,
    scale,
    versions: Object.fromEntries(Object.keys(programs).map((name) => [name, versionOf(name)])),
    targets,
    inputs: [],
  };
  withFolder(data, (folder) => {
    collected.inputs = parts.map((part) => prepared(part, data, folder, collected.versions, leftOut));
    for (let round = 1; round <= rounds; round++) {
      for (const input of collected.inputs) turn(input, folder, `round ${round} of ${rounds}`);
    }
  });
  writeFileSync(out, page(collected));
  console.error(`written: ${out}`);
  return collected;
}

/** One input: made, cut for those that read a slice, and looked at once by dicomtap. */
function prepared({ name, kind, size, programs: names }, data, folder, versions, leftOut) {
  tell(`${name}: making`);
  const { file, ...shape } = madeInput(data, kind, size);
  const slice = names.includes('tshark') ? join(folder, `${name}-slice.pcap`) : null;
  const sliceShape = slice === null ? null : sliceTo(file, slice, sliceBytes);
  const results = names.map((program) => {
    const missing = whyMissing(program, versions, leftOut);
    const sliced = programs[program].sliced === true;
    const scaled = sliced ? shape.bytes / sliceShape.bytes : 1;
    return { program, missing, failed: null, scaled, slice: sliced ? sliceShape : null, samples: [] };
  });
  const answer = shape.packets === 0 ? null : checkedAnswer(name, file, shape, folder);
  return { name, kind, size, shape, answer, results, file, slice };
}

/** In place of a program's times; null where it is run. */
function whyMissing(program, versions, leftOut) {
  if (leftOut.includes(program)) return 'left out of this run';
  return versions[program] === null ? `not here: ${programs[program].packageName}` : null;
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
