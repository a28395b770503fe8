import type { Noted } from './entries.ts';
import type { LearnedEntry } from './learned.ts';

/**
 * Whether an entry can be a line of `ae_table`: there a peer that begins with @ is a group, and thresholds have no
 * column.
 */
export function fitsTable({ peers, moveDestinations, thresholds }: LearnedEntry): boolean {
  if (thresholds.length > 0) return false;
  return [...peers, ...(moveDestinations ?? [])].every(({ value }) => !value.startsWith('@'));
}

/** Names of the columns of `tableLines`. */
export const tableHead = 'title, addresses, ports, scu, scp, peers, move_destinations';

/** One line of `ae_table`, after a comment with what traffic asked for it. */
export function tableLines({
  title,
  addresses,
  ports,
  scu,
  scp,
  peers,
  moveDestinations,
  remarks,
}: LearnedEntry): string[] {
  const cells = [
    cell([title]),
    cell(values(addresses)),
    cell(values(ports)),
    // Of roles that are all empty nothing would be checked.
    scu.length + scp.length === 0 ? 'echo' : cell(values(scu)),
    cell(values(scp)),
    cell(values(peers)),
    cell(values(moveDestinations ?? [])),
  ];
  const notes = [
    ...addresses.map(({ value, note }) => `at ${value}: ${note}`),
    ...scu.map(({ value, note }) => `uses ${value}: ${note}`),
    ...scp.map(({ value, note }) => `offers ${value}: ${note}`),
    ...remarks,
  ];
  return [`# ${notes.join('; ')}`, cells.join(', ')];
}

function values(noted: readonly Noted<string | number>[]): string[] {
  return noted.map(({ value }) => String(value));
}

function cell(parts: readonly string[]): string {
  return parts.map(part).join('; ');
}

/** In double quotes wherever the table could read it as anything else. */
function part(text: string): string {
  return /^[A-Za-z0-9_./:-]+$/.test(text) ? text : `"${text.replaceAll('"', '""')}"`;
}
