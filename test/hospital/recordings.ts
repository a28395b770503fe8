import { join } from 'node:path';
import { openCapture } from '../../src/capture/open.ts';
import { Decoder } from '../../src/decode/decode.ts';
import { Next, type Packet, SYN } from '../../src/decode/packet.ts';
import { limits } from '../../src/model/limits.ts';
import { chunkedSource } from '../support/chunks.ts';
import type { Speaker } from '../support/conversation.ts';
import { captureBytes, pcaps } from '../support/scenes.ts';

/** What one side of a recorded connection sent before the other spoke. */
export interface Spoken {
  readonly from: Speaker;
  readonly bytes: Uint8Array;
}

/** A connection of a recording: where its server listened, and what was said. */
export interface Recorded {
  readonly serverPort: number;
  readonly spoken: readonly Spoken[];
}

/**
 * The TCP connections of a scene in pcaps/, in the order of their SYNs. The recordings lost nothing: order is all there
 * is to do.
 */
export async function recorded(scene: string): Promise<Recorded[]> {
  const capture = captureBytes(join(pcaps, scene));
  const reader = await openCapture(chunkedSource(capture, capture.length));
  if (reader.format === null) throw new Error(reader.reason);
  const decoder = new Decoder(limits);
  const open = new Map<string, Listening>();
  const all: Listening[] = [];
  for (let batch = await reader.next(); batch !== null; batch = await reader.next()) {
    for (let i = 0; i < batch.count; i++) {
      if (decoder.decode(batch, i) !== Next.tcp) continue;
      const { packet } = decoder;
      const [there, back] = names(packet);
      if ((packet.flags & 0x12) === SYN) {
        const one = new Listening(there, packet.targetPort, packet.sequence);
        open.set(there, one).set(back, one);
        all.push(one);
      } else open.get(there)?.heard(there, packet);
    }
  }
  return all;
}

class Listening implements Recorded {
  readonly serverPort: number;
  readonly spoken: { from: Speaker; bytes: Uint8Array }[] = [];
  private readonly client: string;
  private readonly next: Partial<Record<Speaker, number>>;

  constructor(client: string, serverPort: number, sequence: number) {
    this.client = client;
    this.serverPort = serverPort;
    this.next = { client: (sequence + 1) | 0 };
  }

  heard(name: string, packet: Packet): void {
    const from: Speaker = name === this.client ? 'client' : 'server';
    if (packet.flags & SYN) this.next[from] = (packet.sequence + 1) | 0;
    const bytes = packet.bytes.slice(packet.payloadStart, packet.payloadEnd);
    if (bytes.length === 0 || packet.sequence !== this.next[from]) return;
    this.next[from] = (packet.sequence + bytes.length) | 0;
    const last = this.spoken.at(-1);
    if (last?.from === from) last.bytes = Buffer.concat([last.bytes, bytes]);
    else this.spoken.push({ from, bytes });
  }
}

function names(packet: Packet): [string, string] {
  const source = `${packet.words.subarray(0, 4).join('.')}:${packet.sourcePort}`;
  const target = `${packet.words.subarray(4, 8).join('.')}:${packet.targetPort}`;
  return [`${source} ${target}`, `${target} ${source}`];
}
