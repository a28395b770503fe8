import type { RecordBatch } from '../model/records.ts';
import { jsonText } from './columns.ts';
import { type FlatKind, flatKinds, type Part } from './flat-record.ts';
import { KnownParts } from './known-parts.ts';

/**
 * How a value goes from thread to thread. In one byte:
 *
 *     80H to FFH  a number or truth value from 0 to 127
 *     00H         null
 *     01H         a number: varint
 *     02H         a number: 8 bytes, IEEE 754
 *     03H         a count: varint; its column takes integers only as such
 *     04H 05H     a string of its own: varint length, ASCII or UTF-8
 *     06H 07H     a string that may come again: the same, and is numbered, from 0
 *     08H         a string that came before: varint number
 *     09H         what the record before has in this column
 *     0AH         an id that others of this batch may name: varint length, ASCII, and is numbered, from 0 in each batch
 *     0BH         such an id that came before: varint number
 */
export const Tag = {
  null: 0,
  varint: 1,
  double: 2,
  count: 3,
  ascii: 4,
  utf8: 5,
  newAscii: 6,
  newUtf8: 7,
  known: 8,
  same: 9,
  newId: 10,
  knownId: 11,
  small: 0x80,
} as const;

/** Strings numbered, and characters of them, before both sides begin anew. */
const KNOWN_MAX = 20_000;
const KNOWN_CHARS_MAX = 2_000_000;
/** Longer ones are not numbered: of strings, and of texts of lists, which many records share. */
const STRING_CHARS_MAX = 100;
const LIST_CHARS_MAX = 10_000;
const BYTES_FIRST = 1 << 14;
const nothing = Buffer.from(new SharedArrayBuffer(0));

/**
 * Writes batches of records as bytes for `BatchDecoder`, one after the other: by columns, without field names, each
 * string that comes again by its number. Of each batch, 0 or 1 first: whether the numbers begin anew; then each kind:
 *
 *     varint      number of records
 *     0 or 1      whether the numbers of parts begin anew
 *     records     own values; the part, where the kind has one: varint number from 1, or 0 and its values, and it is
 *                 numbered
 */
export class BatchEncoder {
  private bytes: Buffer = nothing;
  private at = 0;
  private readonly known = new Map<string, number>();
  private knownChars = 0;
  private readonly ids = new NumberedIds();
  private readonly plans = flatKinds.map(plan);
  private readonly float = new Float64Array(1);
  private readonly floatBytes = new Uint8Array(this.float.buffer);

  /** Bytes of what was added and not taken. */
  get length(): number {
    return this.at;
  }

  /** What is added next goes into memory that was taken before, and is done with. Nothing waits to be taken. */
  reuse(memory: SharedArrayBuffer): void {
    this.bytes = Buffer.from(memory);
  }

  add(batch: RecordBatch): void {
    const anew = this.known.size > KNOWN_MAX || this.knownChars > KNOWN_CHARS_MAX;
    if (anew) {
      this.known.clear();
      this.knownChars = 0;
    }
    this.need(1);
    this.bytes[this.at++] = Number(anew);
    this.ids.beginAnew();
    for (const one of this.plans) this.records(one, batch[one.kind], batch.connections.length);
  }

  /** What was added, in memory that another thread may read, and that is not written to before it is reused. */
  take(): Uint8Array<SharedArrayBuffer> {
    const taken = new Uint8Array(this.bytes.buffer as SharedArrayBuffer, 0, this.at);
    this.bytes = nothing;
    this.at = 0;
    return taken;
  }

  /** `connections`: the ids numbered first. */
  private records(to: Plan, records: readonly object[], connections: number): void {
    const { parts, numbers, columns } = to;
    const anew = parts.full;
    if (anew) {
      parts.forget();
      numbers.clear();
    }
    this.need(VALUE_BYTES);
    this.varint(records.length);
    this.bytes[this.at++] = Number(anew);
    for (const column of columns) {
      column.last = undefined;
      column.nextId = column.field === 'associationId' ? connections : 0;
    }
    for (const record of records) this.record(to, record as Record<string, unknown>);
  }

  /**
   * Records are made with their fields in the order of the columns, and walked; of others fields are looked up by name.
   */
  private record(to: Plan, record: Record<string, unknown>): void {
    const { columns, parts } = to;
    this.need(ROOM_BYTES);
    parts.begin();
    let i = 0;
    for (const field in record) {
      const column = columns[i];
      if (column?.field !== field) break;
      this.field(column, record[field], parts);
      i++;
    }
    for (; i < columns.length; i++) this.field(columns[i], record[columns[i].field], parts);
    if (to.divided) this.part(to);
  }

  private field(column: PlannedColumn, value: unknown, parts: KnownParts): void {
    if (column.shared >= 0) parts.meet(column.shared, value);
    else if (value === column.last) this.bytes[this.at++] = Tag.same;
    else {
      column.last = value;
      this.value(column, value);
    }
  }

  private part({ parts, numbers }: Plan): void {
    const part = parts.part();
    const number = numbers.get(part);
    this.varint(number ?? 0);
    if (number !== undefined) return;
    numbers.set(part, numbers.size + 1);
    this.need(ROOM_BYTES);
    for (const value of part.values) {
      if (typeof value === 'string') this.text(value, STRING_CHARS_MAX);
      else if (value === null) this.bytes[this.at++] = Tag.null;
      else this.number(Number(value));
    }
  }

  /** There is room for it, but for characters. */
  private value(column: PlannedColumn, value: unknown): void {
    const { way } = column;
    if (typeof value === 'string') {
      if (way === 'own') this.characters(Tag.ascii, Tag.utf8, value);
      else if (way === 'id') this.id(column, value);
      else if (way === 'name') this.newId(value);
      else this.text(value, STRING_CHARS_MAX);
    } else if (typeof value === 'number') {
      if (way === 'count') this.tagged(Tag.count, value);
      else this.number(value);
    } else if (value === null || value === undefined) this.bytes[this.at++] = Tag.null;
    else if (typeof value === 'boolean') this.bytes[this.at++] = Tag.small | Number(value);
    else if (way === 'own') this.characters(Tag.ascii, Tag.utf8, jsonText(value));
    else this.text(jsonText(value), LIST_CHARS_MAX);
  }

  private number(value: number): void {
    if (value >= 0 && value < 0x80 && Number.isInteger(value)) this.bytes[this.at++] = Tag.small | value;
    else if (value >= 0 && value < VARINT_MAX && Number.isInteger(value)) this.tagged(Tag.varint, value);
    else {
      this.bytes[this.at] = Tag.double;
      this.float[0] = value;
      this.bytes.set(this.floatBytes, this.at + 1);
      this.at += 9;
    }
  }

  /** Numbered, unless it is longer than `charsMax`. */
  private text(text: string, charsMax: number): void {
    if (text.length > charsMax) {
      this.characters(Tag.ascii, Tag.utf8, text);
      return;
    }
    const number = this.known.get(text);
    if (number !== undefined) {
      this.tagged(Tag.known, number);
      return;
    }
    this.known.set(text, this.known.size);
    this.knownChars += text.length;
    this.characters(Tag.newAscii, Tag.newUtf8, text);
  }

  private id(column: PlannedColumn, id: string): void {
    const number = this.ids.of(id, column.nextId);
    if (number >= 0) {
      column.nextId = number + 1;
      this.tagged(Tag.knownId, number);
      return;
    }
    this.newId(id);
  }

  private newId(id: string): void {
    const begin = this.at;
    this.characters(Tag.newId, Tag.utf8, id);
    if (this.bytes[begin] === Tag.newId) this.ids.add(id);
  }

  /** Leaves room for the rest of the record. */
  private characters(ascii: number, utf8: number, text: string): void {
    const { length } = text;
    this.need(ROOM_BYTES + 3 * length);
    if (length <= LOOPED_MAX && this.looped(ascii, text)) return;
    const bytesLength = Buffer.byteLength(text);
    this.tagged(bytesLength === length ? ascii : utf8, bytesLength);
    this.at += this.bytes.write(text, this.at, bytesLength === length ? 'latin1' : 'utf8');
  }

  /**
   * Native code takes longer to be called than to write few characters. False, and nothing is written, where one is not
   * ASCII.
   */
  private looped(tag: number, text: string): boolean {
    const { bytes } = this;
    const { length } = text;
    let at = this.at;
    bytes[at++] = tag;
    bytes[at++] = length;
    let seen = 0;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      seen |= code;
      bytes[at++] = code;
    }
    if (seen >= 0x80) return false;
    this.at = at;
    return true;
  }

  private tagged(tag: number, value: number): void {
    this.bytes[this.at++] = tag;
    this.varint(value);
  }

  private varint(value: number): void {
    let rest = value;
    while (rest > 0x7f) {
      this.bytes[this.at++] = 0x80 | (rest & 0x7f);
      rest >>>= 7;
    }
    this.bytes[this.at++] = rest;
  }

  private need(count: number): void {
    if (this.at + count <= this.bytes.length) return;
    const larger = Buffer.from(new SharedArrayBuffer(Math.max(BYTES_FIRST, 2 * (this.at + count))));
    larger.set(this.bytes.subarray(0, this.at));
    this.bytes = larger;
  }
}

/** Ids of a batch by their numbers: nearly all are named in the order in which they came, some of them not. */
class NumberedIds {
  private readonly list: string[] = [];
  private readonly numbers = new Map<string, number>();

  beginAnew(): void {
    this.list.length = 0;
    this.numbers.clear();
  }

  add(id: string): void {
    this.list.push(id);
  }

  /** `expected` may be its number, or nearly; below 0 for one that is not known. */
  of(id: string, expected: number): number {
    for (let at = expected; at < expected + NEAR; at++) if (this.list[at] === id) return at;
    // Entered when they are needed; some perhaps again.
    for (let at = this.numbers.size; at < this.list.length; at++) this.numbers.set(this.list[at], at);
    return this.numbers.get(id) ?? -1;
  }
}

/**
 * How the values of a column are written: `own` strings hardly come twice; a `name` is the id of a connection or an
 * association, and `id` where others name it; of the rest, strings may come again.
 */
type Way = 'own' | 'name' | 'id' | 'count' | 'other';

interface PlannedColumn {
  readonly field: string;
  readonly way: Way;
  /** Which of the shared fields it is, or -1. */
  readonly shared: number;
  /** What the record before has. */
  last: unknown;
  /** The number after that of the id that it had last: records of one kind come in the order of the others. */
  nextId: number;
}

/** How the records of one kind are written. */
interface Plan {
  readonly kind: keyof RecordBatch;
  readonly columns: readonly PlannedColumn[];
  readonly divided: boolean;
  readonly parts: KnownParts;
  readonly numbers: Map<Part, number>;
}

function plan({ kind, columns, shared }: FlatKind): Plan {
  return {
    kind,
    columns: columns.map((column) => ({
      field: column.field,
      way: wayOf(kind, column),
      shared: shared.indexOf(column),
      last: undefined,
      nextId: 0,
    })),
    divided: shared.length > 0,
    parts: new KnownParts(shared),
    numbers: new Map(),
  };
}

function wayOf(kind: keyof RecordBatch, { field, kind: of }: FlatKind['columns'][number]): Way {
  if (NAMED.test(field)) return 'id';
  if (field === 'id' && NAMES.includes(kind)) return 'name';
  if (of === 'count') return 'count';
  return OWN.test(field) ? 'own' : 'other';
}

const NAMED = /^(connectionId|associationId)$/;
const NAMES: readonly string[] = ['connections', 'associations'];
const OWN = /^(id|.*Id|.*Hash|contentMark|summary|evidence|revealed)$/;
/** The most that a value takes, its characters apart. */
const VALUE_BYTES = 16;
/** The same of a record. */
const ROOM_BYTES = VALUE_BYTES * Math.max(...flatKinds.map(({ columns }) => columns.length));
const VARINT_MAX = 2 ** 31;
/** Ids looked at one by one. */
const NEAR = 4;
/** Longer ones are written by native code. */
const LOOPED_MAX = 48;
