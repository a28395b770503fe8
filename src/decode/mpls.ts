import { u16be } from '../bytes/reader.ts';
import { leadsOn } from './ethernet.ts';
import { Next, type Packet } from './packet.ts';
import { Carrier, Tunnel } from './tunnel.ts';

const etherTypeAt = 12;
const controlWordBytes = 4;

/**
 * A stack of MPLS labels, RFC 3032, as one tunnel. Each has 4 bytes: label (20 bits), class (3), bottom of the stack
 * (1), time to live (8). Nothing says what follows.
 */
export function mpls(packet: Packet): number {
  const { bytes, end } = packet;
  let { at } = packet;
  do {
    if (end - at < 4) return Next.malformedLink;
    at += 4;
  } while ((bytes[at - 2] & 1) === 0);
  packet.at = at;
  if (!packet.enter(Tunnel.mpls, 0)) return Next.encapsulationTooDeep;
  return at < end ? guessed(packet, bytes[at] >>> 4) : Next.malformedLink;
}

/**
 * IP by its first nibble, if its length fits; else an Ethernet pseudowire, with or without control word (RFC 4448), by
 * where there is an EtherType that leads on. An address may begin like an IP header, so that a length which fits
 * exactly counts before an EtherType, and one which leaves padding after it.
 */
function guessed(packet: Packet, nibble: number): number {
  const { at } = packet;
  const isIp = nibble === 4 || nibble === 6;
  const left = isIp ? packet.wireEnd - at - ipBytes(packet, nibble) : 0;
  if (isIp && left === 0) return nibble === 4 ? Next.ipv4 : Next.ipv6;
  const bare = frameAt(packet, at);
  // Of a tagged frame both places hold an EtherType; a control word usually is 0.
  if (nibble === 0 && frameAt(packet, at + controlWordBytes) && (!bare || u16be(packet.bytes, at) === 0)) {
    packet.at += controlWordBytes;
    return Next.ethernet;
  }
  if (bare) return Next.ethernet;
  if (isIp && (left > 0 || packet.cutByMirror)) return nibble === 4 ? Next.ipv4 : Next.ipv6;
  // Other frames of a pseudowire (ARP and the like), and its own control channel (RFC 4385 section 5).
  if (nibble <= 1) return Next.networkUnsupported;
  packet.carrier = Carrier.mpls;
  packet.protocol = nibble;
  return Next.encapsulationUnsupported;
}

/** Bytes of the IP packet that may begin at hand; 0 if offload left none, or the header is cut. */
function ipBytes({ bytes, at, end }: Packet, nibble: number): number {
  if (nibble === 4) return end - at < 4 ? 0 : u16be(bytes, at + 2);
  const payload = end - at < 6 ? 0 : u16be(bytes, at + 4);
  return payload === 0 ? 0 : payload + 40;
}

/** Whether an Ethernet frame that leads on may begin there. */
function frameAt({ bytes, end }: Packet, at: number): boolean {
  return end - at >= etherTypeAt + 2 && leadsOn(u16be(bytes, at + etherTypeAt));
}
