import type { PacketTime } from '../capture/series.ts';
import { OperatorError } from '../model/errors.ts';
import type { Micros } from '../model/records.ts';

/**
 * A moment of the command line: RFC 3339 (`2026-03-01T08:30:00Z`, `…+01:00`, up to nine digits of a second; without
 * zone it is UTC), or a date. As an end (`--to`, `--until`) a date means the end of that day: the range then holds
 * the day. Ranges hold their begin and not their end. Throws a usage error that names `option`.
 */
export function parseMoment(text: string, option: string, as: 'begin' | 'end'): PacketTime {
  const date = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const parts = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})?$/i.exec(text);
  const millis = date
    ? Date.parse(`${text}T00:00:00Z`) + (as === 'end' ? 86_400_000 : 0)
    : parts === null
      ? Number.NaN
      : Date.parse(`${parts[1]}T${parts[2]}${(parts[4] ?? 'Z').toUpperCase()}`);
  if (Number.isNaN(millis) || millis < 0)
    throw new OperatorError(
      'usage',
      `${option} ${text} is not a time`,
      'Times are as 2026-03-01T08:30:00Z, or a date as 2026-03-01.',
    );
  return { seconds: millis / 1000, nanos: Number((parts?.[3] ?? '').padEnd(9, '0')) };
}

/** A range that can hold nothing: the end has to come after the begin. */
export function emptyRange(begin: string, end: string, argv: Readonly<Record<string, unknown>>): OperatorError {
  const said = (option: string): string => `${option} ${String(argv[option.slice(2)])}`;
  const remedy = `Give an earlier ${begin}, or a later ${end}; a date as ${end} holds its whole day.`;
  return new OperatorError('usage', `${said(begin)} is not before ${said(end)}`, remedy);
}

/** `2026-03-01 08:30:00`, UTC, for people. */
export function readableTime(micros: Micros): string {
  return new Date(Math.floor(micros / 1e6) * 1000).toISOString().slice(0, 19).replace('T', ' ');
}

/** `5 min 13 s`, `2 d 4 h`, `0.25 s`: at most two units. */
export function readableDuration(micros: number): string {
  const seconds = micros / 1e6;
  if (seconds < 10) return `${Number(seconds.toFixed(seconds < 1 ? 3 : 1))} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  const hours = Math.round(minutes / 60);
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
