import { kinds } from './inputs/catalogue.mjs';
import { median } from './measure.mjs';
import { programs } from './programs.mjs';
import { judged, NotMeasured } from './targets.mjs';

/** The page of a run, in Markdown. `run`: what run.mjs collected. */
export function page(run) {
  return [
    '# Results of the benchmark\n',
    'Written by `npm run bench`; how it is measured is in [docs/performance.md](../docs/performance.md).\n',
    circumstances(run),
    '## Targets\n',
    run.scale === 1
      ? null
      : `The inputs were made at ${run.scale} of their size; the targets are for whole ones, so nothing is judged.\n`,
    targetTable(run),
    ...run.inputs.map((input) => section(input)),
    '## Programs\n',
    programTable(run),
  ]
    .filter((part) => part !== null)
    .join('\n');
}

function circumstances({ machine, date, rounds, commit }) {
  return list([
    `date: ${date}`,
    `machine: ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.system}`,
    `load average when it began: ${machine.load}`,
    `Node ${process.version}, dicomtap at ${commit}`,
    `rounds: ${rounds}; times are medians of whole processes (least to most), page cache warm`,
    'memory is the peak resident size of the process, in MB of 10^6 bytes',
  ]);
}

function targetTable(run) {
  const seen = seenOf(run);
  const rows = run.targets
    .map((target) => judged(target, seen))
    .map(({ about, most, least, measured, verdict }) => [
      about,
      most === undefined ? `at least ${number(least)}` : `at most ${number(most)}`,
      measured === null ? '' : number(measured),
      run.scale !== 1 ? '' : verdict === 'fail' ? '**fail**' : verdict,
    ]);
  return table(['target', 'bound', 'measured', ''], rows);
}

function section({ name, kind, size, shape, answer, results }) {
  const bytes = (shape.bytes / 1e6).toFixed(1);
  const about = `${kinds[kind].about}: ${number(size)} ${kinds[kind].unit}, ${bytes} MB, ${number(shape.packets)} packets.`;
  const ours = results.find((result) => result.program.startsWith('dicomtap') && result.samples.length > 0);
  const rows = results.map((result) => row(result, shape, medianMs(ours)));
  const heads = [
    'program',
    'time, s',
    'least to most',
    "by dicomtap's",
    'MB/s',
    'kpackets/s',
    'processor, s',
    'peak, MB',
  ];
  return [`## ${name}\n`, `${about}\n`, saw(answer), table(heads, rows), notes(results)]
    .filter((part) => part !== null)
    .join('\n');
}

function saw(answer) {
  if (answer === null) return null;
  const { connections, associations, operations } = answer;
  const of = (count, what) => `${number(count)} ${what}${count === 1 ? '' : 's'}`;
  return `dicomtap saw ${of(connections, 'connection')}, ${of(associations, 'association')}, ${of(operations, 'operation')}.\n`;
}

function row({ program, samples, scaled, missing, failed }, shape, oursMs) {
  if (missing !== null) return [program, missing, '', '', '', '', '', ''];
  if (failed !== null) return [program, 'failed', '', '', '', '', '', ''];
  const times = samples.map(({ ms }) => ms * scaled);
  const ms = median(times);
  const empty = shape.packets === 0;
  const ratio = empty || program.startsWith('dicomtap') || oursMs === null ? '' : (ms / oursMs).toFixed(2);
  const cpu = samples.map(({ cpuMs }) => cpuMs).filter((value) => value !== null);
  const peaks = samples.map(({ peakBytes }) => peakBytes).filter((value) => value !== null);
  return [
    scaled === 1 ? program : `${program} (slice)`,
    seconds(ms),
    `${seconds(Math.min(...times))} to ${seconds(Math.max(...times))}`,
    ratio,
    empty ? '' : number(shape.bytes / 1e3 / ms),
    empty ? '' : number(shape.packets / ms),
    cpu.length === 0 ? 'not measured' : seconds(median(cpu) * scaled),
    peaks.length === 0 ? 'not measured' : (Math.max(...peaks) / 1e6).toFixed(1),
  ];
}

function notes(results) {
  const lines = results.flatMap(({ program, scaled, failed, slice }) => [
    ...(failed === null ? [] : [`${program} failed: ${failed}`]),
    ...(scaled === 1 || slice === null
      ? []
      : [
          `${program} read the first ${(slice.bytes / 1e6).toFixed(1)} MB; its times are multiplied by ` +
            `${scaled.toFixed(2)}, its memory is that of the slice`,
        ]),
  ]);
  return lines.length === 0 ? null : list(lines);
}

function programTable(run) {
  const rows = Object.entries(programs).map(([name, { does, packageName }]) => [
    name,
    does,
    run.versions[name] ?? `not on this machine (package ${packageName})`,
  ]);
  return table(['program', 'what it does', 'version'], rows);
}

/** What targets are computed from. */
function seenOf({ inputs }) {
  const of = (name) => {
    const input = inputs.find((one) => one.name === name);
    if (input === undefined) throw new NotMeasured(name);
    return input;
  };
  const samples = (name, program) => {
    const result = of(name).results.find((one) => one.program === program);
    if (result === undefined || result.samples.length === 0) throw new NotMeasured(`${name} ${program}`);
    return result;
  };
  return {
    ms: (name, program) => medianMs(samples(name, program)),
    peak: (name) => {
      const peaks = samples(name, 'dicomtap').samples.map(({ peakBytes }) => peakBytes);
      if (peaks.includes(null)) throw new NotMeasured('peak memory');
      return Math.max(...peaks) / 1e6;
    },
    input: (name) => of(name).shape,
    answer: (name) => {
      const { answer } = of(name);
      if (answer === null) throw new NotMeasured(`${name} answer`);
      return answer;
    },
  };
}

function medianMs(result) {
  if (result === undefined) return null;
  return median(result.samples.map(({ ms }) => ms)) * result.scaled;
}

function table(heads, rows) {
  const line = (cells) => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return `${[line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}

function list(lines) {
  return `${lines.map((one) => `- ${one}`).join('\n')}\n`;
}

const seconds = (ms) => (ms / 1000).toFixed(3);
const number = (value) =>
  value.toLocaleString('en-GB', { maximumFractionDigits: Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0 });
