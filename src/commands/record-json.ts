import { rfc3339 } from '../bytes/rfc3339.ts';
import type { Column } from '../store/columns.ts';

/**
 * A record as JSON shows it: times as RFC 3339 with six digits, `clientAddress` and `clientPort` as
 * `client: { address, port }`, the same for the server; null is written, never left out. A finding about the sensor
 * itself has neither ends nor a connection: null.
 */
export function recordJson(record: object, columns: readonly Column[]): Record<string, unknown> {
  const fields = record as Readonly<Record<string, unknown>>;
  const times = timeFields(columns);
  const shown: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(fields)) {
    const end = ends[field];
    if (end === null) continue;
    if (end !== undefined) shown[end] = shownEnd(fields[`${end}Address`], fields[`${end}Port`]);
    else if (field === 'connectionId') shown[field] = value === '' ? null : value;
    else shown[field] = typeof value === 'number' && times.has(field) ? rfc3339(value) : value;
  }
  return shown;
}

function shownEnd(address: unknown, port: unknown): { address: unknown; port: unknown } {
  return address === '' ? { address: null, port: null } : { address, port };
}

/** The address stands for the pair; the port goes with it. */
const ends: Readonly<Record<string, 'client' | 'server' | null>> = {
  clientAddress: 'client',
  clientPort: null,
  serverAddress: 'server',
  serverPort: null,
};

const known = new Map<readonly Column[], ReadonlySet<string>>();

function timeFields(columns: readonly Column[]): ReadonlySet<string> {
  const fields = known.get(columns) ?? new Set(columns.filter(({ kind }) => kind === 'time').map(({ field }) => field));
  known.set(columns, fields);
  return fields;
}
