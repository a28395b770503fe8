import { spawnSync } from 'node:child_process';

/** Whether DCMTK is there: tests against it are registered only then. */
export const dcmtkFound = spawnSync('dcmdump', ['--version']).status === 0;

/** One element as dcmdump prints it; sequences of undefined length have FFFFFFFFH. */
export interface DumpedElement {
  readonly tag: number;
  readonly vr: string;
  readonly length: number;
  readonly depth: number;
}

/** The data set of a file as DCMTK reads it: elements in order, without items, delimiters and meta information. */
export function dcmdump(path: string): DumpedElement[] {
  const text = run('dcmdump', ['-q', path]).toString('latin1');
  const elements: DumpedElement[] = [];
  for (const line of text.slice(text.indexOf('# Dicom-Data-Set')).split('\n')) {
    const match = /^( *)\(([0-9a-f]{4}),([0-9a-f]{4})\) (..) .*# *(u\/l|\d+), *\d+ /.exec(line);
    if (match === null || match[2] === 'fffe') continue;
    elements.push({
      tag: Number.parseInt(match[2] + match[3], 16),
      vr: match[4],
      length: match[5] === 'u/l' ? 0xffffffff : Number(match[5]),
      depth: match[1].length / 4,
    });
  }
  return elements;
}

/** Runs one of DCMTK's programs; what it prints. */
export function run(program: string, args: readonly string[]): Buffer {
  const { status, stdout, stderr, error } = spawnSync(program, args, { maxBuffer: 64 << 20 });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr.toString('latin1')}`);
  return stdout;
}
