import { u16be, u32be } from '../bytes/reader.ts';
import { carried } from './gre.ts';
import { Next, type Packet } from './packet.ts';
import { Carrier, Tunnel } from './tunnel.ts';

/**
 * GENEVE, RFC 8926 section 3.4.
 *
 *  0  1  version (2 bits, 0), length of the options in words      4  3  VNI
 *  1  1  80H not user traffic, 40H critical options               7  1  reserved
 *  2  2  protocol type, an EtherType                              8  …  options
 */
export function geneve(packet: Packet): number {
  const { bytes, at } = packet;
  if (packet.end - at < 8) return Next.malformedLink;
  const head = bytes[at];
  const reserved = (bytes[at + 1] & 0x3f) | bytes[at + 7];
  if (head >>> 6 !== 0 || reserved !== 0 || (bytes[at + 1] & 0x80) !== 0) return Next.transportUnsupported;
  const headerBytes = 8 + (head & 0x3f) * 4;
  if (headerBytes > packet.end - at) return Next.malformedLink;
  packet.protocol = u16be(bytes, at + 2);
  if (packet.protocol < 0x0600) return Next.transportUnsupported; // no EtherType
  packet.at = at + headerBytes;
  return packet.enter(Tunnel.geneve, u32be(bytes, at + 4) >>> 8)
    ? carried(packet, Carrier.geneve)
    : Next.encapsulationTooDeep;
}
