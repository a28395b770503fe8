import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether tshark is there: tests against it are registered only then. */
export const tsharkFound = spawnSync('tshark', ['--version']).status === 0;

/** Checksums are verified, sequence numbers are as on the wire, and nothing is resolved to names. */
const preferences = [
  'ip.check_checksum:TRUE',
  'tcp.check_checksum:TRUE',
  'udp.check_checksum:TRUE',
  'tcp.relative_sequence_numbers:FALSE',
].flatMap((preference) => ['-o', preference]);

/** One row of texts per packet of a capture: the fields asked for, in that order; repeated ones joined by commas. */
export function tsharkFields(capture: Uint8Array, fields: readonly string[], more: readonly string[] = []): string[][] {
  const columns = fields.flatMap((field) => ['-e', field]);
  const text = tshark(capture, ['-n', ...preferences, ...more, '-T', 'fields', ...columns]);
  return text === ''
    ? []
    : text
        .replace(/\n$/, '')
        .split('\n')
        .map((line) => line.split('\t'));
}

/**
 * What tshark's expert says of a capture: one line per complaint. Notes and chats (retransmission, SYN) are no
 * complaints.
 */
export function tsharkComplaints(capture: Uint8Array): string[] {
  const rows = tsharkFields(capture, ['frame.number', '_ws.expert.severity', '_ws.expert.message', '_ws.malformed']);
  const warning = 0x600000;
  return rows
    .filter(
      ([, severity, , malformed]) => malformed !== '' || severity.split(',').some((one) => Number(one) >= warning),
    )
    .map((row) => row.join(' '));
}

/** From a file, for tshark takes no socket for its standard input. */
function tshark(capture: Uint8Array, options: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'dicomtap-'));
  try {
    const path = join(folder, 'capture');
    writeFileSync(path, capture);
    const run = spawnSync('tshark', ['-r', path, ...options], { encoding: 'utf8', maxBuffer: 1 << 28 });
    if (run.status !== 0) throw new Error(`tshark: ${run.stderr}`);
    return run.stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * The same fields for packets of a file that `filter` selects, a list of texts a field. Runs beside
 * others; `options` are further ones of tshark.
 */
export async function tsharkRows(
  path: string,
  filter: string,
  fields: readonly string[],
  options: readonly string[] = [],
): Promise<string[][][]> {
  const columns = fields.flatMap((field) => ['-e', field]);
  const layout = ['-T', 'fields', '-E', `aggregator=${APART}`, ...columns];
  const text = await output('tshark', ['-r', path, '-n', ...options, '-Y', filter, ...layout]);
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t').map((field) => (field === '' ? [] : field.split(APART))));
}

/** In no text of ours. */
const APART = '\u{1f}';

function output(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { encoding: 'utf8', maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else if (error.code === 'ENOENT') reject(new Error(`${program} judges this test and is not installed`));
      else reject(new Error(`${program}: ${stderr}`));
    });
  });
}
