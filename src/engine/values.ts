/**
 * How a value goes from thread to thread: a byte that says what it is, then
 *
 *     0 1 2  null, false, true                3  an integer of 32 bits        4  any number, IEEE 754
 *     5      one that came before: number     6  a string, which is numbered  7  a string that is not
 *     8      a list or an object, as JSON, which is numbered                  9  an empty list
 *
 * Lists and objects that come again are the same object each time, on both sides.
 */
const Tag = { null: 0, false: 1, true: 2, int: 3, double: 4, known: 5, text: 6, ownText: 7, json: 8, none: 9 } as const;

/** What is numbered, before both sides begin anew: some MB. */
const knownMax = 8192;
const knownCharsMax = 2_000_000;
const bytesFirst = 1 << 16;
/** Longer texts are not numbered. */
const numberedCharsMax = 10_000;

/** Writes numbers and values one after the other into memory that grows. */
export class ValueWriter {
  at = 0;
  private bytes: Buffer = Buffer.from(new ArrayBuffer(bytesFirst));
  private view: DataView = new DataView(this.bytes.buffer);
  private readonly known = new Map<unknown, number>();
  private knownChars = 0;

  /** What was written since the last time: memory that is the caller's. */
  take(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.bytes.buffer as ArrayBuffer, 0, this.at);
    this.bytes = Buffer.from(new ArrayBuffer(bytesFirst));
    this.view = new DataView(this.bytes.buffer);
    this.at = 0;
    return bytes;
  }

  /** Whether so much is numbered that the numbers are to begin anew, on the other side too; they do then. */
  beginAnew(): boolean {
    if (this.known.size <= knownMax && this.knownChars <= knownCharsMax) return false;
    this.known.clear();
    this.knownChars = 0;
    return true;
  }

  /** Makes room for so many bytes of numbers. */
  need(count: number): void {
    if (this.at + count <= this.bytes.length) return;
    const larger = Buffer.from(new ArrayBuffer(2 * (this.at + count)));
    larger.set(this.bytes.subarray(0, this.at));
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }

  byte(value: number): void {
    this.bytes[this.at++] = value;
  }

  int(value: number): void {
    this.view.setInt32(this.at, value, true);
    this.at += 4;
  }

  double(value: number): void {
    this.view.setFloat64(this.at, value, true);
    this.at += 8;
  }

  /** Sets an integer that was left open. */
  setInt(at: number, value: number): void {
    this.view.setInt32(at, value, true);
  }

  value(value: unknown, own = false): void {
    this.need(16);
    if (value === null) this.byte(Tag.null);
    else if (typeof value === 'number') this.number(value);
    else if (typeof value === 'string') {
      if (own || value.length > numberedCharsMax) this.text(Tag.ownText, value);
      else if (!this.again(value, value.length)) this.text(Tag.text, value);
    } else if (typeof value === 'boolean') this.byte(value ? Tag.true : Tag.false);
    else if (Array.isArray(value) && value.length === 0) this.byte(Tag.none);
    else if (!this.again(value, 100)) this.text(Tag.json, JSON.stringify(value));
  }

  private number(value: number): void {
    const isInt = (value | 0) === value && !Object.is(value, -0);
    this.byte(isInt ? Tag.int : Tag.double);
    if (isInt) this.int(value);
    else this.double(value);
  }

  /** Writes the number of what came before; numbers what did not. */
  private again(value: unknown, chars: number): boolean {
    const number = this.known.get(value);
    if (number === undefined) {
      this.known.set(value, this.known.size);
      this.knownChars += chars;
      return false;
    }
    this.byte(Tag.known);
    this.int(number);
    return true;
  }

  private text(tag: number, text: string): void {
    this.need(8 + 3 * text.length);
    this.byte(tag);
    const length = this.bytes.write(text, this.at + 4, 'utf8');
    this.int(length);
    this.at += length;
  }
}

/** Lists and objects by their JSON: equal ones of several writers are one, and stay so when numbers begin anew. */
export class KnownLists {
  private readonly byText = new Map<string, unknown>();

  of(text: string): unknown {
    const known = this.byText.get(text);
    if (known !== undefined) return known;
    if (this.byText.size >= knownMax) this.byText.clear();
    const list: unknown = JSON.parse(text);
    if (text.length <= numberedCharsMax) this.byText.set(text, list);
    return list;
  }
}

/** Reads what a `ValueWriter` wrote. */
export class ValueReader {
  at = 0;
  end = 0;
  private bytes: Buffer = Buffer.alloc(0);
  private view: DataView = new DataView(new ArrayBuffer(0));
  private known: unknown[] = [];
  private readonly lists: KnownLists;

  /** `lists` may be those of several readers. */
  constructor(lists = new KnownLists()) {
    this.lists = lists;
  }

  begin(bytes: Uint8Array): void {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = 0;
    this.end = bytes.length;
  }

  beginAnew(): void {
    this.known = [];
  }

  byte(): number {
    return this.bytes[this.at++];
  }

  int(): number {
    this.at += 4;
    return this.view.getInt32(this.at - 4, true);
  }

  double(): number {
    this.at += 8;
    return this.view.getFloat64(this.at - 8, true);
  }

  value(): unknown {
    switch (this.byte()) {
      case Tag.null:
        return null;
      case Tag.false:
        return false;
      case Tag.true:
        return true;
      case Tag.int:
        return this.int();
      case Tag.double:
        return this.double();
      case Tag.known:
        return this.known[this.int()];
      case Tag.text:
        return this.numbered(this.text());
      case Tag.ownText:
        return this.text();
      case Tag.json:
        return this.numbered(this.lists.of(this.text()));
      default:
        return none;
    }
  }

  private numbered(value: unknown): unknown {
    this.known.push(value);
    return value;
  }

  private text(): string {
    const length = this.int();
    this.at += length;
    return this.bytes.toString('utf8', this.at - length, this.at);
  }
}

const none: readonly unknown[] = [];
