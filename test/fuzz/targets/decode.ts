import { type Batch, makeBatch } from '../../../src/capture/batch.ts';
import { Decoder } from '../../../src/decode/decode.ts';
import { Next } from '../../../src/decode/packet.ts';
import { limits as defaults } from '../../../src/model/limits.ts';
import { counting, hex } from '../../support/bytes.ts';
import { ethernet, linuxCooked, linuxCooked2, loopback } from '../../support/link.ts';
import { ipv4, ipv4Fragments, tcp } from '../../support/packet.ts';
import { captures, recordedFrames } from '../corpus.ts';
import { Tape } from '../tape.ts';
import { promised, promisedSame, type Target } from '../target.ts';
import { framesOf, type ProgramFrame, program } from './frame-program.ts';

const limits = { ...defaults, fragmentDatagramsMax: 4, fragmentBytesMax: 4096 };

const columns = makeBatch(new Uint8Array(0));
const alone = makeBatch(new Uint8Array(0));

/**
 * Frames of any link type → packets.
 */
export const decodeTarget: Target = {
  name: 'decode',
  bytesMax: 3000,
  async seeds() {
    const ends = { source: '10.0.0.7', target: '10.0.0.8' };
    const segment = tcp(counting(40), { ...ends, sourcePort: 104, targetPort: 4000, sequence: 7 });
    const packet = ipv4(segment, ends);
    const recorded = await Promise.all(captures(8000).map(recordedFrames));
    return [
      program(ipv4Fragments(segment, { ...ends, id: 3 }, 24).map((bytes) => [1, ethernet(bytes)])),
      program([
        [1, ethernet(packet, { tags: [{ vlan: 5 }, { vlan: 6 }] })],
        [113, linuxCooked(packet)],
        [276, linuxCooked2(packet)],
        [0, loopback(packet)],
        [108, loopback(packet, 'big')],
        [101, packet],
        [228, packet],
      ]),
      // IPv6 with a hop-by-hop header and a fragment header.
      program([
        [229, hex(`60000000 0030 00 40 ${'20'.repeat(32)} 2c00000000000000 06000000000000ff ${'01'.repeat(32)}`)],
      ]),
      program([[229, hex(`60000000 0020 2c 40 ${'20'.repeat(32)} 06000001000000aa ${'01'.repeat(24)}`)]]),
      ...recorded.map((frames) =>
        program(frames.slice(0, 6).map(({ linkType, bytes }) => [linkType, bytes.slice(0, 200)])),
      ),
    ];
  },
  dictionary: [hex('0800'), hex('86dd'), hex('8100'), hex('88a8'), hex('45000028'), hex('2000'), hex('60000000')],
  run,
};

function run(bytes: Uint8Array): string {
  const tape = new Tape(bytes);
  const inPlace = new Decoder(limits);
  const apart = new Decoder(limits);
  const columnsOf = { ...columns, bytes };
  const ends = new Map<number, number>();
  for (const given of framesOf(tape)) {
    const frame = bytes.subarray(given.start, given.start + given.length);
    const next = decodeAt(inPlace, columnsOf, given);
    const copy = { ...alone, bytes: Uint8Array.from(frame) };
    const again = decodeAt(apart, copy, { ...given, start: 0 });
    promised(next === again, 'what is around a frame does not matter', () => `${next} ${again}`);
    checkPacket(inPlace, next, bytes.length, frame.length + given.cut);
    if (next === Next.tcp) promisedSame(said(inPlace), said(apart), 'a packet says the same in other memory');
    promised(inPlace.fragments.waiting <= limits.fragmentDatagramsMax, 'datagrams are bounded');
    ends.set(next, (ends.get(next) ?? 0) + 1);
  }
  inPlace.fragments.finish();
  const { used, givenUp } = inPlace.fragments;
  const kept = (ends.get(Next.held) ?? 0) + (ends.get(Next.fragmentRefused) ?? 0);
  promised(used + givenUp === kept, 'every fragment is counted once', () => `${used} ${givenUp} ${kept}`);
  return `${[...ends.keys()].sort()} ${Math.min(3, used)} ${Math.min(3, givenUp)}`;
}

function decodeAt(decoder: Decoder, batch: Batch, { linkType, ms, cut, start, length }: ProgramFrame): number {
  batch.start[0] = start;
  batch.captured[0] = length;
  batch.original[0] = length + cut;
  batch.linkType[0] = linkType;
  batch.seconds[0] = 1 + Math.floor(ms / 1000);
  batch.nanos[0] = (ms % 1000) * 1e6;
  return decoder.decode(batch, 0);
}

const nexts: ReadonlySet<number> = new Set(Object.values(Next));

function checkPacket({ packet }: Decoder, next: number, bytes: number, wire: number): void {
  promised(nexts.has(next), 'the answer is one there is', () => next);
  promised(packet.vlanCount <= packet.vlans.length, 'VLAN tags are bounded');
  promised(packet.encapsulations <= limits.encapsulationsMax, 'encapsulations are bounded');
  if (next !== Next.tcp) return;
  const { payloadStart, payloadEnd, payloadLength } = packet;
  promised(0 <= payloadStart && payloadStart <= payloadEnd, 'a payload starts before its end', () => payloadStart);
  promised(payloadEnd <= Math.max(bytes, packet.bytes.length), 'a payload is within its memory', () => payloadEnd);
  promised(payloadLength >= payloadEnd - payloadStart, 'no payload is captured longer than it was');
  promised(payloadLength <= Math.max(wire, 65_535), 'a payload is shorter than its frame', () => payloadLength);
}

function said({ packet }: Decoder): unknown {
  const { family, words, identification, sourcePort, targetPort, sequence, acknowledgement, flags } = packet;
  const payload = Buffer.from(packet.bytes.subarray(packet.payloadStart, packet.payloadEnd)).toString('hex');
  const vlans = Array.from(packet.vlans.subarray(0, packet.vlanCount));
  const numbers = [family, ...words, identification, sourcePort, targetPort, sequence, acknowledgement, flags];
  const tunnels = Array.from(packet.tunnelKinds.subarray(0, packet.tunnelCount));
  return [numbers, vlans, tunnels, packet.tunnel, packet.payloadLength, payload, packet.macAt >= 0];
}
