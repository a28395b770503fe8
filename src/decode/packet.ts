import { limits } from '../model/limits.ts';
import { pathMark, Tunnel } from './tunnel.ts';

/**
 * What the headers of one packet say: one object, filled again for each packet. `at` to `end` is what is left to
 * decode of the captured bytes; `wireEnd` is where the present layer ends on the wire (beyond `end` when the
 * snap length cut the packet).
 */
export class Packet {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  end = 0;
  wireEnd = 0;
  /** Where the Ethernet addresses of the innermost frame are in `frameBytes` (target, then source); -1 without. */
  frameBytes: Uint8Array = this.bytes;
  macAt = -1;
  /** VLAN tags and tunnels followed, and how many may be. */
  encapsulations = 0;
  readonly encapsulationsMax: number;
  /** VLAN ids, outermost first. */
  readonly vlans: Uint16Array;
  vlanCount = 0;
  /** Tunnels (kinds of `Tunnel`) and their numbers, outermost first. */
  readonly tunnelKinds: Uint8Array;
  readonly tunnelIds: Uint32Array;
  tunnelCount = 0;
  /** What of the tunnels belongs to the key of a connection (VNI or GRE key), as one number; 0 without. */
  tunnel = 0;
  /** All of its tunnels as one number, so that a change is noticed; 0 without. */
  tunnelMark = 0;
  /**
   * Of a packet of an encapsulation that is not decoded: the header that carries it. `protocol` has its number there.
   */
  carrier = 0;
  /** A UDP port alone said that this is a tunnel: an IP header inside has to prove it. */
  unproven = false;
  /** The mirror that encapsulated the frame cut it: its IP length tells more than the bytes there are. */
  cutByMirror = false;
  family: 4 | 6 = 4;
  /** Source and target address, four words each in network order, signed; IPv4 as ::ffff:a.b.c.d. */
  readonly words = new Int32Array(8);
  /** Where the addresses are in `addressBytes`, for filters: family 4 has 4 bytes, 6 has 16. */
  addressBytes: Uint8Array = this.bytes;
  sourceAt = 0;
  targetAt = 0;
  /** IP identification (of IPv6 the flow label): tells a copied frame from a retransmission. */
  identification = 0;
  protocol = 0;
  sourcePort = 0;
  targetPort = 0;
  /** Sequence numbers, signed: `tcp/sequence.ts`. */
  sequence = 0;
  acknowledgement = 0;
  /** The flag byte of TCP: FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32. */
  flags = 0;
  checksum = 0;
  /** The payload's captured bytes, and how many it had on the wire. */
  payloadStart = 0;
  payloadEnd = 0;
  payloadLength = 0;

  constructor(encapsulationsMax: number = limits.encapsulationsMax) {
    this.encapsulationsMax = encapsulationsMax;
    this.vlans = new Uint16Array(encapsulationsMax);
    this.tunnelKinds = new Uint8Array(encapsulationsMax);
    this.tunnelIds = new Uint32Array(encapsulationsMax);
  }

  /** Notes a tunnel whose header was read, `id` 0 if it has no number; false when it is one too many. */
  enter(kind: number, id: number): boolean {
    if (this.encapsulations >= this.encapsulationsMax) return false;
    this.encapsulations++;
    this.tunnelKinds[this.tunnelCount] = kind;
    this.tunnelIds[this.tunnelCount++] = id;
    this.tunnelMark = pathMark(this.tunnelMark, kind, id);
    if (kind >= Tunnel.firstOfKey) this.tunnel = pathMark(this.tunnel, kind, id);
    return true;
  }
}

export const FIN = 1;
export const SYN = 2;
export const RST = 4;
export const ACK = 16;

/**
 * What a header's decoder answers: the next layer, or why the packet goes no further. Numbers, not strings or
 * objects, for there is one per header.
 */
export const Next = {
  tcp: 0,
  ethertype: 1, // the field `protocol` holds it
  ipv4: 2,
  ipv6: 3,
  transport: 4, // the field `protocol` holds the IP protocol number
  ethernet: 5,
  ip: 6, // the version nibble tells which
  mpls: 7,
  pppoe: 8,
  ppp: 9,
  /** An IP fragment was kept; its datagram is not whole yet. */
  held: 10,
  linkUnsupported: 11,
  networkUnsupported: 12,
  transportUnsupported: 13,
  malformedLink: 14,
  malformedNetwork: 15,
  malformedTransport: 16,
  fragmentRefused: 17,
  /** The fields `carrier` and `protocol` say what it is. */
  encapsulationUnsupported: 18,
  encapsulationTooDeep: 19,
} as const;
