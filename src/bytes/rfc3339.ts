import type { Micros } from '../model/records.ts';

/** RFC 3339 with six digits, UTC, as in JSON. */
export function rfc3339(micros: Micros): string {
  const seconds = Math.floor(micros / 1e6);
  const fraction = String(micros - seconds * 1e6).padStart(6, '0');
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${fraction}Z`;
}
