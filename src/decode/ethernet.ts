import { u16be } from '../bytes/reader.ts';
import { Next, type Packet } from './packet.ts';

const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const MPLS = 0x8847;
const MPLS_MULTICAST = 0x8848;
const PPPOE = 0x8864;

/**
 *  0  6  target address
 *  6  6  source address
 * 12  2  EtherType (a length below 0600H is IEEE 802.3, which carries no IP)
 */
export function ethernet(packet: Packet): number {
  if (packet.end - packet.at < 14) return Next.malformedLink;
  packet.frameBytes = packet.bytes;
  packet.macAt = packet.at;
  packet.protocol = u16be(packet.bytes, packet.at + 12);
  packet.at += 14;
  return packet.protocol === IPV4 ? Next.ipv4 : Next.ethertype;
}

/** Whether an EtherType is one that leads on: guesses of what follows a header ask it. */
export function leadsOn(etherType: number): boolean {
  switch (etherType) {
    case IPV4:
    case IPV6:
    case MPLS:
    case MPLS_MULTICAST:
    case PPPOE:
    case 0x8100:
    case 0x88a8:
    case 0x9100:
    case 0x9200:
      return true;
    default:
      return false;
  }
}

/**
 * What an EtherType leads to. VLAN tags (802.1Q, 802.1ad and its forerunners) are taken off here, to a bounded depth.
 */
export function ethertype(packet: Packet): number {
  for (;;) {
    switch (packet.protocol) {
      case IPV4:
        return Next.ipv4;
      case IPV6:
        return Next.ipv6;
      case 0x8100:
      case 0x88a8:
      case 0x9100:
      case 0x9200: {
        if (packet.end - packet.at < 4) return Next.malformedLink;
        if (packet.encapsulations >= packet.encapsulationsMax) return Next.encapsulationTooDeep;
        packet.encapsulations++;
        const id = u16be(packet.bytes, packet.at) & 0xfff;
        // Id 0 gives a priority and names no VLAN (IEEE 802.1Q section 9.6).
        if (id !== 0) packet.vlans[packet.vlanCount++] = id;
        packet.protocol = u16be(packet.bytes, packet.at + 2);
        packet.at += 4;
        break;
      }
      case MPLS:
      case MPLS_MULTICAST:
        return Next.mpls;
      case PPPOE:
        return Next.pppoe;
      default:
        return Next.networkUnsupported;
    }
  }
}
