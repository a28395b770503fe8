import type { RecordBatch } from '../model/records.ts';
import { Tag } from './batch-encoder.ts';
import type { SqlValue } from './columns.ts';
import { type FlatKind, type FlatRecord, flatKinds, Part } from './flat-record.ts';

/** Reads what a `BatchEncoder` wrote, in its order; the records are flat. */
export class BatchDecoder {
  private bytes: Buffer = Buffer.alloc(0);
  private at = 0;
  private known: string[] = [];
  private ids: string[] = [];
  /** Of each kind, in their order. */
  private readonly parts: Part[][] = flatKinds.map(() => []);

  /** All of them are to be asked for, before the bytes are used for anything else. */
  *decode(bytes: Uint8Array): Generator<RecordBatch> {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = 0;
    while (this.at < this.bytes.length) yield this.batch();
    this.bytes = Buffer.alloc(0);
  }

  private batch(): RecordBatch {
    if (this.bytes[this.at++] === 1) this.known = [];
    this.ids = [];
    const lists = flatKinds.map((kind, at) => [kind.kind, this.records(kind, this.parts[at])]);
    return Object.fromEntries(lists) as RecordBatch;
  }

  private records({ own, shared, make }: FlatKind, parts: Part[]): FlatRecord[] {
    const records: FlatRecord[] = new Array(this.varint());
    if (this.bytes[this.at++] === 1) parts.length = 0;
    const divided = shared.length > 0;
    const places = own.length + Number(divided);
    let last: SqlValue[] = [];
    for (let n = 0; n < records.length; n++) {
      const values: SqlValue[] = new Array(places).fill(null);
      for (let i = 0; i < own.length; i++) values[i] = this.value(last[i]);
      records[n] = new make(values, divided ? this.part(parts, shared.length) : null);
      last = values;
    }
    return records;
  }

  private part(parts: Part[], size: number): Part {
    const number = this.varint();
    if (number > 0) return parts[number - 1];
    const values: SqlValue[] = [];
    for (let i = 0; i < size; i++) values.push(this.value(null));
    const part = new Part(values);
    parts.push(part);
    return part;
  }

  private value(last: SqlValue): SqlValue {
    const tag = this.bytes[this.at++];
    if (tag >= Tag.small) return tag & 0x7f;
    switch (tag) {
      case Tag.null:
        return null;
      case Tag.same:
        return last;
      case Tag.varint:
        return this.varint();
      case Tag.double:
        this.at += 8;
        return this.bytes.readDoubleLE(this.at - 8);
      case Tag.count:
        return BigInt(this.varint());
      case Tag.known:
        return this.known[this.varint()];
      case Tag.knownId:
        return this.ids[this.varint()];
      case Tag.newId:
        this.ids.push(this.text(true));
        return this.ids[this.ids.length - 1];
      case Tag.ascii:
      case Tag.utf8:
        return this.text(tag === Tag.ascii);
      default:
        this.known.push(this.text(tag === Tag.newAscii));
        return this.known[this.known.length - 1];
    }
  }

  private text(ascii: boolean): string {
    const length = this.varint();
    const begin = this.at;
    this.at += length;
    return this.bytes.toString(ascii ? 'latin1' : 'utf8', begin, this.at);
  }

  private varint(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.at++];
      value += (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }
}
