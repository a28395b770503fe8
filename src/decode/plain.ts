import { i32be, u16be } from '../bytes/reader.ts';
import { Next, type Packet } from './packet.ts';
import { tunnelOf } from './udp.ts';

const headersBytesMin = 54;
const TCP = 6;
const UDP = 17;

/** The packet is not plain. */
export const otherwise = -1;

/**
 * What nearly every packet is, read in one go: Ethernet without tags, IPv4 without options and whole, TCP.
 *
 *   12  2  0800H                 26  4  source           46  1  header length in words (upper half)
 *   14  1  45H                   30  4  target           47  1  flags
 *   16  2  total length          34  2  source port      50  2  checksum
 *   18  2  identification        36  2  target port
 *   20  2  flags, fragment 0     38  4  sequence number
 *   23  1  6                     42  4  acknowledgement number
 *
 * `packet` holds where a frame begins and ends. `Next.tcp` when it was all that and is decoded, as `ethernet`, `ipv4`
 * and `tcp` would have, one after the other; of UDP what they would say. `otherwise` when anything is: then nothing was
 * changed, and they find out what.
 */
export function plain(packet: Packet): number {
  const { bytes, at, end } = packet;
  if (end - at < headersBytesMin) return otherwise;
  if (bytes[at + 12] !== 0x08 || bytes[at + 13] !== 0x00 || bytes[at + 14] !== 0x45) return otherwise;
  if ((u16be(bytes, at + 20) & 0x3fff) !== 0) return otherwise;
  if (bytes[at + 23] !== TCP) return bytes[at + 23] === UDP ? datagram(bytes, at) : otherwise;
  const network = at + 14;
  const transport = at + 34;
  const wireEnd = network + u16be(bytes, at + 16);
  const payload = transport + (bytes[at + 46] >>> 4) * 4;
  // Of a packet longer than its frame, or of no length as offload leaves it, the frame says where it ends.
  if (wireEnd > packet.wireEnd || payload < at + headersBytesMin || payload > wireEnd) return otherwise;
  packet.frameBytes = bytes;
  packet.macAt = at;
  packet.family = 4;
  const { words } = packet;
  words[0] = 0;
  words[1] = 0;
  words[2] = 0xffff;
  words[3] = i32be(bytes, at + 26);
  words[4] = 0;
  words[5] = 0;
  words[6] = 0xffff;
  words[7] = i32be(bytes, at + 30);
  packet.addressBytes = bytes;
  packet.sourceAt = at + 26;
  packet.targetAt = at + 30;
  packet.protocol = 6;
  packet.identification = u16be(bytes, at + 18);
  packet.sourcePort = u16be(bytes, at + 34);
  packet.targetPort = u16be(bytes, at + 36);
  packet.sequence = i32be(bytes, at + 38);
  packet.acknowledgement = i32be(bytes, at + 42);
  packet.flags = bytes[at + 47];
  packet.checksum = u16be(bytes, at + 50);
  packet.at = transport;
  packet.wireEnd = wireEnd;
  packet.end = Math.min(end, wireEnd);
  packet.payloadStart = Math.min(payload, end);
  packet.payloadEnd = packet.end;
  packet.payloadLength = wireEnd - payload;
  return Next.tcp;
}

/** A datagram goes no further (`udp.ts`) whose target port is no tunnel's; that is at 36, as TCP's. */
function datagram(bytes: Uint8Array, at: number): number {
  const total = u16be(bytes, at + 16);
  const whole = total === 0 || total >= 20;
  return whole && tunnelOf(u16be(bytes, at + 36)) === null ? Next.transportUnsupported : otherwise;
}
