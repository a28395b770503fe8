import { readableTime } from './times.ts';
import { printable } from './typeset.ts';

/**
 * A line of the log as a person reads it on a terminal: time, level, message, and the fields that say something.
 * `line`: JSON of pino.
 */
export function logText(line: string): string {
  const { time, level, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const told = Object.entries(fields).flatMap(([name, value]) => {
    const text = valueText(value);
    return text === '' ? [] : [`${name}=${text}`];
  });
  const at = readableTime(Number(time) * 1000);
  const words = [at, (levels[Number(level)] ?? '').padEnd(5), String(msg ?? ''), ...told];
  return `${printable(words.join('  '))}\n`;
}

/** Numbers of pino. */
const levels: Readonly<Record<number, string>> = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error' };

/** What is within a value is looked at in the journal. */
const nestedLengthMax = 120;

function valueText(value: unknown): string {
  if (value === null) return '';
  if (typeof value === 'string') return /[\s="]/.test(value) ? JSON.stringify(value) : value;
  if (typeof value !== 'object') return String(value);
  const text = JSON.stringify(value);
  if (text === '{}' || text === '[]') return '';
  return text.length > nestedLengthMax ? `${text.slice(0, nestedLengthMax)}…` : text;
}
