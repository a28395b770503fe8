import { u16be, u32be } from '../bytes/reader.ts';
import { ethernet } from './ethernet.ts';
import { nflog } from './nflog.ts';
import { Next, type Packet } from './packet.ts';

/** Decodes the link header of a LINKTYPE_ number (tcpdump.org/linktypes.html). */
export function link(packet: Packet, linkType: number): number {
  switch (linkType) {
    case 1:
      return ethernet(packet);
    case 113:
      return cooked(packet, 14, 16);
    case 276:
      return cooked(packet, 0, 20);
    case 0:
    case 108:
      return loopback(packet);
    case 12: // LINKTYPE_RAW as some systems number it
    case 14:
    case 101:
      return ip(packet);
    case 9:
      return Next.ppp;
    case 50:
      return serial(packet, 0);
    case 51:
      return Next.pppoe;
    case 104:
      return serial(packet, 0);
    case 166: // the direction in place of the address
      return skip(packet, 2, Next.ppp);
    case 204:
      return skip(packet, 1, Next.ppp);
    case 205:
      return serial(packet, 1);
    case 239:
      return nflog(packet);
    case 228:
      return Next.ipv4;
    case 229:
      return Next.ipv6;
    default:
      return Next.linkUnsupported;
  }
}

/** Linux cooked capture: the EtherType at 14 of 16 bytes (v1), or at 0 of 20 (v2). */
function cooked(packet: Packet, typeAt: number, length: number): number {
  if (packet.end - packet.at < length) return Next.malformedLink;
  packet.protocol = u16be(packet.bytes, packet.at + typeAt);
  packet.at += length;
  return Next.ethertype;
}

/** BSD loopback: an address family of four bytes, in the byte order of the machine that captured. */
function loopback(packet: Packet): number {
  if (packet.end - packet.at < 4) return Next.malformedLink;
  const word = u32be(packet.bytes, packet.at);
  const family = word > 0xffff ? ((word >>> 24) | ((word >>> 8) & 0xff00)) & 0xffff : word;
  packet.at += 4;
  if (family === 2) return Next.ipv4;
  // AF_INET6 is 24 on NetBSD and OpenBSD, 28 on FreeBSD, 30 on macOS, 10 on Linux.
  if (family === 24 || family === 28 || family === 30 || family === 10) return Next.ipv6;
  return Next.networkUnsupported;
}

/**
 * PPP or Cisco's own framing on a serial line (RFC 1662, RFC 1547 section 4.3.1), after a byte for the direction if
 * there is one: an address (FFH PPP; 0FH or 8FH Cisco), a control byte, and in Cisco's framing an EtherType.
 */
function serial(packet: Packet, directionBytes: number): number {
  const { bytes, at } = packet;
  if (packet.end - at < directionBytes + 4) return Next.malformedLink;
  const address = bytes[at + directionBytes];
  if (address !== 0x0f && address !== 0x8f) return skip(packet, directionBytes, Next.ppp);
  packet.protocol = u16be(bytes, at + directionBytes + 2);
  return skip(packet, directionBytes + 4, Next.ethertype);
}

function skip(packet: Packet, length: number, next: number): number {
  if (packet.end - packet.at < length) return Next.malformedLink;
  packet.at += length;
  return next;
}

/** No link header: the version nibble tells IPv4 from IPv6. */
export function ip(packet: Packet): number {
  if (packet.at >= packet.end) return Next.malformedLink;
  const version = packet.bytes[packet.at] >>> 4;
  return version === 4 ? Next.ipv4 : version === 6 ? Next.ipv6 : Next.networkUnsupported;
}
