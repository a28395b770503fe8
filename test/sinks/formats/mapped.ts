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

/** A text as docs/outputs.md says that LEEF has it. */
export function leefShown(text: string): string {
  const padded = /^[A-Za-z0-9_:+/.-]*={0,2}$/.test(text);
  const signs = [...text].map((sign, i) => {
    if (sign === '^') return '\\x5E';
    if (sign === '=' && !padded) return '\\x3D';
    if (i === 0 && sign === '"') return '\\x22';
    return i === 0 && sign === "'" ? '\\x27' : sign;
  });
  return signs.join('');
}
