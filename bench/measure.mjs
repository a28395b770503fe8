import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** GNU time asks the kernel what one child used (wait4), which Node cannot. Debian: package `time`. */
const timeProgram = '/usr/bin/time';
const peakIsMeasured = existsSync(timeProgram);

/**
 * Runs a program to its end, output to /dev/null: wall time of the whole process (ms), processor time (ms), peak
 * resident memory (bytes; null without GNU time), and `failed`, one line, or null.
 */
export function measure([program, ...words], folder, timeoutMs = 3_600_000) {
  const report = join(folder, 'time.txt');
  const errors = join(folder, 'stderr.txt');
  const stderr = openSync(errors, 'w');
  const command = peakIsMeasured ? [timeProgram, '-f', '%U %S %M', '-o', report, program] : [program];
  const began = process.hrtime.bigint();
  const { status, signal, error } = spawnSync(command[0], [...command.slice(1), ...words], {
    stdio: ['ignore', 'ignore', stderr],
    cwd: folder,
    env: environment(),
    timeout: timeoutMs,
  });
  const ms = Number(process.hrtime.bigint() - began) / 1e6;
  closeSync(stderr);
  const failed = status === 0 ? null : failure(status, error?.code ?? signal, readFileSync(errors, 'utf8'));
  if (!peakIsMeasured || failed !== null) return { ms, cpuMs: null, peakBytes: null, failed };
  const [user, system, kibibytes] = readFileSync(report, 'utf8').trim().split('\n').at(-1).split(' ').map(Number);
  return { ms, cpuMs: (user + system) * 1000, peakBytes: kibibytes * 1024, failed };
}

function failure(status, why, stderr) {
  const line = stderr.trim().split('\n')[0];
  return `${why ?? `status ${status}`}${line === '' ? '' : `: ${line}`}`.slice(0, 200);
}

/** Without what would change how a Node program or dicomtap runs. */
function environment() {
  const kept = Object.entries(process.env).filter(([name]) => !/^(NODE_|DICOMTAP_|npm_)/.test(name));
  return Object.fromEntries(kept);
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
