/** `0 B`, `12.3 kB`, `1.24 GB`: decimal units, three digits. */
export function readableBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : Number(value.toPrecision(3))} ${units[unit]}`;
}

/** `12,345`, a whole number; counts that were bounded stay as they are (`10000+`). */
export function readableCount(count: number | string): string {
  // Not by toLocaleString: its tables take longer to load than all else that a summary does.
  return typeof count === 'string' ? count : String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 patient`, `12,345 packets`. Words ending in y or ss become regular plurals. */
export function counted(count: number | string, word: string): string {
  return `${readableCount(count)} ${count === 1 ? word : plural(word)}`;
}

function plural(word: string): string {
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`;
  return /(s|x|ch)$/.test(word) ? `${word}es` : `${word}s`;
}
