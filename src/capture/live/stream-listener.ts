import { escapeBytes } from '../../bytes/text.ts';
import type { InterfaceStatus } from '../../model/live-status.ts';
import type { Batch } from '../batch.ts';
import { type InterfaceStatistics, PcapngReader } from '../pcapng.ts';
import { Window } from '../window.ts';
import type { CaptureOptions } from './capture-options.ts';
import { type CaptureProcess, type Connection, captureAt } from './connection.ts';
import { type KeptOptions, keepCapture } from './kept-capture.ts';
import type { LiveEvent, LiveSource } from './live-source.ts';
import { Pause } from './pause.ts';
import { SectionTally } from './section-tally.ts';

/**
 * Listens to an interface through a capture process of our own. That is started here and now: with the rights that the
 * caller still has.
 */
export function listenToInterface(options: CaptureOptions, kept?: KeptOptions): LiveSource {
  return new StreamListener(options.interface, '', keepCapture(options, kept));
}

/** Listens to an interface through the capture process of another unit, at its socket. */
export function listenAtSocket(name: string, path: string): LiveSource {
  return new StreamListener(name, 'socket', captureAt(path));
}

/** The longest wait between two connections. */
const backoffMsMax = 1000;
const backoffMsMin = 100;
/** Why a capture process ended is known a little later than that its stream has; on a busy machine, not so little. */
const settleMs = 100;
const settleMsMax = 1000;
/** A capture process writes every second. */
const silenceMsMax = 15_000;
/** After `stop`: the capture process may take three seconds for what waits in the kernel. */
const drainMsMax = 5000;

/**
 * A capture as it comes from a capture process, over whatever connection. See CaptureKeeper for what is in the stream.
 */
class StreamListener implements LiveSource {
  private readonly name: string;
  private readonly fixedEngine: string;
  private readonly process: CaptureProcess;
  private readonly silenceMs: number;
  private readonly events: LiveEvent[] = [];
  private readonly tally = new SectionTally();
  private connection: Connection;
  private reader: PcapngReader;
  private sectionEngine: string | null = null;
  private engine = '';
  private capturing = false;
  private why: string | null = 'it has not begun';
  private starts = 0;
  private bytes = 0;
  private lastPacket: number | null = null;
  private stopping = false;
  private done = false;
  private backoffMs = 0;
  private readonly pause = new Pause();
  private drain: NodeJS.Timeout | null = null;

  constructor(name: string, engine: string, process: CaptureProcess, silenceMs = silenceMsMax) {
    this.name = name;
    this.fixedEngine = engine;
    this.process = process;
    this.silenceMs = silenceMs;
    this.connection = process.dial();
    this.reader = this.open();
  }

  async next(): Promise<LiveEvent | null> {
    while (!this.done) {
      const event = this.events.shift();
      if (event !== undefined) return event;
      const batch = await this.read();
      if (batch !== null && batch.count > 0) {
        this.count(batch);
        return { kind: 'packets', batch };
      }
      if (batch === null) await this.again();
    }
    return this.events.shift() ?? null;
  }

  stop(): void {
    if (this.stopping) return;
    this.stopping = true;
    this.connection.end();
    this.drain = setTimeout(() => this.connection.close(), drainMsMax);
    this.pause.end();
  }

  get status(): InterfaceStatus {
    return {
      name: this.name,
      engine: this.fixedEngine || this.engine,
      state: this.done ? 'stopped' : this.capturing ? 'capturing' : 'waiting',
      why: this.why,
      packets: this.tally.packets,
      bytes: this.bytes,
      received: this.tally.received,
      drops: this.tally.drops,
      starts: this.starts,
      lastPacket: this.lastPacket,
    };
  }

  private open(): PcapngReader {
    return new PcapngReader(new Window(this.connection.source), {
      section: (comment, application) => this.section(comment, application),
      described: () => this.began(),
      statistics: (told) => this.statistics(told),
    });
  }

  /** The next packets; null when the connection has ended, which it also has when it stays silent. */
  private async read(): Promise<Batch | null> {
    const silence = setTimeout(() => this.connection.close(), this.silenceMs);
    try {
      return await this.reader.next();
    } finally {
      clearTimeout(silence);
    }
  }

  /** Says that a connection ended, and makes the next one when it is time. */
  private async again(): Promise<void> {
    for (let ms = 0; ms < settleMsMax && !this.stopping; ms += settleMs) {
      await this.pause.wait(settleMs);
      if (this.connection.known?.() ?? true) break;
    }
    const broken = this.reader.error === null ? this.connection.why() : `the stream ${this.reader.error}`;
    this.connection.close();
    this.ended(broken);
    if (!this.stopping) this.why = broken;
    if (!this.stopping) await this.pause.wait(this.backoffMs);
    if (this.stopping) {
      if (this.drain !== null) clearTimeout(this.drain);
      this.done = true;
      this.process.release();
      return;
    }
    this.backoffMs = Math.min(Math.max(backoffMsMin, 2 * this.backoffMs), backoffMsMax);
    this.connection = this.process.dial();
    this.reader = this.open();
  }

  private section(comment: string | null, application: string | null): void {
    // A section that was not ended: its engine is told of no more, but the connection held.
    this.ended('the capture began anew');
    this.sectionEngine = /^dicomtap capture: ([a-z0-9-]{1,32})/.exec(application ?? '')?.[1] ?? null;
    const waiting = told(comment, 'waiting');
    if (waiting !== null && !this.stopping) this.why = waiting;
  }

  /** An interface was described: packets follow when its first counters are known. */
  private began(): void {
    this.engine = this.sectionEngine ?? 'unknown';
    this.tally.begin();
  }

  private statistics(numbers: InterfaceStatistics): void {
    if (this.tally.open && !this.capturing) {
      this.capturing = true;
      this.why = null;
      this.backoffMs = 0;
      this.starts++;
      const missed = Number(told(numbers.comment, 'missed') ?? Number.NaN);
      this.events.push({
        kind: 'began',
        start: this.starts,
        engine: this.engine,
        missed: Number.isSafeInteger(missed) ? missed : null,
      });
    }
    for (const [place, packets] of this.tally.take(numbers)) this.events.push({ kind: 'dropped', place, packets });
    const end = told(numbers.comment, 'ended');
    if (end !== null) this.ended(end);
  }

  private ended(why: string): void {
    const asked = this.stopping;
    for (const [place, packets] of this.tally.end(asked)) this.events.push({ kind: 'dropped', place, packets });
    if (!this.capturing) return;
    this.capturing = false;
    // Asked to end is no reason: what held until then stays.
    if (!asked) this.why = why;
    this.events.push({ kind: 'ended', why });
  }

  private count(batch: Batch): void {
    const { count, original } = batch;
    let bytes = 0;
    for (let i = 0; i < count; i++) bytes += original[i];
    this.bytes += bytes;
    this.tally.packets += count;
    this.lastPacket = Date.now() * 1000;
  }
}

/** What a comment `KEY: TEXT` says, safe to show; null when it says something else. */
function told(comment: string | null, key: string): string | null {
  if (!comment?.startsWith(`${key}: `)) return null;
  return escapeBytes(Buffer.from(comment.slice(key.length + 2)), 0, undefined, 500);
}
