import type { Micros } from '../model/records.ts';

const DAY = 86_400_000_000;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/**
 * The first moment after `text`, in microseconds UTC: for a date, the end of that day. Null when it is no date of the
 * form 2027-06-30.
 */
export function endOfDate(text: string): Micros | null {
  const parts = DATE.exec(text);
  if (parts === null) return null;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  return date.getTime() * 1000 + DAY;
}
