import type { LiveEvent, LiveSource } from '../../src/capture/live/live-source.ts';
import type { Recording } from '../../src/commands/live/live-session.ts';
import type { Log } from '../../src/commands/log.ts';
import type { InterfaceStatus } from '../../src/model/live-status.ts';
import type { CaptureRecord, HealthRecord, RecordBatch } from '../../src/model/records.ts';
import { batchOf } from './batch.ts';
import type { Frame } from './capture.ts';
import { Kept } from './replay.ts';

/** An interface of which the test says what comes. */
export class ScriptedSource implements LiveSource {
  readonly name: string;
  private readonly events: LiveEvent[] = [];
  private wake: () => void = () => {};
  private stopped = false;
  private starts = 0;
  private packets = 0;
  private bytes = 0;
  private frames = 0;
  state: InterfaceStatus['state'] = 'waiting';
  why: string | null = 'not begun';
  drops: Record<string, number> = {};

  constructor(name = 'eth1') {
    this.name = name;
  }

  begin(missed: number | null = null): this {
    this.state = 'capturing';
    this.why = null;
    this.frames = 0;
    return this.say({ kind: 'began', start: ++this.starts, engine: 'tcpdump', missed });
  }

  end(why: string): this {
    this.state = 'waiting';
    this.why = why;
    return this.say({ kind: 'ended', why });
  }

  drop(packets: number, place = 'kernel'): this {
    this.drops = { ...this.drops, [place]: (this.drops[place] ?? 0) + packets };
    return this.say({ kind: 'dropped', place, packets });
  }

  bring(frames: readonly Frame[]): this {
    this.packets += frames.length;
    this.bytes += frames.reduce((sum, { bytes }) => sum + bytes.length, 0);
    const first = this.frames + 1;
    this.frames += frames.length;
    return this.say({ kind: 'packets', batch: batchOf(frames, undefined, first) });
  }

  say(event: LiveEvent): this {
    this.events.push(event);
    this.wake();
    return this;
  }

  async next(): Promise<LiveEvent | null> {
    for (;;) {
      const event = this.events.shift();
      if (event !== undefined) return event;
      if (this.stopped) {
        this.state = 'stopped';
        return null;
      }
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  stop(): void {
    this.stopped = true;
    this.wake();
  }

  get status(): InterfaceStatus {
    const { name, state, why, packets, bytes, drops, starts } = this;
    return { name, engine: 'tcpdump', state, why, packets, bytes, received: packets, drops, starts, lastPacket: null };
  }
}

/** Keeps what it is given. */
export class KeptRecords implements Recording {
  readonly kept = new Kept();
  readonly captures: Omit<CaptureRecord, 'runId'>[] = [];
  readonly healths: Omit<HealthRecord, 'id' | 'runId'>[] = [];
  trouble: string | null = null;
  closed = false;

  write(batch: RecordBatch): void {
    this.kept.add(batch);
  }

  capture(record: Omit<CaptureRecord, 'runId'>): void {
    this.captures.push(record);
  }

  health(record: Omit<HealthRecord, 'id' | 'runId'>): void {
    this.healths.push(record);
  }

  status() {
    return { bytes: 4096, trouble: this.trouble, waiting: 0, waitingBytes: 0, refused: 0 };
  }

  keep(): void {}

  async close(): Promise<boolean> {
    this.closed = true;
    return true;
  }
}

/** A log that is read by the test. */
export function keptLog(): Log & { readonly lines: { level: string; message: string; fields: unknown }[] } {
  const lines: { level: string; message: string; fields: unknown }[] = [];
  const add = (level: string) => (fields: unknown, message: string) => void lines.push({ level, message, fields });
  return { lines, info: add('info'), warn: add('warn'), error: add('error') };
}

/** Waits for what will be so soon, however busy the machine is. */
export async function until(holds: () => boolean, what: string, seconds = 120): Promise<void> {
  for (const end = Date.now() + seconds * 1000; !holds(); ) {
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
