import type { Batch } from '../capture/batch.ts';
import { Decoder } from '../decode/decode.ts';
import { Next, type Packet } from '../decode/packet.ts';
import { limits } from '../model/limits.ts';

/** What a short listen to one interface tells of its mirror. */
export interface Heard {
  readonly seconds: number;
  readonly packets: number;
  readonly bytes: number;
  /** Packets that were lost meanwhile. */
  readonly lost: number;
  /** TCP segments, and those that came with VLAN tags. */
  readonly segments: number;
  readonly tagged: number;
  /** TCP segments with payload, and how many of them came a second time in the very same packet. */
  readonly payloads: number;
  readonly twice: number;
  /** TCP conversations of which payload or acknowledgements were seen, and those of which both directions were. */
  readonly conversations: number;
  readonly bothWays: number;
  /** Segments that begin as DICOM does. */
  readonly dicom: number;
}

/** Conversations and packets remembered. */
const conversationsMax = 10_000;
const packetsMax = 4096;

/** Looks at packets for a moment. Not for the hot path. */
export class Listener {
  private readonly decoder = new Decoder(limits);
  private readonly counts = { packets: 0, bytes: 0, segments: 0, tagged: 0, payloads: 0, twice: 0, dicom: 0 };
  /** Ends in order to the directions seen, one bit each. */
  private readonly conversations = new Map<string, number>();
  private readonly recent = new Set<string>();

  take(batch: Batch): void {
    const { counts, decoder } = this;
    for (let i = 0; i < batch.count; i++) {
      counts.packets++;
      counts.bytes += batch.original[i];
      if (decoder.decode(batch, i) === Next.tcp) this.segment(decoder.packet);
    }
  }

  /** So long was listened, and so many packets were lost. */
  heard(seconds: number, lost: number): Heard {
    const directions = [...this.conversations.values()];
    return {
      ...this.counts,
      seconds,
      lost,
      conversations: directions.length,
      bothWays: directions.filter((bits) => bits === 3).length,
    };
  }

  private segment(packet: Packet): void {
    const { counts } = this;
    counts.segments++;
    if (packet.vlanCount > 0) counts.tagged++;
    const [source, target] = [end(packet, 0), end(packet, 4)];
    this.converse(source, target);
    if (packet.payloadLength === 0) return;
    counts.payloads++;
    // A retransmission is another packet, with an identification of its own.
    const { identification, sequence, acknowledgement, checksum } = packet;
    const same = [source, target, identification, sequence, acknowledgement, checksum].join(' ');
    if (this.recent.delete(same)) counts.twice++;
    else this.recent.add(same);
    if (this.recent.size > packetsMax) forgetOldest(this.recent);
    if (looksLikeDicom(packet.bytes.subarray(packet.payloadStart, packet.payloadEnd))) counts.dicom++;
  }

  private converse(source: string, target: string): void {
    const forward = source < target;
    const key = forward ? `${source} ${target}` : `${target} ${source}`;
    const bits = this.conversations.get(key);
    if (bits === undefined && this.conversations.size >= conversationsMax) return;
    this.conversations.set(key, (bits ?? 0) | (forward ? 1 : 2));
  }
}

function end({ words, sourcePort, targetPort }: Packet, at: 0 | 4): string {
  return `${words[at]}.${words[at + 1]}.${words[at + 2]}.${words[at + 3]}:${at === 0 ? sourcePort : targetPort}`;
}

function forgetOldest(set: Set<string>): void {
  for (const oldest of set) {
    set.delete(oldest);
    return;
  }
}

/**
 * The first bytes of an A-ASSOCIATE-RQ or -AC, or of a P-DATA-TF PDU (PS3.8 section 9.3): type, a reserved 00H, length;
 * then the version, or a presentation data value with its length, an odd context and its control header.
 */
export function looksLikeDicom(bytes: Uint8Array): boolean {
  if (bytes.length < 12 || bytes[1] !== 0) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = view.getUint32(2);
  if (bytes[0] === 1 || bytes[0] === 2) return length >= 68 && length <= 1 << 20 && (view.getUint16(6) & 1) === 1;
  if (bytes[0] !== 4) return false;
  const value = view.getUint32(6);
  return value >= 2 && value + 4 <= length && (bytes[10] & 1) === 1 && bytes[11] <= 3;
}
