import type { Line } from '../../doctor/check.ts';
import type { Io } from '../command.ts';
import { makePaint, type Paint } from '../paint.ts';
import { counted } from '../quantities.ts';
import { printable, wrap } from '../typeset.ts';

/** A line, and the check that says it. */
export interface Told extends Line {
  readonly check: string;
}

const gradeColumns = 9;
const checkColumns = 15;

/** A line each, its remedy below it, and how many of them there are. */
export function doctorText(
  told: readonly Told[],
  counts: { readonly ok: number; readonly warnings: number; readonly errors: number },
  io: Pick<Io, 'columns' | 'colour'>,
): string {
  const paint = makePaint(io.colour);
  const width = Math.max(60, Math.min(io.columns, 120));
  const lines = told.flatMap((line) => linesOf(line, paint, width));
  const { ok, warnings, errors } = counts;
  return `${lines.join('\n')}\n\n${ok} ok, ${counted(warnings, 'warning')}, ${counted(errors, 'error')}\n`;
}

function linesOf({ grade, check, subject, says, remedy }: Told, paint: Paint, width: number): string[] {
  const lead = grade.padEnd(gradeColumns) + check.padEnd(checkColumns);
  const indent = ' '.repeat(lead.length);
  const sentence = wrap(printable(subject === null ? says : `${subject}: ${says}`), width - lead.length);
  // A command is copied: it stays in one line.
  const shown = [...sentence, ...(remedy === null ? [] : [paint.dim(`→ ${printable(remedy)}`)])];
  const coloured = { ok: paint.good, warning: paint.warn, error: (text: string) => paint.severity('high', text) }[
    grade
  ];
  return shown.map((text, i) => (i === 0 ? coloured(grade) + lead.slice(grade.length) : indent) + text);
}
