import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const cli = join(root, 'dist', 'cli.js');
const node = process.execPath;

/** The slice that tshark gets: over a whole input it would take minutes and gigabytes. */
export const sliceBytes = 100e6;

/** A replay as an operator would run it: every detection on, the store committed, the summary written. */
const replay = (file, folder) => {
  const key = join(folder, 'key');
  writeFileSync(key, `${'6b'.repeat(32)}\n`, { mode: 0o600 });
  const store = ['--db', join(folder, 'store.db'), '--hash-key', key];
  return [node, cli, 'replay', file, '--policy', join(root, 'bench', 'policy.yaml'), ...store];
};

/**
 * The programs by name. `command(file, folder)` is what runs; `version` how it is found and what it is; `packageName`
 * what to install where it is not. `folder` is empty before each run and removed after it.
 */
export const programs = {
  dicomtap: {
    does: 'the whole analysis, all detections, store committed',
    version: () => JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version,
    command: replay,
  },
  cat: {
    does: 'reads the file',
    version: () => firstLine('cat', '--version'),
    packageName: 'coreutils',
    command: (file) => ['cat', file],
  },
  tcpdump: {
    does: 'copies packets: -r FILE -w /dev/null',
    version: () => firstLine('tcpdump', '--version'),
    packageName: 'tcpdump',
    command: (file) => ['tcpdump', '-r', file, '-w', '/dev/null'],
  },
  ndpiReader: {
    does: 'labels flows: -i FILE -q',
    version: () => firstLine('ndpiReader', '-h'),
    packageName: 'libndpi-bin',
    command: (file) => ['ndpiReader', '-i', file, '-q'],
  },
  tcpflow: {
    does: 'reassembles TCP to files on disk: -r FILE -o FOLDER',
    version: () => firstLine('tcpflow', '-V'),
    packageName: 'tcpflow',
    command: (file, folder) => ['tcpflow', '-r', file, '-o', join(folder, 'flows')],
  },
  'pcap-parser': {
    does: 'npm module: splits packets, nothing else',
    version: () => JSON.parse(readFileSync(join(root, 'node_modules/pcap-parser/package.json'), 'utf8')).version,
    packageName: 'npm install',
    command: (file) => [node, join(root, 'bench', 'peers', 'pcap-parser.mjs'), file],
  },
  tshark: {
    does: 'decodes DICOM: -r FILE -n -Y dicom, on a slice',
    version: () => firstLine('tshark', '--version'),
    packageName: 'tshark',
    sliced: true,
    command: (file) => ['tshark', '-r', file, '-n', '-d', 'tcp.port==11112,dicom', '-Y', 'dicom'],
  },
  'node -e 0': {
    does: 'starts Node',
    version: () => process.version,
    command: () => [node, '-e', '0'],
  },
  'dicomtap --version': {
    does: 'starts, says its version',
    version: () => programs.dicomtap.version(),
    command: () => [node, cli, '--version'],
  },
  'dicomtap replay (empty)': {
    does: 'a whole replay of a capture without packets',
    version: () => programs.dicomtap.version(),
    command: replay,
  },
};

/** Version of a program, or null when it is not on this machine. */
export function versionOf(name) {
  try {
    return programs[name].version();
  } catch {
    return null;
  }
}

/** What dicomtap says of a capture: a fast answer counts only if it is one. */
export function answerOf(file, folder) {
  const [program, ...words] = replay(file, folder);
  const run = spawnSync(program, [...words, '--json'], { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (run.status !== 0) throw new Error(`dicomtap replay ${file}: status ${run.status}\n${run.stderr}`);
  return JSON.parse(run.stdout);
}

/** Calls `use` with a new folder below `place`, and removes it. */
export function withFolder(place, use) {
  const folder = join(place, `run-${process.pid}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function firstLine(...command) {
  const run = spawnSync(command[0], command.slice(1), { encoding: 'utf8' });
  if (run.error !== undefined) throw run.error;
  return `${run.stdout}${run.stderr}`
    .split('\n')
    .find((line) => /\d\.\d/.test(line))
    .replace(/^Running as .*?\. /, '')
    .trim();
}
