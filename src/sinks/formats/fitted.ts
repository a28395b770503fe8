import type { Fields } from './fields.ts';
import { type FieldName, mapping } from './tables/mapping.ts';

/**
 * The text that `write` makes of the fields, in at most `bytesMax` bytes of UTF-8: while it is larger, one field after
 * the other leaves, of objects one member after the other, and `truncated` says so. Nothing is cut within. What is
 * always there (`leaves: 0`) may alone be larger than a very small bound; then that is the text.
 */
export function fitted(fields: Fields, bytesMax: number, write: (fields: Fields) => string): string {
  const text = write(fields);
  if (fits(text, bytesMax)) return text;
  let shorter = text;
  let rest: Fields = { ...fields, truncated: true };
  for (const field of leaving) {
    while (rest[field] !== undefined) {
      rest = without(rest, field);
      shorter = write(rest);
      if (fits(shorter, bytesMax)) return shorter;
    }
  }
  return shorter;
}

/** A character is at least one byte and, of UTF-16 units, at most three: most texts need not be counted. */
function fits(text: string, bytesMax: number): boolean {
  return text.length * 3 <= bytesMax || Buffer.byteLength(text) <= bytesMax;
}

/** Fields in the order they leave: the highest number first, of equals the last of the table. */
const leaving: readonly FieldName[] = mapping
  .filter(({ leaves }) => leaves > 0)
  .toReversed()
  .toSorted((a, b) => b.leaves - a.leaves)
  .map(({ field }) => field);

/** Without a field, or without the largest member of an object. */
function without(fields: Fields, field: FieldName): Fields {
  const { [field]: value, ...rest } = fields;
  if (typeof value !== 'object' || Array.isArray(value)) return rest as Fields;
  const members = Object.entries(value).map(([name, member]) => ({ name, member, size: sizeOf(member) }));
  if (members.length < 2) return rest as Fields;
  const largest = members.reduce((a, b) => (b.size > a.size ? b : a));
  const kept = members.filter((member) => member !== largest).map(({ name, member }) => [name, member]);
  return { ...fields, [field]: Object.fromEntries(kept) };
}

function sizeOf(value: unknown): number {
  return JSON.stringify(value)?.length ?? 0;
}
