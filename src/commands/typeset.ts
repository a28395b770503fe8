import type { Paint } from './paint.ts';

const labelColumns = 16;

/** A label beside its lines, which are wrapped and aligned; nothing when there are none. */
export function block(label: string, lines: readonly string[], width: number, paint: Paint): string {
  if (lines.length === 0) return '';
  const wrapped = lines.flatMap((line) => wrap(line, width - labelColumns));
  const rows = wrapped.map((line, i) => {
    const side = i === 0 && label !== '' ? `  ${paint.bold(label)}${' '.repeat(labelColumns - 2 - label.length)}` : '';
    return `${side === '' ? ' '.repeat(labelColumns) : side}${line}`;
  });
  return `${rows.join('\n')}\n`;
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

function shownLength(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control sequences
  return text.replace(/\x1b\[[\d;]*m/g, '').length;
}

/** A word as a shell takes it: quoted where it has to be. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
