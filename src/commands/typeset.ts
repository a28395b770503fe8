import type { Paint } from './paint.ts';

export const labelColumns = 16;

/**
 * A line that is wrapped; one whose wrapped lines stand beside a lead; one that must not be broken, such as a command.
 */
export type Line = string | { readonly lead: string; readonly text: string } | { readonly whole: string };

/** A label beside its lines, wrapped and aligned; nothing when there are none. */
export function block(label: string, lines: readonly Line[], width: number, paint: Paint): string {
  const rows = lines.flatMap((line) => rowsOf(line, width - labelColumns));
  return rows
    .map((row, i) => {
      const side =
        i === 0 && label !== '' ? `  ${paint.bold(label)}${' '.repeat(labelColumns - 2 - label.length)}` : '';
      return `${side === '' ? ' '.repeat(labelColumns) : side}${row}\n`;
    })
    .join('');
}

function rowsOf(line: Line, width: number): string[] {
  if (typeof line === 'string') return wrap(line, width);
  if ('whole' in line) return [line.whole];
  return wrap(line.text, width - line.lead.length).map(
    (row, i) => (i === 0 ? line.lead : ' '.repeat(line.lead.length)) + row,
  );
}

/** Lines of at most `width` characters, broken at spaces; a longer word stands alone. Colours do not count. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && shownLength(line) + 1 + shownLength(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Characters a terminal shows: colours are control sequences that it does not. */
export function shownLength(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ESC begins a control sequence
  return text.replace(/\x1b\[[\d;]*m/g, '').length;
}

/** A word as a shell takes it: quoted where it has to be. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Names from outside (of files, say) on a terminal: control and direction characters as `\u{…}`. */
export function printable(text: string): string {
  // Most are plain: the tables behind \p take longer to load than a whole summary to write.
  if (/^[ -~]*$/.test(text)) return text;
  return text.replace(/[\p{Cc}\p{Cf}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
