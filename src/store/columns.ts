import type { Count } from '../model/records.ts';

/**
 * How a field of a record is kept, with `?` where null is possible:
 *
 *     text      TEXT
 *     integer   INTEGER, a number
 *     bytes     INTEGER, a number of bytes
 *     micros    INTEGER, a duration in microseconds
 *     time      INTEGER, microseconds since 1970 UTC
 *     boolean   INTEGER, 0 or 1
 *     count     INTEGER, or the TEXT `10000+`
 *     json      TEXT, a list or an object
 */
export type ColumnKind = 'text' | 'integer' | 'bytes' | 'micros' | 'time' | 'boolean' | 'count' | 'json';

/** Kind and meaning of each field of a record type: a field too many, too few or of another type does not compile. */
export type Columns<Row> = { readonly [Field in keyof Row]-?: readonly [ColumnType<Row[Field]>, string] };

type ColumnType<Value> = null extends Value ? `${KindOf<NonNullable<Value>>}?` : KindOf<Value>;

type KindOf<Value> = [Value] extends [boolean]
  ? 'boolean'
  : [Value] extends [number]
    ? 'integer' | 'bytes' | 'micros' | 'time'
    : [Value] extends [string]
      ? 'text'
      : [Value] extends [Count]
        ? 'count'
        : 'json';

/** A column as the writer, the queries and the documentation use it. */
export interface Column {
  /** The record's field, in camelCase, and the same in snake_case. */
  readonly field: string;
  readonly name: string;
  readonly kind: ColumnKind;
  readonly nullable: boolean;
  readonly note: string;
}

/** The columns of `columns`, in its order. */
export function columnList(columns: Readonly<Record<string, readonly [string, string]>>): readonly Column[] {
  return Object.entries(columns).map(([field, [type, note]]) => {
    const nullable = type.endsWith('?');
    const kind = (nullable ? type.slice(0, -1) : type) as ColumnKind;
    return { field, name: snakeCase(field), kind, nullable, note };
  });
}

export function snakeCase(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Some of our names (`end`, `key`, `references`) are words of SQL. */
export function quoted(name: string): string {
  return `"${name}"`;
}

export type SqlValue = string | number | bigint | null;

/** What SQLite is given for a field's value. */
export function toSql(kind: ColumnKind, value: unknown): SqlValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'object') return jsonText(value);
  // Its column takes anything, so that a number must come as an integer to be one.
  if (kind === 'count' && typeof value === 'number') return BigInt(value);
  return value as string | number;
}

/** Lists that records share do not change: such a list's text is made once. */
export function jsonText(value: object): string {
  if (!Array.isArray(value)) return JSON.stringify(value);
  if (value.length === 0) return '[]';
  if (typeof value[0] !== 'object') return JSON.stringify(value);
  const known = texts.get(value);
  if (known !== undefined) return known;
  const text = JSON.stringify(value);
  texts.set(value, text);
  return text;
}

const texts = new WeakMap<object, string>();

/** What SQLite gave back, as the field's value. */
export function fromSql(kind: ColumnKind, value: unknown): unknown {
  if (value === null) return null;
  if (kind === 'json') return JSON.parse(value as string);
  if (kind === 'boolean') return value !== 0;
  return value;
}
