import { u16be } from '../bytes/reader.ts';
import { geneve } from './geneve.ts';
import { Next, type Packet } from './packet.ts';
import { vxlan, vxlanGpe } from './vxlan.ts';

/**
 * UDP, RFC 768. Only tunnels are looked into, by their target port, which need not mean one: what has no IP inside
 * is a datagram like others.
 *
 *  0  2  source port      4  2  length with this header
 *  2  2  target port      6  2  checksum
 */
export function udp(packet: Packet): number {
  const { bytes, at } = packet;
  if (packet.end - at < 8) return Next.transportUnsupported;
  const inside = tunnelOf(u16be(bytes, at + 2));
  if (inside === null) return Next.transportUnsupported;
  const end = at + u16be(bytes, at + 4);
  // Segmentation offload leaves a length that is not the datagram's.
  if (end >= at + 8 && end < packet.wireEnd) {
    packet.wireEnd = end;
    if (end < packet.end) packet.end = end;
  }
  packet.at = at + 8;
  packet.unproven = true;
  packet.macAt = -1;
  return inside(packet);
}

/** What reads the tunnel that a target port may mean; null for none. */
export function tunnelOf(port: number): ((packet: Packet) => number) | null {
  switch (port) {
    case 4789:
    case 8472: // Linux before the port was assigned, and by default still
      return vxlan;
    case 4790:
      return vxlanGpe;
    case 6081:
      return geneve;
    default:
      return null;
  }
}

/**
 * What a packet is whose tunnel only its UDP port told, once it went no further at `next`: a broken tunnel only if it
 * was cut.
 */
export function doubted(packet: Packet, next: number): number {
  switch (next) {
    case Next.malformedLink:
    case Next.malformedNetwork:
      return packet.end < packet.wireEnd ? next : Next.transportUnsupported;
    case Next.networkUnsupported:
      return Next.transportUnsupported;
    default:
      return next;
  }
}
