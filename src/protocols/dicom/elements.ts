import type { Limits } from '../../model/limits.ts';
import { ElementHeader, headerBytesOf, IMPLICIT, u32, vrText } from './element-header.ts';
import type { ElementSink, Visit } from './element-sink.ts';
import {
  documentHeadBytes,
  documentIndex,
  HEAD,
  interestOf,
  isKey,
  isPixelData,
  knownByLength,
  NONE,
  OTHER_KEY,
} from './interest.ts';
import { CONTENT, FRAGMENTS, Levels, SEQUENCE } from './levels.ts';
import { headBytes, programBytesMin } from './oddities.ts';
import { attributeIndex, attributes } from './tables/attributes.ts';
import { isSequence } from './tables/sequences.ts';
import { VR_FRAGMENTS, VR_SEQUENCE, VR_UNKNOWN } from './tables/vr.ts';

const UNDEFINED = 0xffffffff;
/** The longest element header, see `element-header.ts`. */
const HEADER_BYTES_MAX = 12;

/**
 * Walks the elements of one data set, in pieces of any size, without holding it (PS3.5 section 7). The state is flat: a
 * stack of levels, a value being collected, a number of bytes to skip.
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
  private readonly levels: Levels;
  private readonly at = new ElementHeader();

  /** Bytes walked so far, not counting those in `header`. */
  private position = 0;
  private elements = 0;
  /** Bytes of the current value still to collect, then bytes to skip. */
  private wanted = 0;
  private skip = 0;
  /** Bytes passed over without being looked at, and how many had been when the walk ended early. */
  skipped = 0;
  private skippedBefore = 0;
  private what = NONE;
  /** Of a head: whose, and how long its value is. */
  private headOf = NONE;
  private headOfBytes = 0;
  private readonly held: Uint8Array;
  private heldLength = 0;
  /** A header that straddles two pieces. */
  private readonly header = new Uint8Array(HEADER_BYTES_MAX);
  private headerLength = 0;

  constructor(sink: ElementSink, limits: Limits, visit: Visit | null) {
    this.sink = sink;
    this.visit = visit;
    this.valueBytesMax = limits.valueBytesMax;
    this.elementsMax = limits.elementsMax;
    this.levels = new Levels(limits.sequenceDepthMax);
    this.held = new Uint8Array(limits.valueBytesMax);
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
    this.skipped = 0;
    this.skippedBefore = 0;
    this.headerLength = 0;
    this.levels.begin(encoding);
  }

  /** Of the bytes passed over, those after the walk ended early. */
  get unread(): number {
    return this.ended === null ? 0 : this.skipped - this.skippedBefore;
  }

  data(bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    if (length <= this.unneeded) {
      this.passed(length);
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

  /** How many of the next bytes it need not be shown: those that it passes over anyway. */
  get unneeded(): number {
    return this.wanted > 0 ? 0 : this.skip;
  }

  /** The next `length` bytes came, all of them such as it need not be shown. */
  passed(length: number): void {
    this.skip -= length;
    this.skipped += length;
    this.position += length;
  }

  /** `length` bytes were never seen. Inside something of known length they cost that; elsewhere they end the walk. */
  gap(length: number): void {
    if (this.ended !== null) return;
    const known = this.wanted + this.skip;
    if (known >= length) {
      if (this.wanted > 0) this.sink.lost(this.what, this.levels.depth);
      this.skip = known - length;
      this.wanted = 0;
      this.position += length;
      return;
    }
    if (this.wanted > 0) this.sink.lost(this.what, this.levels.depth);
    const after = this.position + this.headerLength + length;
    const end = this.levels.leaveUntil(after);
    if (end === Number.POSITIVE_INFINITY) {
      this.end('gap');
      return;
    }
    this.wanted = 0;
    this.headerLength = 0;
    this.position = after;
    this.skip = end - after;
  }

  /** The data set is over: false when it stopped inside an element or a sequence. */
  finish(): boolean {
    if (this.ended !== null) return false;
    this.levels.leave(this.position);
    if (this.levels.level === 0 && this.wanted === 0 && this.skip === 0 && this.isPadding()) return true;
    if (this.wanted > 0) this.sink.lost(this.what, this.levels.depth);
    return false;
  }

  /** What is left over is no header, but zeros. */
  private isPadding(): boolean {
    for (let i = 0; i < this.headerLength; i++) if (this.header[i] !== 0) return false;
    return true;
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
        this.skipped += this.skip;
        this.position += this.skip;
        this.skip = 0;
      }
    }
    return at;
  }

  private pass(at: number, end: number): number {
    const step = Math.min(this.skip, end - at);
    this.skip -= step;
    this.skipped += step;
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
    this.levels.leave(this.position);
    const room = this.levels.ends[this.levels.level] - this.position;
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
    const { level, kinds, encodings } = this.levels;
    return kinds[level] === CONTENT ? headerBytesOf(encodings[level], this.header) : 8;
  }

  /** One header at `at`, of which enough bytes are there; returns its length. Sets `wanted` and `skip`. */
  private step(bytes: Uint8Array, from: number): number {
    const levels = this.levels;
    levels.leave(this.position);
    const level = levels.level;
    const room = levels.ends[level] - this.position;
    const at = this.at;
    at.read(levels.encodings[level], bytes, from);
    if (at.bytes > room) {
      this.skip = room;
      return 0;
    }
    if (++this.elements > this.elementsMax) return this.end('limit');
    if (levels.kinds[level] !== CONTENT) return this.item(bytes, from);
    if (at.group === 0xfffe) return this.delimiter();
    if (this.visit !== null) this.visit(at.tag, vrText(levels.encodings[level], bytes, from), at.length, levels.depth);
    this.position += at.bytes;
    if (level === 0 && at.tag > this.topTag) this.topTag = at.tag;
    if (at.length === UNDEFINED) this.openUndefined();
    else if (at.length > room - at.bytes) this.overlong(room - at.bytes);
    else if (at.length > 0) this.open();
    else this.empty();
    return at.bytes;
  }

  /** An element of known length above 0. */
  private open(): void {
    const { group, element, encoding, form, length } = this.at;
    if (form === VR_SEQUENCE || ((encoding === IMPLICIT || form === VR_UNKNOWN) && isSequence(group, element))) {
      if (this.levels.deep) this.skip = length;
      else this.enter(SEQUENCE, this.position + length, false);
      return;
    }
    if (group === 0x7fe0 && this.levels.level === 0 && isPixelData(element)) this.atBulk = true;
    let what = interestOf(group, element, this.levels.level);
    if (what === NONE && this.sink.keyWanted && this.levels.level === 0 && isKey(group, element)) what = OTHER_KEY;
    if (what === NONE) {
      this.passOver(NONE, form, group, length);
      if (element !== 0 && this.levels.level > 0) this.levels.fill(this.sink);
    } else if (what < attributes.length && knownByLength[what] === 1) {
      this.passOver(what, form, group, length);
      this.sink.present(what);
      this.levels.fill(this.sink);
    } else {
      this.what = what;
      this.wanted = Math.min(length, this.valueBytesMax);
      this.skip = length - this.wanted;
      this.heldLength = 0;
    }
  }

  /** A value that is passed over; the first bytes of one that may hold a program are looked at. */
  private passOver(what: number, form: number, group: number, length: number): void {
    const binary = what !== NONE || form === VR_FRAGMENTS || form === VR_UNKNOWN;
    if (!binary || length < programBytesMin || group === 0x7fe0) {
      this.skip = length;
      return;
    }
    this.what = HEAD;
    this.headOf = what;
    this.headOfBytes = length;
    this.wanted = Math.min(length, what === documentIndex ? documentHeadBytes : headBytes, this.valueBytesMax);
    this.skip = length - this.wanted;
    this.heldLength = 0;
  }

  /** Undefined length: a sequence, or Pixel Data in fragments (PS3.5 sections 7.5 and A.4). */
  private openUndefined(): void {
    const { group, element, form } = this.at;
    const pixelData = group === 0x7fe0 && isPixelData(element);
    if (pixelData && this.levels.level === 0) this.atBulk = true;
    if (this.levels.deep) this.end('limit');
    else this.enter(pixelData || form === VR_FRAGMENTS ? FRAGMENTS : SEQUENCE, Number.POSITIVE_INFINITY, true);
  }

  /** UN is implicit inside, whatever is around it (PS3.5 section 6.2.2). */
  private enter(kind: number, end: number, open: boolean): void {
    const { group, element, encoding, form } = this.at;
    const inside = form === VR_UNKNOWN && kind === SEQUENCE ? IMPLICIT : encoding;
    this.levels.push(kind, end, open, inside, attributeIndex(group, element));
  }

  /** Longer than what is around it: that is passed, and what follows it is read on. */
  private overlong(room: number): void {
    const what = interestOf(this.at.group, this.at.element, this.levels.level);
    if (what !== NONE) this.sink.lost(what, this.levels.depth);
    this.skip = room;
  }

  private empty(): void {
    const what = interestOf(this.at.group, this.at.element, this.levels.level);
    if (what === NONE || (what < attributes.length && knownByLength[what] === 1)) return;
    this.sink.value(what, this.levels.depth, this.held, 0, 0);
  }

  /** A header in a sequence or among fragments: an item, or the end (PS3.5 section 7.5). Never has a VR. */
  private item(bytes: Uint8Array, from: number): number {
    const { group, element } = this.at;
    const levels = this.levels;
    const { level } = levels;
    const length = u32(levels.encodings[level], bytes, from + 4);
    const fragment = levels.kinds[level] === FRAGMENTS;
    if (group !== 0xfffe || (element !== 0xe000 && element !== 0xe0dd)) return this.astray();
    if (fragment && length === UNDEFINED) return this.astray();
    this.position += 8;
    if (element === 0xe0dd) {
      if (levels.open[level] === 1) levels.level--;
    } else if (fragment) {
      this.skip = Math.min(length, levels.ends[level] - this.position);
      if (length > 0) levels.fill(this.sink);
    } else {
      const open = length === UNDEFINED;
      const end = open ? Number.POSITIVE_INFINITY : this.position + length;
      levels.push(CONTENT, end, open, levels.encodings[level], NONE);
      this.sink.item(levels.depth, this.topTag);
    }
    return 8;
  }

  /** (FFFE,xxxx) where an element is expected. A delimiter of an item of known length is superfluous, and passed. */
  private delimiter(): number {
    const { element, length } = this.at;
    const levels = this.levels;
    const open = levels.level > 0 && levels.open[levels.level] === 1;
    const sequenceEnds = element === 0xe0dd && open;
    if (length !== 0 || (element !== 0xe00d && !sequenceEnds)) return this.astray();
    this.position += 8;
    // The delimiter of the sequence without one of its last item ends both.
    if (sequenceEnds) levels.level -= levels.open[levels.level - 1] === 1 ? 2 : 1;
    else if (open) levels.level--;
    return 8;
  }

  /** What is here makes no sense: pass what is around it, if its length is known. */
  private astray(): number {
    const end = this.levels.ends[this.levels.level];
    if (end === Number.POSITIVE_INFINITY) return this.end('malformed');
    this.skip = end - this.position;
    return 0;
  }

  private value(bytes: Uint8Array, start: number, end: number): void {
    if (this.what === HEAD) {
      this.sink.head(this.headOf, bytes, start, end, this.headOfBytes);
      return;
    }
    if (this.what === OTHER_KEY) {
      this.sink.key(bytes, start, end);
      return;
    }
    const said = this.sink.value(this.what, this.levels.depth, bytes, start, end);
    if (said && this.levels.level > 0) this.levels.fill(this.sink);
  }

  private end(why: 'gap' | 'malformed' | 'limit'): number {
    this.ended = why;
    this.skippedBefore = this.skipped;
    this.wanted = 0;
    this.headerLength = 0;
    this.skip = Number.POSITIVE_INFINITY;
    return 0;
  }
}
