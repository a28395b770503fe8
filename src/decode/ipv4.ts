import { i32be, u16be } from '../bytes/reader.ts';
import type { Fragments } from './fragments.ts';
import { Next, type Packet } from './packet.ts';

/**
 * IPv4, RFC 791.
 *
 *    0  1  version, header length in words      8  1  time to live
 *    2  2  total length                         9  1  protocol
 *    4  2  identification                      12  4  source
 *    6  2  flags, fragment offset in 8 bytes   16  4  target
 */
export function ipv4(packet: Packet, fragments: Fragments): number {
  const { bytes, at } = packet;
  if (packet.end - at < 20) return Next.malformedNetwork;
  const first = bytes[at];
  const headerBytes = (first & 0xf) * 4;
  if (first >>> 4 !== 4 || headerBytes < 20 || headerBytes > packet.end - at) return Next.malformedNetwork;
  const total = u16be(bytes, at + 2);
  // Segmentation offload leaves 0 there: then the frame says where the packet ends.
  if (total !== 0) {
    if (total < headerBytes) return Next.malformedNetwork;
    if (at + total <= packet.wireEnd || packet.cutByMirror) {
      packet.wireEnd = at + total;
      if (packet.wireEnd < packet.end) packet.end = packet.wireEnd;
    }
  }
  packet.family = 4;
  const { words } = packet;
  words[0] = 0;
  words[1] = 0;
  words[2] = 0xffff;
  words[3] = i32be(bytes, at + 12);
  words[4] = 0;
  words[5] = 0;
  words[6] = 0xffff;
  words[7] = i32be(bytes, at + 16);
  packet.addressBytes = bytes;
  packet.sourceAt = at + 12;
  packet.targetAt = at + 16;
  packet.protocol = bytes[at + 9];
  packet.identification = u16be(bytes, at + 4);
  packet.at = at + headerBytes;
  const fragment = u16be(bytes, at + 6) & 0x3fff;
  if (fragment === 0) return Next.transport;
  return fragments.add(packet, packet.identification, (fragment & 0x1fff) * 8, (fragment & 0x2000) !== 0);
}
