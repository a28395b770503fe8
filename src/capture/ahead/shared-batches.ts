import { limits } from '../../model/limits.ts';
import { type Batch, batchPacketsMax } from '../batch.ts';
import { blockBytes, blockOf, type ReadMemory } from '../window.ts';

/**
 * Memory that two threads share: a ring of batches, which one lists and the other takes. Blocks of bytes are a ring of their
 * own, for a block of very small packets is several batches.
 */
export interface SharedBatches {
  readonly control: SharedArrayBuffer;
  readonly blocks: readonly SharedArrayBuffer[];
  readonly columns: readonly SharedArrayBuffer[];
}

/** Batches that wait at most: some milliseconds of work, so that either side may pause, and few enough to stay in the cache. */
const waitingMax = 4;
/** Words of `control`: how many batches were listed, and how many given back, ever. */
const LISTED = 0;
const TAKEN = 1;
/** The thread that lists waits for room; it has come to the end; the other wants no more. */
const WAITS = 2;
const ENDED = 3;
const CLOSED = 4;
/** From here on two words a batch: how many packets, and which block. */
const firstEntry = 6;
const headWords = 8;

export function makeSharedBatches(): SharedBatches {
  const each = Array.from({ length: waitingMax });
  return {
    control: new SharedArrayBuffer(4 * (firstEntry + 2 * waitingMax)),
    blocks: each.map(() => new SharedArrayBuffer(blockBytes(limits.readBytes))),
    columns: each.map(() => new SharedArrayBuffer(columnWords * 4 * batchPacketsMax)),
  };
}

/** Both ends see the same memory by these. */
class Ring {
  readonly control: Int32Array;
  readonly blocks: Uint8Array[];
  readonly batches: Batch[];

  constructor({ control, blocks, columns }: SharedBatches) {
    this.control = new Int32Array(control);
    this.blocks = blocks.map(blockOf);
    this.batches = columns.map((memory) => batchOver(memory, this.blocks[0]));
  }

  /** Batches that are listed and not given back. */
  get waiting(): number {
    return (Atomics.load(this.control, LISTED) - Atomics.load(this.control, TAKEN)) | 0;
  }
}

/** The end of the thread that lists. Waits where there is no room, which ends when the other end is closed. */
export class ListingEnd extends Ring implements ReadMemory {
  /** Of each block the number of the last batch in it, -1 without. */
  private readonly lastIn = new Int32Array(waitingMax).fill(-1);
  private present = 0;
  private listed = 0;

  get closed(): boolean {
    return Atomics.load(this.control, CLOSED) !== 0;
  }

  block(): Uint8Array {
    if (this.lastIn[this.present] >= 0) {
      this.present = (this.present + 1) % waitingMax;
      const last = this.lastIn[this.present];
      this.waitFor(() => last < Atomics.load(this.control, TAKEN));
      this.lastIn[this.present] = -1;
    }
    return this.blocks[this.present];
  }

  batch(): Batch {
    this.waitFor(() => this.waiting < waitingMax);
    return this.batches[this.listed % waitingMax];
  }

  /** Hands over the batch that `batch` gave last, of packets in the block that `block` gave last. */
  list(): void {
    const place = this.listed % waitingMax;
    this.control[firstEntry + 2 * place] = this.batches[place].count;
    this.control[firstEntry + 2 * place + 1] = this.present;
    this.lastIn[this.present] = this.listed++;
    Atomics.store(this.control, LISTED, this.listed);
    Atomics.notify(this.control, LISTED);
  }

  end(): void {
    Atomics.store(this.control, ENDED, 1);
    Atomics.notify(this.control, LISTED);
  }

  private waitFor(room: () => boolean): void {
    while (!this.closed) {
      const taken = Atomics.load(this.control, TAKEN);
      if (room()) return;
      Atomics.store(this.control, WAITS, 1);
      Atomics.wait(this.control, TAKEN, taken, waitMs);
    }
  }
}

/** A notice may be missed by a hair; nothing waits longer for that. */
const waitMs = 20;

/** The end of the thread that takes. */
export class TakingEnd extends Ring {
  private taken = 0;
  private holds = false;

  /** The next batch, or null when none came for a little while. The one before is given back. */
  next(): Batch | null {
    this.giveBack();
    if (Atomics.load(this.control, LISTED) === this.taken && !this.isEnd) {
      Atomics.wait(this.control, LISTED, this.taken, waitMs);
    }
    if (Atomics.load(this.control, LISTED) === this.taken) return null;
    const place = this.taken % waitingMax;
    const batch = this.batches[place];
    batch.count = this.control[firstEntry + 2 * place];
    batch.bytes = this.blocks[this.control[firstEntry + 2 * place + 1]];
    this.holds = true;
    return batch;
  }

  /** All was taken, and no more comes. */
  get isOver(): boolean {
    return this.isEnd && Atomics.load(this.control, LISTED) === this.taken;
  }

  close(): void {
    Atomics.store(this.control, CLOSED, 1);
    Atomics.notify(this.control, TAKEN);
  }

  private get isEnd(): boolean {
    return Atomics.load(this.control, ENDED) !== 0;
  }

  /** The other end is woken when half of the ring is free: each waking costs both. */
  private giveBack(): void {
    if (!this.holds) return;
    this.holds = false;
    Atomics.store(this.control, TAKEN, ++this.taken);
    if (this.waiting > waitingMax / 2 || Atomics.exchange(this.control, WAITS, 0) === 0) return;
    Atomics.notify(this.control, TAKEN);
  }
}

/** Six columns of words, one of half words, and rows of heads. */
const columnWords = 7 + headWords;

function batchOver(memory: SharedArrayBuffer, bytes: Uint8Array): Batch {
  const at = (column: number): number => 4 * column * batchPacketsMax;
  const words = (column: number): Uint32Array => new Uint32Array(memory, at(column), batchPacketsMax);
  return {
    bytes,
    count: 0,
    start: words(0),
    captured: words(1),
    original: words(2),
    seconds: words(3),
    nanos: words(4),
    frame: words(5),
    linkType: new Uint16Array(memory, at(6), batchPacketsMax),
    heads: new Int32Array(memory, at(7), headWords * batchPacketsMax),
  };
}
