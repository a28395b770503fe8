import { u32be } from '../bytes/reader.ts';
import { Next, type Packet } from './packet.ts';
import { Carrier, Tunnel } from './tunnel.ts';

/**
 * VXLAN, RFC 7348 section 5; an Ethernet frame follows. The group policy extension uses reserved bits.
 *
 *  0  1  flags: 08H, the VNI is valid      4  3  VNI
 *  1  3  reserved                          7  1  reserved
 */
export function vxlan(packet: Packet): number {
  const { bytes, at } = packet;
  if (packet.end - at < 8) return Next.malformedLink;
  if ((bytes[at] & 0x08) === 0) return Next.transportUnsupported;
  return enter(packet, Next.ethernet);
}

/**
 * VXLAN-GPE, draft-ietf-nvo3-vxlan-gpe section 3: flags 30H version (0), 08H the VNI is valid, 04H a protocol is named,
 * 01H not user traffic; the protocol is at offset 3.
 */
export function vxlanGpe(packet: Packet): number {
  const { bytes, at } = packet;
  if (packet.end - at < 8) return Next.malformedLink;
  if ((bytes[at] & 0x39) !== 0x08) return Next.transportUnsupported;
  const protocol = (bytes[at] & 0x04) === 0 ? ETHERNET : bytes[at + 3];
  const next = nextOf[protocol];
  if (next !== undefined) return enter(packet, next);
  packet.carrier = Carrier.vxlan;
  packet.protocol = protocol;
  return Next.encapsulationUnsupported;
}

const ETHERNET = 3;
const nextOf: readonly (number | undefined)[] = [
  undefined,
  Next.ipv4,
  Next.ipv6,
  Next.ethernet,
  undefined, // network service header
  Next.mpls,
];

function enter(packet: Packet, next: number): number {
  const vni = u32be(packet.bytes, packet.at + 4) >>> 8;
  packet.at += 8;
  return packet.enter(Tunnel.vxlan, vni) ? next : Next.encapsulationTooDeep;
}
