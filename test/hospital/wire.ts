import type { Frame } from '../support/capture.ts';
import {
  type ConversationOptions,
  conversation,
  fin,
  reset,
  type Segment,
  type Turn,
} from '../support/conversation.ts';
import type { Chance } from './chance.ts';
import { Framing } from './framing.ts';
import type { Host } from './site.ts';

/** Who talks to whom, and when: microseconds since 1970. */
export interface Call {
  readonly from: Pick<Host, 'address'>;
  readonly to: Pick<Host, 'address' | 'port'>;
  readonly at: number;
  /** How it ends; `left-open` where the turns say it themselves, or nothing does. */
  readonly ends?: 'fin' | 'reset' | 'left-open';
}

/**
 * What a mirror port would have seen: conversations as frames, with the client ports, numbers and repeats of a network.
 */
export class Wire {
  private readonly all: Frame[] = [];
  private readonly framing = new Framing();
  private readonly ports = new Map<string, number>();
  private readonly chance: Chance;

  constructor(chance: Chance) {
    this.chance = chance;
  }

  talk(turns: readonly Turn[], call: Call): void {
    const closing = { fin: [fin('client'), fin('server')], reset: [reset('client')], 'left-open': [] };
    const segments = conversation([...turns, ...closing[call.ends ?? 'fin']], this.options(call));
    this.take(this.chance.of(40) ? repeated(segments, this.chance.below(segments.length)) : segments);
  }

  /** A server that is down: its host does not answer three SYNs. */
  unanswered(call: Call): void {
    const [syn] = conversation([], this.options(call));
    this.take([0, 1, 3].map((seconds) => ({ ...syn, at: syn.at + seconds * 1e6 })));
  }

  /** In the order of time; equal times in the order in which they were said. */
  frames(): Frame[] {
    return this.all.sort((a, b) => a.seconds - b.seconds || a.nanos - b.nanos);
  }

  take(segments: readonly Segment[]): void {
    for (const segment of segments) this.all.push(this.framing.frame(segment));
  }

  private options({ from, to, at }: Call): ConversationOptions {
    const port = this.ports.get(from.address) ?? 49_152;
    this.ports.set(from.address, port === 65_535 ? 49_152 : port + 1);
    return {
      client: { address: from.address, port, mac: macOf(from.address), sequence: this.chance.below(2 ** 32) },
      server: { address: to.address, port: to.port, mac: macOf(to.address), sequence: this.chance.below(2 ** 32) },
      at,
      stepMicros: 500 + this.chance.below(1500),
    };
  }
}

/** One segment comes once more, a little later: its acknowledgement was late. */
function repeated(segments: readonly Segment[], which: number): Segment[] {
  const again = segments[which];
  if (again.payload.length === 0) return [...segments];
  return [...segments, { ...again, ipId: (again.ipId + 0x2000) & 0xffff, at: again.at + 250 }];
}

function macOf(address: string): string {
  const end = address.split(/[.:]/).slice(-2);
  return `02:00:00:00:${end
    .map((part) =>
      Number.parseInt(part, address.includes(':') ? 16 : 10)
        .toString(16)
        .padStart(2, '0')
        .slice(-2),
    )
    .join(':')}`;
}

/** A classic pcap file in one piece, as `support/capture.ts` writes it, for many frames. */
export function captureFile(frames: readonly Frame[]): Uint8Array {
  const file = Buffer.alloc(frames.reduce((sum, { bytes }) => sum + 16 + bytes.length, 24));
  file.writeUInt32LE(0xa1b2c3d4, 0);
  file.writeUInt16LE(2, 4);
  file.writeUInt16LE(4, 6);
  file.writeUInt32LE(262_144, 16);
  file.writeUInt32LE(1, 20);
  let at = 24;
  for (const { bytes, seconds, nanos } of frames) {
    file.writeUInt32LE(seconds, at);
    file.writeUInt32LE(Math.floor(nanos / 1000), at + 4);
    file.writeUInt32LE(bytes.length, at + 8);
    file.writeUInt32LE(bytes.length, at + 12);
    file.set(bytes, at + 16);
    at += 16 + bytes.length;
  }
  return file;
}
