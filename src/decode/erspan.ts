import { u16be } from '../bytes/reader.ts';
import { leadsOn } from './ethernet.ts';
import { Next, type Packet } from './packet.ts';
import { Carrier, Tunnel } from './tunnel.ts';

/** Where the EtherType of an Ethernet frame is. */
const etherTypeAt = 12;
const header2Bytes = 8;
const header3Bytes = 12;
const subheaderBytes = 8;

/**
 * ERSPAN I has no header of its own; ERSPAN II (draft-foschiano-erspan section 4.2) comes with a GRE sequence number,
 * but for senders that leave it out. An Ethernet frame follows.
 *
 *  0  2  version (4 bits, 1), VLAN of the frame
 *  2  2  priority (3 bits), encapsulation (2), cut (1), session (10)
 *  4  4  reserved, index
 */
export function erspan1or2(packet: Packet, sequenced: boolean): number {
  const { bytes, at } = packet;
  if (packet.end - at < header2Bytes) return Next.malformedLink;
  const second =
    bytes[at] >>> 4 === 1 &&
    (sequenced || (!etherTypeLeadsOn(packet, at) && etherTypeLeadsOn(packet, at + header2Bytes)));
  if (!second) return packet.enter(Tunnel.erspan1, 0) ? Next.ethernet : Next.encapsulationTooDeep;
  return mirrored(packet, header2Bytes, Next.ethernet);
}

/**
 * ERSPAN III (section 4.3): like II (version 2), then
 *
 *   4  4  time stamp
 *   8  2  security group
 *  10  2  P (1 bit), frame type (5: 0 Ethernet, 2 IP), hardware (6), direction (1), granularity (2),
 *         O (1: 8 bytes follow)
 */
export function erspan3(packet: Packet): number {
  const { bytes, at } = packet;
  if (packet.end - at < header3Bytes) return Next.malformedLink;
  const last = u16be(bytes, at + 10);
  const frameType = (last >>> 10) & 0x1f;
  const headerBytes = header3Bytes + (last & 1 ? subheaderBytes : 0);
  if (headerBytes > packet.end - at) return Next.malformedLink;
  if (bytes[at] >>> 4 !== 2 || (frameType !== 0 && frameType !== 2)) {
    packet.carrier = Carrier.erspan;
    packet.protocol = frameType;
    return Next.encapsulationUnsupported;
  }
  return mirrored(packet, headerBytes, frameType === 0 ? Next.ethernet : Next.ip);
}

/** What II and III have alike. The mirror may have taken a VLAN tag off: its id is noted as if it were there. */
function mirrored(packet: Packet, headerBytes: number, next: number): number {
  const { bytes, at } = packet;
  const session = u16be(bytes, at + 2);
  if (!packet.enter(Tunnel.erspan, session & 0x3ff)) return Next.encapsulationTooDeep;
  const vlan = u16be(bytes, at) & 0xfff;
  if (vlan !== 0) packet.vlans[packet.vlanCount++] = vlan;
  if (session & 0x400) packet.cutByMirror = true;
  packet.at = at + headerBytes;
  return next;
}

function etherTypeLeadsOn({ bytes, end }: Packet, at: number): boolean {
  return end - at >= etherTypeAt + 2 && leadsOn(u16be(bytes, at + etherTypeAt));
}
