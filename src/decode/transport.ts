import { gre } from './gre.ts';
import { Next, type Packet } from './packet.ts';
import { Tunnel } from './tunnel.ts';
import { udp } from './udp.ts';

/** What an IP protocol number other than TCP's, which the decoder looks at first, leads to. */
export function transport(packet: Packet): number {
  packet.unproven = false;
  switch (packet.protocol) {
    case 17:
      return udp(packet);
    case 4:
      return ipInIp(packet, Next.ipv4);
    case 41:
      return ipInIp(packet, Next.ipv6);
    case 47:
      return gre(packet);
    case 137: // RFC 4023
      packet.macAt = -1;
      return Next.mpls;
    default:
      return Next.transportUnsupported;
  }
}

/** IP in IP, RFC 2003, 2473 and 4213: no header of its own. */
function ipInIp(packet: Packet, next: number): number {
  packet.macAt = -1;
  return packet.enter(Tunnel.ipip, 0) ? next : Next.encapsulationTooDeep;
}
