import type { EvidenceStatus } from '../../model/live-status.ts';
import type { Batch } from '../batch.ts';
import { sectionHeader } from '../live/pcapng-blocks.ts';
import { frameBlockBytes, nanoInterface, type Stamp, spanStatistics, writeFrame } from '../nano-blocks.ts';
import { ringComment, ringFileName } from './ring-file.ts';
import { type RingDisk, RingFolder } from './ring-folder.ts';

export interface RingOptions {
  readonly folder: string;
  /** What the files take at most, all together. */
  readonly bytes: number;
  readonly lanes: number;
  readonly application: string;
  /** Told once when it begins to fail, and once (null) when it is well again. */
  readonly trouble: (why: string | null, missed: number) => void;
  readonly disk?: RingDisk;
  /** Milliseconds of a clock that never steps. */
  readonly now?: () => number;
}

const bufferBytesMax = 1 << 20;
/** Buffers that wait for the disk, or are being filled. */
const buffersMax = 16;
const fileBytesMax = 64 << 20;
/** What came is on disk after so long, so that little is lost by a kill. */
const flushMs = 1000;
/** After a failure it is tried again after so long. */
const retryMs = 5000;

/**
 * Keeps packets for a later `extract`: files of bounded size, one after the other for each interface, the oldest
 * deleted when all together would be too large. Packets are copied once, into buffers that are written by the thread
 * pool. A disk that is slow, full or broken costs packets of the ring, which are counted, and never holds anybody up.
 */
export class EvidenceRing {
  private readonly options: RingOptions;
  private readonly folder: RingFolder;
  private readonly lanes: readonly Lane[];
  private readonly spare: Buffer[] = [];
  private bytesMax: number;
  private readonly now: () => number;
  private buffers = 0;
  private kept = 0;
  private missed = 0;
  private why: string | null = null;
  private failedAt = 0;
  /** Every buffer waited for the disk: until half of them are free, nothing is kept, so that files are few. */
  private crowded = false;
  private readonly jobs: Job[] = [];
  private working = false;
  private work: Promise<void> = Promise.resolve();

  /** Makes the folder, 0700, if it is not there. Throws what the file system does. */
  constructor(options: RingOptions) {
    this.options = options;
    this.now = options.now ?? (() => performance.now());
    this.folder = new RingFolder(options.folder, options.bytes, options.disk);
    this.bytesMax = options.bytes;
    this.lanes = Array.from({ length: options.lanes }, () => new Lane());
  }

  /** Packets `from` to `to` of an interface: the next ones of the capture `capture`. */
  keep(rank: number, name: string, capture: string, batch: Batch, from: number, to: number): void {
    const lane = this.lanes[rank];
    for (let i = from; i < to; i++) {
      const bytes = frameBlockBytes(batch, i);
      if (!this.fits(lane, capture, batch, i, bytes)) this.end(lane);
      if (!lane.open && !this.begin(lane, name, capture, batch, i)) this.missed++;
      else if (!this.room(lane, bytes)) {
        this.missed++;
        // The file has a hole here: another one begins behind it.
        this.end(lane);
      } else {
        lane.used = writeFrame(lane.buffer as Buffer, lane.used, 0, batch, i);
        lane.add(batch, i, bytes);
      }
    }
  }

  /** To be called often: what came a while ago goes to the disk. */
  tick(): void {
    const now = this.now();
    for (const lane of this.lanes) {
      if (lane.used > 0 && now - lane.handedAt >= flushMs) this.hand(lane);
    }
  }

  /** Another size from here on: what is too much goes with the next packets. */
  resize(bytes: number): void {
    this.bytesMax = bytes;
    this.folder.bytesMax = bytes;
  }

  get status(): EvidenceStatus {
    const { bytes, files, oldest } = this.folder;
    const { kept, missed, why: trouble, bytesMax } = this;
    return { bytes, bytesMax, files, oldest, kept, missed, trouble };
  }

  /** Everything goes to the disk, for which `ms` is waited at most. */
  async close(ms: number): Promise<void> {
    for (const lane of this.lanes) this.end(lane);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
    await Promise.race([this.work, late]);
    clearTimeout(timer);
  }

  private fits(lane: Lane, capture: string, batch: Batch, i: number, bytes: number): boolean {
    if (!lane.open) return true;
    const goesOn = lane.capture === capture && lane.nextFrame === batch.frame[i] && lane.linkType === batch.linkType[i];
    return goesOn && lane.bytes + bytes + endBytes <= Math.min(fileBytesMax, this.bytesMax / (8 * this.lanes.length));
  }

  private begin(lane: Lane, name: string, capture: string, batch: Batch, i: number): boolean {
    if (this.crowded && this.spare.length + buffersMax - this.buffers < buffersMax / 2) return false;
    if (!this.crowded && this.why !== null && this.now() - this.failedAt < retryMs) return false;
    this.crowded = false;
    if (!this.refill(lane)) return false;
    const buffer = lane.buffer as Buffer;
    const comment = ringComment(capture, batch.frame[i]);
    for (const block of [
      sectionHeader({ comment, application: this.options.application }),
      nanoInterface(batch.linkType[i], name),
    ]) {
      block.copy(buffer, lane.used);
      lane.used += block.length;
    }
    lane.begin(capture, batch, i);
    const { number } = this.folder;
    const file = ringFileName(name, number, lane.first);
    lane.file = this.folder.begin(file);
    return true;
  }

  /** Whether so many bytes can be added, and those that end the file. */
  private room(lane: Lane, bytes: number): boolean {
    if (lane.file?.failed === true) return false;
    if (lane.buffer !== null && lane.used + bytes + endBytes <= lane.buffer.length) return true;
    this.hand(lane);
    return this.refill(lane) && bytes + endBytes <= (lane.buffer as Buffer).length;
  }

  private refill(lane: Lane): boolean {
    if (lane.buffer !== null) return true;
    lane.buffer = this.spare.pop() ?? null;
    if (lane.buffer === null && this.buffers < buffersMax) {
      lane.buffer = Buffer.allocUnsafeSlow(bufferBytesMax);
      this.buffers++;
    }
    lane.used = 0;
    if (lane.buffer === null) {
      this.crowded = true;
      this.fail('the disk is too slow');
    }
    return lane.buffer !== null;
  }

  /** The file is over: from when to when it is stands at its end. */
  private end(lane: Lane): void {
    if (!lane.open) return;
    const { file } = lane;
    lane.open = false;
    if (lane.packets > 0 && this.refill(lane)) {
      const block = spanStatistics(lane.first, lane.last, lane.packets);
      block.copy(lane.buffer as Buffer, lane.used);
      lane.used += block.length;
    }
    this.hand(lane);
    if (file !== null) this.enqueue({ file, part: null });
    lane.file = null;
  }

  /** What was collected goes to the disk, after all that went before. */
  private hand(lane: Lane): void {
    const { buffer, used, file, unwritten } = lane;
    lane.handedAt = this.now();
    if (buffer === null || file === null) return;
    lane.buffer = null;
    lane.used = 0;
    lane.unwritten = 0;
    this.enqueue({ file, part: { buffer, used, packets: unwritten } });
  }

  private enqueue(job: Job): void {
    this.jobs.push(job);
    if (this.working) return;
    this.working = true;
    this.work = this.run();
  }

  /**
   * One thing at a time, in order; what waits of one file goes in one write, for each costs a turn of the thread pool.
   */
  private async run(): Promise<void> {
    for (let job = this.jobs.shift(); job !== undefined; job = this.jobs.shift()) {
      const { file } = job;
      if (job.part === null) {
        await file.close();
        continue;
      }
      const parts = [job.part];
      for (let next = this.jobs[0]; next?.part != null && next.file === file; next = this.jobs[0]) {
        parts.push(next.part);
        this.jobs.shift();
      }
      const why = await file.write(parts.map(({ buffer, used }) => buffer.subarray(0, used)));
      for (const { buffer } of parts) this.spare.push(buffer);
      const packets = parts.reduce((sum, part) => sum + part.packets, 0);
      if (why === null) {
        this.kept += packets;
        this.recovered();
      } else {
        this.missed += packets;
        this.fail(why);
      }
    }
    this.working = false;
  }

  private fail(why: string): void {
    this.failedAt = this.now();
    if (this.why === null) this.options.trouble(why, this.missed);
    this.why = why;
  }

  /** Well again is what was well for a while: a disk that is just too slow is not told of each time. */
  private recovered(): void {
    if (this.why === null || this.now() - this.failedAt < retryMs) return;
    this.why = null;
    this.options.trouble(null, this.missed);
  }
}

const nought: Stamp = { seconds: 0, nanos: 0 };
const endBytes = spanStatistics(nought, nought, 0).length;

/** A buffer for a file; null: the file is over. */
interface Job {
  readonly file: ReturnType<RingFolder['begin']>;
  readonly part: Part | null;
}

interface Part {
  readonly buffer: Buffer;
  readonly used: number;
  readonly packets: number;
}

/** The file of one interface that is being written. */
class Lane {
  open = false;
  file: ReturnType<RingFolder['begin']> | null = null;
  buffer: Buffer | null = null;
  used = 0;
  handedAt = 0;
  capture = '';
  nextFrame = 0;
  linkType = 0;
  /** Of the file so far. */
  bytes = 0;
  packets = 0;
  /** Packets in the buffer. */
  unwritten = 0;
  private firstSeconds = 0;
  private firstNanos = 0;
  private lastSeconds = 0;
  private lastNanos = 0;

  begin(capture: string, { seconds, nanos, linkType, frame }: Batch, i: number): void {
    this.open = true;
    this.capture = capture;
    this.linkType = linkType[i];
    this.nextFrame = frame[i];
    this.bytes = this.used;
    this.packets = 0;
    this.unwritten = 0;
    this.firstSeconds = seconds[i];
    this.firstNanos = nanos[i];
    this.lastSeconds = seconds[i];
    this.lastNanos = nanos[i];
  }

  /** Earliest and latest: packets may be a little out of order. */
  add({ seconds, nanos }: Batch, i: number, bytes: number): void {
    const [s, n] = [seconds[i], nanos[i]];
    if (s < this.firstSeconds || (s === this.firstSeconds && n < this.firstNanos)) {
      this.firstSeconds = s;
      this.firstNanos = n;
    }
    if (s > this.lastSeconds || (s === this.lastSeconds && n > this.lastNanos)) {
      this.lastSeconds = s;
      this.lastNanos = n;
    }
    this.nextFrame++;
    this.bytes += bytes;
    this.packets++;
    this.unwritten++;
  }

  get first(): Stamp {
    return { seconds: this.firstSeconds, nanos: this.firstNanos };
  }

  get last(): Stamp {
    return { seconds: this.lastSeconds, nanos: this.lastNanos };
  }
}
