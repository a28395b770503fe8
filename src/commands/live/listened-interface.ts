import type { Batch } from '../../capture/batch.ts';
import type { LiveSource } from '../../capture/live/live-source.ts';
import { captureId } from '../../ledger/ids.ts';
import type { CaptureRecord, Losses, Micros } from '../../model/records.ts';

/** One interface of a live sensor, and the capture of it that is under way. */
export class ListenedInterface {
  readonly rank: number;
  readonly source: LiveSource;
  /** By which the engine knows the capture under way; -1 before its first packet. */
  input = -1;
  /** Packets dropped that the engine was not told of yet: it knows no capture without packets. */
  untold = 0;
  /** The capture before: its streams may go on in this one. -1 when there is none. */
  lastInput = -1;
  id: string | null = null;
  private packets = 0;
  private bytes = 0;
  private first: Micros | null = null;
  private last: Micros | null = null;
  private readonly linkTypes = new Set<number>();

  constructor(rank: number, source: LiveSource) {
    this.rank = rank;
    this.source = source;
  }

  get name(): string {
    return this.source.status.name;
  }

  /** Id of a capture whose first packet is `at` of these. */
  begun({ bytes, start, captured, linkType, seconds, nanos }: Batch, at: number): string {
    const packet = bytes.subarray(start[at], start[at] + captured[at]);
    this.id = captureId(this.name, linkType[at], packet, seconds[at], nanos[at]);
    return this.id;
  }

  count({ original, seconds, nanos, linkType }: Batch, from: number, to: number): void {
    let bytes = 0;
    let link = -1;
    for (let i = from; i < to; i++) {
      bytes += original[i];
      if (linkType[i] === link) continue;
      link = linkType[i];
      this.linkTypes.add(link);
    }
    this.packets += to - from;
    this.bytes += bytes;
    this.first ??= seconds[from] * 1e6 + Math.floor(nanos[from] / 1000);
    this.last = seconds[to - 1] * 1e6 + Math.floor(nanos[to - 1] / 1000);
  }

  /** The record of the capture under way; null while it has no packet. `error`: why it ended, if not as it should. */
  record(losses: Losses, error: string | null): Omit<CaptureRecord, 'runId'> | null {
    if (this.id === null) return null;
    return {
      id: this.id,
      path: this.name,
      format: 'live',
      size: this.bytes,
      packets: this.packets,
      bytes: this.bytes,
      firstTime: this.first,
      lastTime: this.last,
      linkTypes: [...this.linkTypes].sort((a, b) => a - b),
      losses,
      complete: error === null,
      error,
    };
  }

  /** The capture ended: what comes next is another. */
  over(): void {
    if (this.input >= 0) this.lastInput = this.input;
    this.input = -1;
    this.id = null;
    this.packets = 0;
    this.bytes = 0;
    this.first = null;
    this.last = null;
    this.linkTypes.clear();
  }
}
