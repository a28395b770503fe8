import { u16be } from '../bytes/reader.ts';
import { Next, type Packet } from './packet.ts';
import { Carrier, Tunnel } from './tunnel.ts';

/**
 * PPPoE session, RFC 2516 section 4.
 *
 *  0  1  version 1, type 1      2  2  session
 *  1  1  code: 0 is data        4  2  length of what follows
 */
export function pppoe(packet: Packet): number {
  const { bytes, at } = packet;
  if (packet.end - at < 6 || bytes[at] !== 0x11) return Next.malformedLink;
  if (bytes[at + 1] !== 0) return Next.networkUnsupported; // discovery
  const end = at + 6 + u16be(bytes, at + 4);
  if (end < packet.wireEnd) {
    packet.wireEnd = end;
    if (end < packet.end) packet.end = end;
  }
  packet.at = at + 6;
  return packet.enter(Tunnel.pppoe, 0) ? Next.ppp : Next.encapsulationTooDeep;
}

/**
 * PPP, RFC 1661 section 2, with or without the address and control bytes of RFC 1662: FF 03. The protocol has two
 * bytes; the first, if 0, may be left out, for only last bytes are odd.
 */
export function ppp(packet: Packet): number {
  const { bytes, end } = packet;
  let { at } = packet;
  if (bytes[at] === 0xff && (end - at < 2 || bytes[at + 1] === 0x03)) at += 2;
  if (at >= end) return Next.malformedLink;
  const short = (bytes[at] & 1) === 1;
  if (!short && end - at < 2) return Next.malformedLink;
  const protocol = short ? bytes[at] : u16be(bytes, at);
  packet.protocol = protocol;
  packet.at = at + (short ? 1 : 2);
  switch (protocol) {
    case 0x0021:
      return Next.ipv4;
    case 0x0057:
      return Next.ipv6;
    case 0x0281:
    case 0x0283:
      return Next.mpls;
    default:
      return notIp(packet);
  }
}

/** Below 4000H are packets, compressed or encrypted ones among them; above is what sets the line up. */
function notIp(packet: Packet): number {
  if (packet.protocol >= 0x4000) return Next.networkUnsupported;
  packet.carrier = Carrier.ppp;
  return Next.encapsulationUnsupported;
}
