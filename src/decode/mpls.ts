import { u16be } from '../bytes/reader.ts';
import { leadsOn } from './ethernet.ts';
import { Next, type Packet } from './packet.ts';
import { Carrier, Tunnel } from './tunnel.ts';

const etherTypeAt = 12;
const controlWordBytes = 4;

/**
 * A stack of MPLS labels, RFC 3032, as one tunnel. Each has 4 bytes: label (20 bits), class (3), bottom of the stack (1), time
 * to live (8). Nothing says what follows: IP by its first nibble, if its length fits; else an Ethernet
 * pseudowire, with or without control word (RFC 4448), by where there is an EtherType that leads on.
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
  if (at >= end) return Next.malformedLink;
  const nibble = bytes[at] >>> 4;
  const rest = packet.cutByMirror ? 0xffff : packet.wireEnd - at;
  if (nibble === 4 && (bytes[at] & 0xf) >= 5 && (end - at < 4 || u16be(bytes, at + 2) <= rest)) return Next.ipv4;
  if (nibble === 6 && (end - at < 6 || u16be(bytes, at + 4) + 40 <= rest)) return Next.ipv6;
  if (nibble === 0 && frameAt(packet, at + controlWordBytes)) return pseudowire(packet, controlWordBytes);
  if (frameAt(packet, at)) return pseudowire(packet, 0);
  // Other frames of a pseudowire (ARP and the like), and its own control channel (RFC 4385 section 5).
  if (nibble <= 1) return Next.networkUnsupported;
  packet.carrier = Carrier.mpls;
  packet.protocol = nibble;
  return Next.encapsulationUnsupported;
}

function pseudowire(packet: Packet, controlWord: number): number {
  packet.at += controlWord;
  return Next.ethernet;
}

/** Whether an Ethernet frame that leads on may begin there. */
function frameAt({ bytes, end }: Packet, at: number): boolean {
  return end - at >= etherTypeAt + 2 && leadsOn(u16be(bytes, at + etherTypeAt));
}
