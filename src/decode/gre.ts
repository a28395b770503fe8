import { u16be, u32be } from '../bytes/reader.ts';
import { erspan1or2, erspan3 } from './erspan.ts';
import { leadsOn } from './ethernet.ts';
import { Next, type Packet } from './packet.ts';
import { Carrier, Tunnel } from './tunnel.ts';

const CHECKSUM = 0x8000;
const ROUTING = 0x4000;
const KEY = 0x2000;
const SEQUENCE = 0x1000;
const VERSION = 0x0007;

const ETHERNET = 0x6558;
const ERSPAN_1_OR_2 = 0x88be;
const ERSPAN_3 = 0x22eb;

/**
 * GRE, RFC 2784 and RFC 2890. Version 1 (PPTP) and the routing of RFC 1701 are not decoded.
 *
 *  0  2  flags: checksum, routing, key, sequence number; version      4  4  checksum and reserved, if there
 *  2  2  protocol type                                                …  4  key, if there
 *                                                                     …  4  sequence number, if there
 */
export function gre(packet: Packet): number {
  const { bytes, at } = packet;
  packet.macAt = -1;
  if (packet.end - at < 4) return Next.malformedLink;
  const flags = u16be(bytes, at);
  const protocol = u16be(bytes, at + 2);
  packet.protocol = protocol;
  if ((flags & (ROUTING | VERSION)) !== 0) return unsupported(packet, Carrier.gre);
  const keyAt = at + (flags & CHECKSUM ? 8 : 4);
  const sequenceAt = keyAt + (flags & KEY ? 4 : 0);
  const headerEnd = sequenceAt + (flags & SEQUENCE ? 4 : 0);
  if (headerEnd > packet.end) return Next.malformedLink;
  packet.at = headerEnd;
  if (protocol === ERSPAN_1_OR_2) return erspan1or2(packet, (flags & SEQUENCE) !== 0);
  if (protocol === ERSPAN_3) return erspan3(packet);
  const entered = (flags & KEY) === 0 ? packet.enter(Tunnel.gre, 0) : keyed(packet, flags, u32be(bytes, keyAt));
  return entered ? carried(packet, Carrier.gre) : Next.encapsulationTooDeep;
}

/**
 * NVGRE (RFC 7637 section 3.2) looks like bridging with a key; the low byte of its key is a hash that differs between
 * the flows of one network, and network numbers below 1000H and the last one are reserved.
 */
function keyed(packet: Packet, flags: number, key: number): boolean {
  const nvgre =
    packet.protocol === ETHERNET && (flags & (CHECKSUM | SEQUENCE)) === 0 && key >= 0x100000 && key < 0xffffff00;
  return nvgre ? packet.enter(Tunnel.nvgre, key >>> 8) : packet.enter(Tunnel.greKey, key);
}

/**
 * What a protocol type (an EtherType) leads to inside a tunnel, where others than IP may hide streams: those are named.
 */
export function carried(packet: Packet, carrier: number): number {
  if (packet.protocol === ETHERNET) return Next.ethernet;
  return leadsOn(packet.protocol) ? Next.ethertype : unsupported(packet, carrier);
}

function unsupported(packet: Packet, carrier: number): number {
  packet.carrier = carrier;
  return Next.encapsulationUnsupported;
}
