import { grown } from '../bytes/column.ts';
import type { Side } from '../model/facts.ts';
import { keyWords } from '../tcp/key-hash.ts';
import type { Path } from '../tcp/path-notes.ts';
import { Flag, type Slots } from '../tcp/slots.ts';
import type { ConnectionTable } from './connection-table.ts';

/** Numbers of a row: one a connection, two where there is one a side. */
const rowColumns = [
  'flags',
  'family',
  'firstSeconds',
  'firstNanos',
  'firstInput',
  'firstFrame',
  'firstSequence',
  'lastSeconds',
  'lastNanos',
  'lastInput',
  'lastFrame',
] as const;
const sideColumns = ['initial', 'covered', 'missed'] as const;
/** Of sides, where there are any. */
const sparseColumns = ['unseen', 'tiny'] as const;

const macBytes = 12;
const sidesSeen = Flag.seen | (Flag.seen << 1);
const rowsFirst = 256;

/**
 * How connections of ours stood when something was stated of them last. Records are made of this, and not of what the
 * tracker has by then: so they do not depend on how far that went on. A row is one connection's from `add` to `remove`.
 */
export class Standings implements ConnectionTable {
  flags = new Float64Array(rowsFirst);
  family = new Float64Array(rowsFirst);
  firstSeconds = new Float64Array(rowsFirst);
  firstNanos = new Float64Array(rowsFirst);
  firstInput = new Float64Array(rowsFirst);
  firstFrame = new Float64Array(rowsFirst);
  firstSequence = new Float64Array(rowsFirst);
  lastSeconds = new Float64Array(rowsFirst);
  lastNanos = new Float64Array(rowsFirst);
  lastInput = new Float64Array(rowsFirst);
  lastFrame = new Float64Array(rowsFirst);
  initial = new Float64Array(2 * rowsFirst);
  covered = new Float64Array(2 * rowsFirst);
  missed = new Float64Array(2 * rowsFirst);
  key = new Int32Array(keyWords * rowsFirst);
  mac = new Uint8Array(macBytes * rowsFirst);
  readonly unseen = new Map<number, number>();
  readonly tiny = new Map<number, number>();
  readonly strangeReset = new Map<number, number>();
  /** VLANs and tunnels. */
  readonly paths: Path[] = [];
  private readonly vacant: number[] = [];
  private fresh = 0;

  /** A row. */
  add(): number {
    const row = this.vacant.pop() ?? this.fresh++;
    if (row === this.flags.length) this.grow();
    return row;
  }

  remove(row: number): void {
    this.forget(row);
    this.vacant.push(row);
  }

  /** A connection stands as its slot has it now: what never changes of it. */
  begin(row: number, slots: Slots, slot: number): void {
    this.flags[row] = 0;
    this.family[row] = slots.family[slot];
    this.firstSeconds[row] = slots.firstSeconds[slot];
    this.firstNanos[row] = slots.firstNanos[slot];
    this.firstInput[row] = slots.firstInput[slot];
    this.firstFrame[row] = slots.firstFrame[slot];
    this.firstSequence[row] = slots.firstSequence[slot];
    for (let i = 0; i < keyWords; i++) this.key[keyWords * row + i] = slots.ends.keyWord(slot, i);
  }

  /** The same, of what does. */
  take(row: number, slots: Slots, slot: number, path: Path): void {
    const flags = slots.flags[slot];
    if (((this.flags[row] ^ flags) & sidesSeen) !== 0) this.takeAddresses(row, slots, slot);
    this.flags[row] = flags;
    this.lastSeconds[row] = slots.lastSeconds[slot];
    this.lastNanos[row] = slots.lastNanos[slot];
    this.lastInput[row] = slots.lastInput[slot];
    this.lastFrame[row] = slots.lastFrame[slot];
    for (let side = 0; side < 2; side++) {
      const to = 2 * row + side;
      const from = 2 * slot + side;
      this.initial[to] = slots.initial[from];
      this.covered[to] = slots.covered[from];
      this.missed[to] = slots.missed[from];
      if (slots.unseen.size > 0) copy(slots.unseen, from, this.unseen, to);
      if (slots.tiny.size > 0) copy(slots.tiny, from, this.tiny, to);
    }
    if (slots.strangeReset.size > 0) copy(slots.strangeReset, slot, this.strangeReset, row);
    this.paths[row] = path;
  }

  /** The first packet of a side tells its hardware address, and no other does. */
  private takeAddresses(row: number, slots: Slots, slot: number): void {
    for (let i = 0; i < macBytes; i++) this.mac[macBytes * row + i] = slots.mac[macBytes * slot + i];
  }

  port(row: number, side: Side): number {
    const ports = this.key[keyWords * row + 8];
    return side === 0 ? ports >>> 16 : ports & 0xffff;
  }

  address(row: number, side: Side, bytes: Uint8Array = new Uint8Array(16)): Uint8Array {
    const at = keyWords * row + 4 * side;
    for (let i = 0; i < 16; i++) bytes[i] = this.key[at + (i >> 2)] >>> (24 - 8 * (i & 3));
    return bytes;
  }

  private forget(row: number): void {
    for (const column of sparseColumns) {
      if (this[column].size === 0) continue;
      this[column].delete(2 * row);
      this[column].delete(2 * row + 1);
    }
    if (this.strangeReset.size > 0) this.strangeReset.delete(row);
  }

  private grow(): void {
    for (const column of [...rowColumns, ...sideColumns]) this[column] = grown(this[column], 2 * this[column].length);
    this.key = grown(this.key, 2 * this.key.length);
    this.mac = grown(this.mac, 2 * this.mac.length);
  }
}

function copy(from: ReadonlyMap<number, number>, at: number, to: Map<number, number>, row: number): void {
  const value = from.get(at);
  if (value !== undefined) to.set(row, value);
}
