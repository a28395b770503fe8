import type { Batch } from '../capture/batch.ts';
import type { Limits } from '../model/limits.ts';
import { ethernet, ethertype } from './ethernet.ts';
import { Fragments } from './fragments.ts';
import { ipv4 } from './ipv4.ts';
import { ipv6 } from './ipv6.ts';
import { ip, link } from './link.ts';
import { mpls } from './mpls.ts';
import { Next, Packet } from './packet.ts';
import { otherwise, plain } from './plain.ts';
import { ppp, pppoe } from './ppp.ts';
import { tcp } from './tcp.ts';
import { transport } from './transport.ts';
import { doubted } from './udp.ts';

/** LINKTYPE_ETHERNET. */
const ETHERNET = 1;
const TCP = 6;

/**
 * Frame to TCP segment, out of tunnels to a bounded depth, in place. There are two lanes to the same answer: `plain`
 * for what nearly every packet is, and one header after the other for any.
 */
export class Decoder {
  readonly packet: Packet;
  readonly fragments: Fragments;

  /** `clock`: milliseconds of packet time that went by, by which fragments age; without, they do not. */
  constructor(limits: Limits, clock: () => number = () => 0) {
    this.packet = new Packet(limits.encapsulationsMax);
    this.fragments = new Fragments(limits, clock);
  }

  /** Decodes packet `i` of a batch into `packet`: `Next.tcp`, or why it went no further. */
  decode(batch: Batch, i: number): number {
    this.begin(batch, i);
    const next = batch.linkType[i] === ETHERNET ? plain(this.packet) : otherwise;
    return next === otherwise ? this.follow(batch, i) : next;
  }

  /** The same for any packet, the plain ones too: one header after the other. */
  general(batch: Batch, i: number): number {
    this.begin(batch, i);
    return this.follow(batch, i);
  }

  private begin(batch: Batch, i: number): void {
    const { packet } = this;
    const start = batch.start[i];
    packet.bytes = batch.bytes;
    packet.at = start;
    packet.end = start + batch.captured[i];
    packet.wireEnd = start + batch.original[i];
    packet.macAt = -1;
    packet.vlanCount = 0;
    packet.encapsulations = 0;
    packet.tunnelCount = 0;
    packet.tunnel = 0;
    packet.tunnelMark = 0;
    packet.unproven = false;
    packet.cutByMirror = false;
  }

  private follow(batch: Batch, i: number): number {
    const { packet } = this;
    let next = link(packet, batch.linkType[i]);
    for (;;) {
      switch (next) {
        case Next.ethertype:
          next = ethertype(packet);
          break;
        case Next.ipv4:
          next = ipv4(packet, this.fragments);
          break;
        case Next.ipv6:
          next = ipv6(packet, this.fragments);
          break;
        case Next.transport:
          next = packet.protocol === TCP ? tcp(packet) : transport(packet);
          break;
        default:
          if (next === Next.tcp || next >= Next.held) return packet.unproven ? doubted(packet, next) : next;
          next = wrapped(packet, next);
      }
    }
  }
}

/** Headers that few packets have, apart from the loop so that it stays small. */
function wrapped(packet: Packet, next: number): number {
  switch (next) {
    case Next.ethernet:
      return ethernet(packet);
    case Next.ip:
      return ip(packet);
    case Next.mpls:
      return mpls(packet);
    case Next.pppoe:
      return pppoe(packet);
    default:
      return ppp(packet);
  }
}
