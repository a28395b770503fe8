import { rfc3339 } from '../../../src/bytes/rfc3339.ts';
import type { Fields } from '../../../src/sinks/formats/fields.ts';
import { type FieldRow, mapping } from '../../../src/sinks/formats/tables/mapping.ts';

/** Every field with its value, as the table of the documentation says where it is; times as RFC 3339. */
export function told(fields: Fields): readonly { readonly row: FieldRow; readonly value: unknown }[] {
  return (mapping as readonly FieldRow[]).flatMap((row) => {
    const value = (fields as unknown as Record<string, unknown>)[row.field];
    return value === undefined ? [] : [{ row, value: row.type === 'time' ? rfc3339(value as number) : value }];
  });
}

/** What stands at a path of JSON. */
export function at(document: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((within, name) => (within as Record<string, unknown> | undefined)?.[name], document);
}

/** A value as a format without lists and objects has it. */
export function asText(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
