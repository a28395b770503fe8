import type { RecordBatch } from '../model/records.ts';
import { type Column, jsonText } from './columns.ts';
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
const BYTES_FIRST = 1 << 17;

/**
 * Writes batches of records as bytes for `BatchDecoder`: by columns, without field names, each string that comes
 * again by its number. 0 or 1 first: whether the numbers begin anew; then each kind:
 *
 *     varint      number of records
 *     0 or 1      whether the numbers of parts begin anew
 *     records     own values; the part, where the kind has one: varint number from 1, or 0 and its values, and it is numbered
 */
export class BatchEncoder {
  private bytes: Buffer = Buffer.alloc(0);
  private at = 0;
  private readonly known = new Map<string, number>();
  private knownChars = 0;
  /** Of this batch. */
  private readonly ids = new Map<string, number>();
  private readonly plans = flatKinds.map(plan);
  private readonly float = new Float64Array(1);
  private readonly floatBytes = new Uint8Array(this.float.buffer);

  /** `reused` is memory of an earlier batch. The answer's memory may be handed over whole. */
  encode(batch: RecordBatch, reused?: ArrayBuffer): Uint8Array<ArrayBuffer> {
    this.bytes = Buffer.from(reused ?? new ArrayBuffer(BYTES_FIRST));
    this.at = 1;
    this.bytes[0] = 0;
    if (this.known.size > KNOWN_MAX || this.knownChars > KNOWN_CHARS_MAX) this.beginAnew();
    this.ids.clear();
    for (const one of this.plans) {
      const records = batch[one.kind];
      this.need(VALUE_BYTES);
      this.varint(records.length);
      this.bytes[this.at++] = Number(one.parts.full);
      if (one.parts.full) this.beginParts(one);
      one.last.fill(undefined);
      for (const record of records) this.record(one, record as unknown as Record<string, unknown>);
    }
    const { buffer } = this.bytes;
    this.bytes = Buffer.alloc(0);
    return new Uint8Array(buffer as ArrayBuffer, 0, this.at);
  }

  private beginAnew(): void {
    this.bytes[0] = 1;
    this.known.clear();
    this.knownChars = 0;
  }

  private beginParts({ parts, numbers }: Plan): void {
    parts.forget();
    numbers.clear();
  }

  /** Records are made with their fields in the order of the columns, and walked; of others fields are looked up by name. */
  private record(to: Plan, record: Record<string, unknown>): void {
    const { fields, shared, parts } = to;
    parts.begin();
    let i = 0;
    for (const field in record) {
      if (field !== fields[i]) break;
      if (shared[i] < 0) this.value(to, i, record[field]);
      else parts.meet(shared[i], record[field]);
      i++;
    }
    for (; i < fields.length; i++) {
      if (shared[i] < 0) this.value(to, i, record[fields[i]]);
      else parts.meet(shared[i], record[fields[i]]);
    }
    if (to.divided) this.part(to);
  }

  private part({ parts, numbers }: Plan): void {
    const part = parts.part();
    const number = numbers.get(part);
    this.need(VALUE_BYTES);
    this.varint(number ?? 0);
    if (number !== undefined) return;
    numbers.set(part, numbers.size + 1);
    for (const value of part.values) {
      this.need(VALUE_BYTES);
      if (typeof value === 'string') this.text(value, value.length > STRING_CHARS_MAX);
      else if (value === null) this.bytes[this.at++] = Tag.null;
      else this.number(Number(value));
    }
  }

  private value({ kinds, owns, named, last }: Plan, i: number, value: unknown): void {
    this.need(VALUE_BYTES);
    if (value === last[i]) {
      this.bytes[this.at++] = Tag.same;
      return;
    }
    last[i] = value;
    const kind = kinds[i];
    const own = owns[i];
    if (named[i] && typeof value === 'string') this.id(value);
    else if (typeof value === 'string') this.text(value, own || value.length > STRING_CHARS_MAX);
    else if (value === null || value === undefined) this.bytes[this.at++] = Tag.null;
    else if (kind === 'count') this.tagged(Tag.count, value as number);
    else if (typeof value === 'number') this.number(value);
    else if (typeof value === 'boolean') this.bytes[this.at++] = Tag.small | Number(value);
    else this.list(jsonText(value), own);
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

  private list(text: string, own: boolean): void {
    this.text(text, own || text.length > LIST_CHARS_MAX);
  }

  private text(text: string, own: boolean): void {
    if (own) {
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

  private id(id: string): void {
    const number = this.ids.get(id);
    if (number !== undefined) {
      this.tagged(Tag.knownId, number);
      return;
    }
    const begin = this.at;
    this.characters(Tag.newId, Tag.utf8, id);
    if (this.bytes[begin] === Tag.newId) this.ids.set(id, this.ids.size);
  }

  private characters(ascii: number, utf8: number, text: string): void {
    this.need(VALUE_BYTES + 3 * text.length);
    const begin = this.at;
    this.tagged(ascii, text.length);
    if (text.length <= LOOPED_MAX) {
      const { bytes } = this;
      let seen = 0;
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i);
        seen |= code;
        bytes[this.at + i] = code;
      }
      if (seen < 0x80) {
        this.at += text.length;
        return;
      }
    }
    const length = Buffer.byteLength(text);
    if (length === text.length) {
      this.at += this.bytes.write(text, this.at, 'latin1');
      return;
    }
    this.at = begin;
    this.tagged(utf8, length);
    this.at += this.bytes.write(text, this.at, 'utf8');
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
    const larger = Buffer.from(new ArrayBuffer(2 * (this.at + count)));
    larger.set(this.bytes.subarray(0, this.at));
    this.bytes = larger;
  }
}

/** How the records of one kind are written. */
interface Plan {
  readonly kind: keyof RecordBatch;
  readonly fields: readonly string[];
  readonly kinds: readonly Column['kind'][];
  /** Whether hardly a string of it comes twice. */
  readonly owns: readonly boolean[];
  /** Whether it is the id of a connection or an association. */
  readonly named: readonly boolean[];
  /** Which of the shared fields it is, or -1. */
  readonly shared: readonly number[];
  readonly divided: boolean;
  /** The record before. */
  readonly last: unknown[];
  readonly parts: KnownParts;
  readonly numbers: Map<Part, number>;
}

function plan({ kind, columns, shared }: FlatKind): Plan {
  return {
    kind,
    fields: columns.map(({ field }) => field),
    kinds: columns.map((column) => column.kind),
    owns: columns.map(({ field }) => OWN.test(field)),
    named: columns.map(({ field }) => NAMED.test(field) || (field === 'id' && NAMES.includes(kind))),
    shared: columns.map((column) => shared.indexOf(column)),
    divided: shared.length > 0,
    last: columns.map(() => undefined),
    parts: new KnownParts(shared),
    numbers: new Map(),
  };
}

const NAMED = /^(connectionId|associationId)$/;
const NAMES: readonly string[] = ['connections', 'associations'];
const OWN = /^(id|.*Id|.*Hash|summary|evidence|revealed)$/;
const VALUE_BYTES = 16;
const VARINT_MAX = 2 ** 31;
/** Longer ones are written by native code. */
const LOOPED_MAX = 48;
