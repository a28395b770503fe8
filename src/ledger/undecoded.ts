import type { Batch } from '../capture/batch.ts';
import { Next, type Packet } from '../decode/packet.ts';
import { causeNumber, type LossBook } from './losses.ts';

/** Books packets that the decoder does not hand on to TCP, and what it was that it does not know. */
export class Undecoded {
  readonly linkTypes = new Map<number, number>();
  /** What headers of tunnels named that is not decoded (`carriedText` says it in words) to packets. */
  readonly encapsulations = new Map<number, number>();
  private readonly book: LossBook;

  constructor(book: LossBook) {
    this.book = book;
  }

  /** Packet `i` of a batch, of which the decoder said `next`, and what it left in `packet`. */
  add(next: number, batch: Batch, i: number, packet: Packet): void {
    if (next === Next.held || next === Next.fragmentRefused) return;
    this.book.addNumbered(causeOf[next], 1, batch.original[i]);
    if (next === Next.linkUnsupported) countUp(this.linkTypes, batch.linkType[i]);
    else if (next === Next.encapsulationUnsupported) {
      countUp(this.encapsulations, packet.carrier * 0x10000 + packet.protocol);
    }
  }
}

const causeOf: Readonly<Record<number, number>> = {
  [Next.linkUnsupported]: causeNumber['link-unsupported'],
  [Next.networkUnsupported]: causeNumber['network-unsupported'],
  [Next.transportUnsupported]: causeNumber['transport-unsupported'],
  [Next.encapsulationUnsupported]: causeNumber['encapsulation-unsupported'],
  [Next.encapsulationTooDeep]: causeNumber['encapsulation-too-deep'],
  [Next.malformedLink]: causeNumber['malformed-link'],
  [Next.malformedNetwork]: causeNumber['malformed-network'],
  [Next.malformedTransport]: causeNumber['malformed-transport'],
};

/** Numbers counted apart: a flood of made-up ones adds no more. */
const numbersMax = 256;

function countUp(counts: Map<number, number>, number: number): void {
  const count = counts.get(number) ?? 0;
  if (count > 0 || counts.size < numbersMax) counts.set(number, count + 1);
}
