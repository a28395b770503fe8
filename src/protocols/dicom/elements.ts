import type { Limits } from '../../model/limits.ts';
import { BIG_ENDIAN, headerBytesOf, IMPLICIT, isPrintable, tagNumber, u16, u32, vrText } from './element-header.ts';
import { attributeIndex, attributes, privateIndex } from './tables/attributes.ts';
import { isSequence } from './tables/sequences.ts';
import { VR_FRAGMENTS, VR_NONSENSE, VR_SEQUENCE, VR_SHORT, VR_UNKNOWN, vrForm } from './tables/vr.ts';

/** What the scanner tells of the elements it passes. `depth` is the number of sequences around; 0 is the data set. */
export interface ElementSink {
  /**
   * A value of interest, or its first bytes when it is longer than the bound: `what` is an index of `attributes` or one
   * of the three numbers below. Returns whether it says anything.
   */
  value(what: number, depth: number, bytes: Uint8Array, start: number, end: number): boolean;
  /** An attribute whose value needs no look: a sequence with content, private or binary with any length. */
  present(attribute: number): void;
  /** A value of interest that was passed without being seen whole. */
  lost(what: number, depth: number): void;
  /** An item began: its character set is its parent's until it says otherwise. */
  item(depth: number): void;
}

/** Beyond the attributes of the table, the scanner hands out three values under these numbers. */
export const CHARACTER_SET = attributes.length;
export const QUERY_LEVEL = attributes.length + 1;
export const IDENTITY_REMOVED = attributes.length + 2;

export type Visit = (tag: number, vr: string, length: number, depth: number) => void;

const CONTENT = 0;
const SEQUENCE = 1;
const FRAGMENTS = 2;
const UNDEFINED = 0xffffffff;
const NONE = -1;
/** The longest element header: explicit VR with a 32-bit length, PS3.5 section 7.1.2. */
const HEADER_BYTES_MAX = 12;

/**
 * Walks the elements of one data set, in pieces of any size, without holding it (PS3.5 section 7). The state is flat: a
 * stack of levels in typed arrays, a value being collected, a number of bytes to skip.
 *
 *   level 0       CONTENT     the data set itself
 *   level 2n - 1  SEQUENCE    items and a delimiter (or FRAGMENTS of encapsulated Pixel Data)
 *   level 2n      CONTENT     one item's elements
 */
export class ElementScanner {
  /** Why the walk ended early; the rest of the bytes is then skipped. */
  ended: 'gap' | 'malformed' | 'limit' | null = null;
  /** Top-level Pixel Data was reached. */
  atBulk = false;
  /** The highest top-level tag whose header was seen. */
  topTag = -1;

  private readonly sink: ElementSink;
  private readonly visit: Visit | null;
  private readonly valueBytesMax: number;
  private readonly elementsMax: number;
  private readonly depthMax: number;

  /** Bytes walked so far, not counting those in `header`. */
  private position = 0;
  private elements = 0;
  /** Bytes of the current value still to collect, then bytes to skip. */
  private wanted = 0;
  private skip = 0;
  private what = NONE;
  private readonly held: Uint8Array;
  private heldLength = 0;
  /** A header that straddles two pieces. */
  private readonly header = new Uint8Array(HEADER_BYTES_MAX);
  private headerLength = 0;

  private level = 0;
  private readonly kinds: Uint8Array;
  /** Where each level ends: its own length, or its parent's end when it has none. */
  private readonly ends: Float64Array;
  private readonly undelimited: Uint8Array;
  private readonly encodings: Uint8Array;
  /** The attribute of a sequence, and whether anything in it had a value. */
  private readonly owners: Int16Array;
  private readonly filled: Uint8Array;

  constructor(sink: ElementSink, limits: Limits, visit: Visit | null) {
    this.sink = sink;
    this.visit = visit;
    this.valueBytesMax = limits.valueBytesMax;
    this.elementsMax = limits.elementsMax;
    this.depthMax = limits.sequenceDepthMax;
    this.held = new Uint8Array(limits.valueBytesMax);
    const levels = 2 * limits.sequenceDepthMax + 1;
    this.kinds = new Uint8Array(levels);
    this.ends = new Float64Array(levels);
    this.undelimited = new Uint8Array(levels);
    this.encodings = new Uint8Array(levels);
    this.owners = new Int16Array(levels).fill(NONE);
    this.filled = new Uint8Array(levels);
    this.ends[0] = Number.POSITIVE_INFINITY;
  }

  /** Starts a new data set. */
  begin(encoding: number): void {
    this.ended = null;
    this.atBulk = false;
    this.topTag = -1;
    this.position = 0;
    this.elements = 0;
    this.wanted = 0;
    this.skip = 0;
    this.headerLength = 0;
    this.level = 0;
    this.encodings[0] = encoding;
    this.filled[0] = 0;
  }

  data(bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    if (this.wanted === 0 && this.skip >= length) {
      this.skip -= length;
      this.position += length;
      return;
    }
    let at = start;
    while (at < end) {
      if (this.wanted > 0) at = this.collect(bytes, at, end);
      else if (this.skip > 0) at = this.pass(at, end);
      else if (this.headerLength > 0 || end - at < HEADER_BYTES_MAX) at = this.straddle(bytes, at, end);
      else at = this.run(bytes, at, end);
    }
  }

  /** `length` bytes were never seen. Inside something of known length they cost that; elsewhere they end the walk. */
  gap(length: number): void {
    if (this.ended !== null) return;
    const known = this.wanted + this.skip;
    if (known >= length) {
      if (this.wanted > 0) this.sink.lost(this.what, this.level >> 1);
      this.skip = known - length;
      this.wanted = 0;
      this.position += length;
      return;
    }
    const after = this.position + this.headerLength + length;
    let level = this.level;
    while (level > 0 && this.ends[level] < after) level--;
    if (this.wanted > 0) this.sink.lost(this.what, this.level >> 1);
    if (this.ends[level] === Number.POSITIVE_INFINITY) {
      this.end('gap');
      return;
    }
    this.wanted = 0;
    this.headerLength = 0;
    this.position = after;
    this.skip = this.ends[level] - after;
    this.level = level;
  }

  /** The data set is over: false when it stopped inside an element or a sequence. */
  finish(): boolean {
    if (this.ended !== null) return false;
    this.leave();
    const paddingOnly = this.header.subarray(0, this.headerLength).every((byte) => byte === 0);
    if (this.level === 0 && this.wanted === 0 && this.skip === 0 && paddingOnly) return true;
    if (this.wanted > 0) this.sink.lost(this.what, this.level >> 1);
    return false;
  }

  /** Whole headers, one after the other, while a longest one fits into what is left of the piece. */
  private run(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (end - at >= HEADER_BYTES_MAX) {
      at += this.step(bytes, at);
      const left = end - at;
      if (this.wanted > 0) {
        if (this.wanted > left) return at;
        const to = at + this.wanted;
        this.position += this.wanted;
        this.wanted = 0;
        this.value(bytes, at, to);
        at = to;
      }
      if (this.skip > 0) {
        if (this.skip > end - at) return at;
        at += this.skip;
        this.position += this.skip;
        this.skip = 0;
      }
    }
    return at;
  }

  private pass(at: number, end: number): number {
    const step = Math.min(this.skip, end - at);
    this.skip -= step;
    this.position += step;
    return at + step;
  }

  private collect(bytes: Uint8Array, at: number, end: number): number {
    const step = Math.min(this.wanted, end - at);
    this.held.set(bytes.subarray(at, at + step), this.heldLength);
    this.heldLength += step;
    this.wanted -= step;
    this.position += step;
    if (this.wanted === 0) this.value(this.held, 0, this.heldLength);
    return at + step;
  }

  /** Fills `header` byte by byte until it is as long as its own first eight bytes ask. */
  private straddle(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    this.leave();
    const room = this.ends[this.level] - this.position;
    if (room < 8) {
      this.skip = room;
      return at;
    }
    while (at < end) {
      this.header[this.headerLength++] = bytes[at++];
      if (this.headerLength < 8 || (room >= 12 && this.headerLength < this.headerBytes())) continue;
      // What the step does not use (it is astray, or has no room) belongs to what it decided to skip.
      const unused = this.headerLength - this.step(this.header, 0);
      this.headerLength = 0;
      this.skip -= unused;
      this.position += unused;
      return at;
    }
    return at;
  }

  private headerBytes(): number {
    const encoding = this.encodings[this.level];
    return this.kinds[this.level] === CONTENT ? headerBytesOf(encoding, this.header) : 8;
  }

  /** Levels whose end is reached are left. */
  private leave(): void {
    while (this.level > 0 && this.position >= this.ends[this.level]) this.level--;
  }

  /** One header at `at`, of which enough bytes are there; returns its length. Sets `wanted` and `skip`. */
  private step(bytes: Uint8Array, at: number): number {
    this.leave();
    const room = this.ends[this.level] - this.position;
    if (room < 8) {
      this.skip = room;
      return 0;
    }
    if (++this.elements > this.elementsMax) return this.end('limit');
    const encoding = this.encodings[this.level];
    const group = encoding === BIG_ENDIAN ? (bytes[at] << 8) | bytes[at + 1] : bytes[at] | (bytes[at + 1] << 8);
    const element =
      encoding === BIG_ENDIAN ? (bytes[at + 2] << 8) | bytes[at + 3] : bytes[at + 2] | (bytes[at + 3] << 8);
    if (this.kinds[this.level] !== CONTENT) return this.item(group, element, u32(encoding, bytes, at + 4));
    if (group === 0xfffe) return this.delimiter(element, u32(encoding, bytes, at + 4));

    let form = VR_SHORT;
    let headerBytes = 8;
    let length: number;
    let read = encoding;
    if (encoding === IMPLICIT) {
      length = u32(encoding, bytes, at + 4);
    } else {
      form = vrForm(bytes[at + 4], bytes[at + 5]);
      if (form === VR_SHORT) {
        length = u16(encoding, bytes, at + 6);
      } else if (form !== VR_NONSENSE) {
        headerBytes = 12;
        if (room < 12) {
          this.skip = room;
          return 0;
        }
        length = u32(encoding, bytes, at + 8);
      } else if (isPrintable(bytes[at + 4], bytes[at + 5])) {
        length = u16(encoding, bytes, at + 6); // some writers leave `??` or blanks where they know no VR
      } else {
        length = u32(encoding, bytes, at + 4); // no VR was written at all: an implicit element among explicit ones
        read = IMPLICIT;
      }
    }
    if (this.visit !== null)
      this.visit(tagNumber(group, element), vrText(encoding, bytes, at), length, this.level >> 1);
    this.position += headerBytes;
    if (this.level === 0) {
      const tag = tagNumber(group, element);
      if (tag > this.topTag) this.topTag = tag;
    }
    if (length === UNDEFINED) this.openUndefined(group, element, read, form);
    else if (length > room - headerBytes) this.overlong(group, element, room - headerBytes);
    else if (length > 0) this.open(group, element, read, form, length);
    else this.empty(group, element);
    return headerBytes;
  }

  /** An element of known length above 0. */
  private open(group: number, element: number, encoding: number, form: number, length: number): void {
    if (form === VR_SEQUENCE || ((encoding === IMPLICIT || form === VR_UNKNOWN) && isSequence(group, element))) {
      const inside = form === VR_UNKNOWN ? IMPLICIT : encoding;
      const owner = attributeIndex(group, element);
      if (this.level >> 1 < this.depthMax) this.push(SEQUENCE, this.position + length, 0, inside, owner);
      else this.skip = length;
      return;
    }
    if (group === 0x7fe0 && this.level === 0 && isPixelData(element)) this.atBulk = true;
    const what = this.interest(group, element);
    if (what === NONE) {
      this.skip = length;
      if (element !== 0 && this.level > 0) this.fill();
    } else if (what < attributes.length && knownByLength[what] === 1) {
      this.skip = length;
      this.sink.present(what);
      this.fill();
    } else {
      this.what = what;
      this.wanted = Math.min(length, this.valueBytesMax);
      this.skip = length - this.wanted;
      this.heldLength = 0;
    }
  }

  /** Undefined length: a sequence, Pixel Data in fragments, or UN, which is implicit inside (PS3.5 section 6.2.2). */
  private openUndefined(group: number, element: number, encoding: number, form: number): void {
    const pixelData = group === 0x7fe0 && isPixelData(element);
    if (pixelData && this.level === 0) this.atBulk = true;
    if (this.level >> 1 >= this.depthMax) {
      this.end('limit');
      return;
    }
    const fragments = form === VR_FRAGMENTS || pixelData;
    const inside = form === VR_UNKNOWN && !pixelData ? IMPLICIT : encoding;
    const owner = attributeIndex(group, element);
    this.push(fragments ? FRAGMENTS : SEQUENCE, this.ends[this.level], 1, inside, owner);
  }

  /** Longer than what is around it: that is passed, and what follows it is read on. */
  private overlong(group: number, element: number, room: number): void {
    const what = this.interest(group, element);
    if (what !== NONE) this.sink.lost(what, this.level >> 1);
    this.skip = room;
  }

  private empty(group: number, element: number): void {
    const what = this.interest(group, element);
    if (what === NONE || (what < attributes.length && knownByLength[what] === 1)) return;
    this.sink.value(what, this.level >> 1, this.held, 0, 0);
  }

  /** A header in a sequence or among fragments: an item, or the end. */
  private item(group: number, element: number, length: number): number {
    const room = this.ends[this.level] - this.position - 8;
    const fragment = this.kinds[this.level] === FRAGMENTS;
    if (group !== 0xfffe || (element !== 0xe000 && element !== 0xe0dd)) return this.astray();
    if (fragment && length === UNDEFINED) return this.astray();
    this.position += 8;
    if (element === 0xe0dd) {
      if (this.undelimited[this.level] === 1) this.level--;
      return 8;
    }
    if (fragment) {
      this.skip = Math.min(length, room);
      if (length > 0) this.fill();
      return 8;
    }
    const end = this.ends[this.level];
    const open = length === UNDEFINED ? 1 : 0;
    const itemEnd = this.position + length;
    this.push(CONTENT, open === 1 || itemEnd > end ? end : itemEnd, open, this.encodings[this.level], NONE);
    this.sink.item(this.level >> 1);
    return 8;
  }

  /** (FFFE,xxxx) where an element is expected. A delimiter of an item of known length is superfluous, and passed. */
  private delimiter(element: number, length: number): number {
    const open = this.level > 0 && this.undelimited[this.level] === 1;
    const missing = element === 0xe0dd && open;
    if (length !== 0 || (element !== 0xe00d && !missing)) return this.astray();
    this.position += 8;
    if (!missing) {
      if (open) this.level--;
      return 8;
    }
    this.level -= this.undelimited[this.level - 1] === 1 ? 2 : 1;
    return 8;
  }

  /** What is here makes no sense: pass what is around it, if its length is known. */
  private astray(): number {
    const end = this.ends[this.level];
    if (end === Number.POSITIVE_INFINITY) return this.end('malformed');
    this.skip = end - this.position;
    return 0;
  }

  private push(kind: number, end: number, open: number, encoding: number, owner: number): void {
    const outer = this.ends[this.level];
    const level = ++this.level;
    this.kinds[level] = kind;
    this.ends[level] = Math.min(end, outer);
    this.undelimited[level] = open;
    this.encodings[level] = encoding;
    this.owners[level] = owner;
    this.filled[level] = 0;
  }

  /** Something here had content: so have all sequences around it. Each level is marked once. */
  private fill(): void {
    for (let level = this.level; level > 0 && this.filled[level] === 0; level--) {
      this.filled[level] = 1;
      if (this.owners[level] !== NONE) this.sink.present(this.owners[level]);
    }
  }

  private value(bytes: Uint8Array, start: number, end: number): void {
    if (this.sink.value(this.what, this.level >> 1, bytes, start, end) && this.level > 0) this.fill();
  }

  private interest(group: number, element: number): number {
    const attribute = attributeIndex(group, element);
    if (attribute !== NONE) return attribute;
    if (group === 0x0008) {
      if (element === 0x0005) return CHARACTER_SET;
      if (element === 0x0052 && this.level === 0) return QUERY_LEVEL;
    } else if (group === 0x0012 && element === 0x0062 && this.level === 0) return IDENTITY_REMOVED;
    return NONE;
  }

  private end(why: 'gap' | 'malformed' | 'limit'): number {
    this.ended = why;
    this.wanted = 0;
    this.headerLength = 0;
    this.skip = Number.POSITIVE_INFINITY;
    return 0;
  }
}

/** Attributes shown by their length alone: private ones, and binary ones that may be huge. */
const knownByLength = Uint8Array.from(attributes, (attribute, index) =>
  index === privateIndex || ['OB', 'OW', 'UN'].includes(attribute.vr) ? 1 : 0,
);

/** (7FE0,0008) Float, (7FE0,0009) Double Float and (7FE0,0010) Pixel Data. */
function isPixelData(element: number): boolean {
  return element === 0x0010 || element === 0x0008 || element === 0x0009;
}
