import { i32be, u16be } from '../bytes/reader.ts';
import { Next, type Packet } from './packet.ts';

/**
 * TCP, RFC 9293 section 3.1.
 *
 *    0  2  source port              8  4  acknowledgement number
 *    2  2  target port             12  1  header length in words (upper half)
 *    4  4  sequence number         13  1  flags
 *                                  16  2  checksum
 */
export function tcp(packet: Packet): number {
  const { bytes, at } = packet;
  if (packet.end - at < 20) return Next.malformedTransport;
  const headerBytes = (bytes[at + 12] >>> 4) * 4;
  if (headerBytes < 20 || at + headerBytes > packet.wireEnd) return Next.malformedTransport;
  packet.sourcePort = u16be(bytes, at);
  packet.targetPort = u16be(bytes, at + 2);
  packet.sequence = i32be(bytes, at + 4);
  packet.acknowledgement = i32be(bytes, at + 8);
  packet.flags = bytes[at + 13];
  packet.checksum = u16be(bytes, at + 16);
  packet.payloadStart = Math.min(at + headerBytes, packet.end);
  packet.payloadEnd = packet.end;
  packet.payloadLength = packet.wireEnd - at - headerBytes;
  return Next.tcp;
}
