import { type Batch, makeBatch } from '../capture/batch.ts';
import type { Limits } from '../model/limits.ts';
import type { PacketFile } from './packet-file.ts';
import { HELD, NONE, type Selection } from './selection.ts';

/** Packets that wait behind a fragment: no more bytes of them. */
const waitingBytesMax = 16 << 20;

/**
 * Copies the packets of a selection, in the order of the capture. A fragment tells whose it is only when its datagram
 * is whole: until then it waits, and what comes after it too, bounded in bytes and packet time.
 */
export class PacketCopy {
  private readonly selection: Selection;
  private readonly file: PacketFile | null;
  private readonly fragmentMsMax: number;
  private waiting: Waiting[] = [];
  private waitingBytes = 0;

  /** Without `file` packets are only looked at. */
  constructor(selection: Selection, file: PacketFile | null, limits: Pick<Limits, 'fragmentMsMax'>) {
    this.selection = selection;
    this.file = file;
    this.fragmentMsMax = limits.fragmentMsMax;
  }

  packets(batch: Batch, from: number, to: number, input: number): void {
    for (let i = from; i < to; i++) {
      const index = this.selection.take(batch, i, input);
      const { datagram } = this.selection;
      if (this.waiting.length > 0) this.giveUpOld(batch, i);
      if (index === HELD) this.wait(batch, i, datagram, null);
      else {
        if (index !== NONE) this.copy(batch, i, index);
        if (datagram !== null) this.decide(datagram, index);
      }
    }
  }

  finish(): void {
    for (const one of this.waiting) one.index ??= NONE;
    this.release();
    this.selection.finish();
    this.file?.flush();
  }

  private copy(batch: Batch, i: number, index: number): void {
    if (this.waiting.length > 0) this.wait(batch, i, null, index);
    else this.file?.packet(batch, i, index);
  }

  private wait(batch: Batch, i: number, datagram: string | null, index: number | null): void {
    if (this.file === null) return;
    const start = batch.start[i];
    const copy = smallBatch(batch.bytes.slice(start, start + batch.captured[i]));
    copy.captured[0] = batch.captured[i];
    copy.original[0] = batch.original[i];
    copy.seconds[0] = batch.seconds[i];
    copy.nanos[0] = batch.nanos[i];
    copy.linkType[0] = batch.linkType[i];
    this.waiting.push({ batch: copy, datagram, index });
    this.waitingBytes += copy.bytes.length;
    while (this.waitingBytes > waitingBytesMax && this.waiting.length > 0) {
      this.waiting[0].index ??= NONE;
      this.release();
    }
  }

  private decide(datagram: string, index: number): void {
    for (const one of this.waiting) if (one.datagram === datagram) one.index ??= index;
    this.release();
  }

  private giveUpOld(batch: Batch, i: number): void {
    const [oldest] = this.waiting;
    if ((batch.seconds[i] - oldest.batch.seconds[0]) * 1000 <= this.fragmentMsMax) return;
    oldest.index ??= NONE;
    this.release();
  }

  /** Writes what waits behind nothing any more. */
  private release(): void {
    let done = 0;
    for (const { batch, index } of this.waiting) {
      if (index === null) break;
      done++;
      this.waitingBytes -= batch.bytes.length;
      if (index !== NONE) this.file?.packet(batch, 0, index);
    }
    if (done > 0) this.waiting = this.waiting.slice(done);
  }
}

interface Waiting {
  readonly batch: Batch;
  /** Of a fragment. */
  readonly datagram: string | null;
  /** Null while nobody knows. */
  index: number | null;
}

/** A batch for one packet. */
function smallBatch(bytes: Uint8Array): Batch {
  const batch = { ...template, bytes, count: 1 };
  for (const name of ['start', 'captured', 'original', 'seconds', 'nanos', 'frame'] as const) {
    Object.assign(batch, { [name]: new Uint32Array(1) });
  }
  return Object.assign(batch, { linkType: new Uint16Array(1) });
}

const template = makeBatch(new Uint8Array(0));
