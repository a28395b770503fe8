import { Next, type Packet } from './packet.ts';

const IPV4 = 2;
const IPV6 = 10;
const PAYLOAD = 9;
const headerBytes = 4;

/**
 * Linux netfilter log messages (LINKTYPE_NFLOG): family (1 byte), version (1, 0), resource (2), then attributes, each
 * padded to four bytes. Their numbers are in the byte order of the machine that captured, which the small types tell.
 *
 *  0  2  length with this header      2  2  type; 9 is the packet from its IP header on
 */
export function nflog(packet: Packet): number {
  const { bytes, end, wireEnd } = packet;
  let { at } = packet;
  if (end - at < headerBytes || bytes[at + 1] !== 0) return Next.malformedLink;
  const family = bytes[at];
  at += headerBytes;
  while (end - at >= headerBytes) {
    const little = bytes[at + 3] === 0;
    const length = little ? bytes[at] | (bytes[at + 1] << 8) : (bytes[at] << 8) | bytes[at + 1];
    const type = little ? bytes[at + 2] : bytes[at + 3];
    if (length < headerBytes || at + length > wireEnd) return Next.malformedLink;
    if (type === PAYLOAD) return payload(packet, family, at, length);
    at += (length + 3) & ~3;
  }
  return end < wireEnd ? Next.malformedLink : Next.networkUnsupported;
}

function payload(packet: Packet, family: number, at: number, length: number): number {
  packet.wireEnd = at + length;
  if (packet.wireEnd < packet.end) packet.end = packet.wireEnd;
  packet.at = at + headerBytes;
  return family === IPV4 ? Next.ipv4 : family === IPV6 ? Next.ipv6 : Next.networkUnsupported;
}
