import { rfc3339 } from '../../bytes/rfc3339.ts';
import type { Fields, FieldValue } from './fields.ts';
import { type FieldName, type FieldRow, mapping } from './tables/mapping.ts';

export type Json = Record<string, unknown>;

/** Puts every field at its path in `target`: `event.id` is `id` of the object `event`. Times are RFC 3339. */
export function placed(fields: Fields, format: 'ecs' | 'eve', target: Json): Json {
  for (const row of rows) {
    const value = fields[row.field];
    if (value !== undefined) place(target, row[format], row.type === 'time' ? rfc3339(value as number) : value);
  }
  return target;
}

/** JSON in printable ASCII: every other character is escaped, so no reader's idea of an encoding matters. */
export function asciiJson(value: Json): string {
  const text = JSON.stringify(value);
  return NOT_ASCII.test(text) ? text.replace(EVERY_NOT_ASCII, escaped) : text;
}

const rows: readonly (FieldRow & { readonly field: FieldName })[] = mapping;

function place(target: Json, path: string, value: FieldValue): void {
  const names = path.split('.');
  let within = target;
  for (const name of names.slice(0, -1)) {
    within[name] ??= {};
    within = within[name] as Json;
  }
  within[names[names.length - 1]] = value;
}

const NOT_ASCII = /[^ -~]/;
const EVERY_NOT_ASCII = /[^ -~]/g;

/** By UTF-16 unit, as JSON has it. */
function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
