import { i32be, u16be, u32be } from '../bytes/reader.ts';
import type { Fragments } from './fragments.ts';
import { Next, type Packet } from './packet.ts';

const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
const NO_NEXT = 59;
const DESTINATION_OPTIONS = 60;
const MOBILITY = 135;

/**
 * IPv6, RFC 8200, with its extension headers.
 *
 *    0  4  version, class, flow label       8  16  source
 *    4  2  payload length                  24  16  target
 *    6  1  next header, 1 hop limit
 */
export function ipv6(packet: Packet, fragments: Fragments): number {
  const { bytes, at } = packet;
  if (packet.end - at < 40 || bytes[at] >>> 4 !== 6) return Next.malformedNetwork;
  const payload = u16be(bytes, at + 4);
  // 0 is a jumbogram or offload: then the frame says where the packet ends.
  if (payload !== 0 && (at + 40 + payload <= packet.wireEnd || packet.cutByMirror)) {
    packet.wireEnd = at + 40 + payload;
    if (packet.wireEnd < packet.end) packet.end = packet.wireEnd;
  }
  packet.family = 6;
  for (let i = 0; i < 8; i++) packet.words[i] = i32be(bytes, at + 8 + 4 * i);
  packet.addressBytes = bytes;
  packet.sourceAt = at + 8;
  packet.targetAt = at + 24;
  packet.identification = u32be(bytes, at) & 0xfffff;
  packet.protocol = bytes[at + 6];
  packet.at = at + 40;
  return extensions(packet, fragments);
}

/** Walks the extension headers; each takes at least 8 bytes, so the packet's end bounds the loop. */
function extensions(packet: Packet, fragments: Fragments): number {
  for (;;) {
    const { bytes, at } = packet;
    switch (packet.protocol) {
      case HOP_BY_HOP:
      case ROUTING:
      case DESTINATION_OPTIONS:
      case MOBILITY:
      case AUTHENTICATION: {
        if (packet.end - at < 8) return Next.malformedNetwork;
        // The length of an authentication header counts words less two, of the others 8 bytes less one.
        const length = packet.protocol === AUTHENTICATION ? (bytes[at + 1] + 2) * 4 : (bytes[at + 1] + 1) * 8;
        if (length > packet.end - at) return Next.malformedNetwork;
        packet.protocol = bytes[at];
        packet.at = at + length;
        break;
      }
      case FRAGMENT: {
        if (packet.end - at < 8) return Next.malformedNetwork;
        const field = u16be(bytes, at + 2);
        packet.protocol = bytes[at];
        packet.at = at + 8;
        if ((field & 0xfff9) === 0) break; // an atomic fragment, RFC 6946
        const state = fragments.add(packet, u32be(bytes, at + 4), field & 0xfff8, (field & 1) !== 0);
        if (state !== Next.transport) return state;
        break; // the datagram is whole; more headers may follow in it
      }
      case NO_NEXT:
        return Next.transportUnsupported;
      default:
        return Next.transport;
    }
  }
}
