import type { Batch } from '../capture/batch.ts';
import type { Limits } from '../model/limits.ts';
import { ethertype } from './ethernet.ts';
import { Fragments } from './fragments.ts';
import { ipv4 } from './ipv4.ts';
import { ipv6 } from './ipv6.ts';
import { link } from './link.ts';
import { Next, Packet } from './packet.ts';
import { tcp } from './tcp.ts';

/** Frame to TCP segment, one header after the other, in place. */
export class Decoder {
  readonly packet = new Packet();
  readonly fragments: Fragments;

  constructor(limits: Limits) {
    this.fragments = new Fragments(limits);
  }

  /** Decodes packet `i` of a batch into `packet`: `Next.tcp`, or why it went no further. */
  decode(batch: Batch, i: number): number {
    const { packet } = this;
    const start = batch.start[i];
    packet.bytes = batch.bytes;
    packet.at = start;
    packet.end = start + batch.captured[i];
    packet.wireEnd = start + batch.original[i];
    packet.frameBytes = batch.bytes;
    packet.macAt = -1;
    packet.vlanCount = 0;
    packet.encapsulations = 0;
    this.fragments.nowMs = batch.seconds[i] * 1000 + batch.nanos[i] / 1e6;
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
          next = tcp(packet);
          break;
        default:
          return next;
      }
    }
  }
}
