import type { LiveEvent, LiveSource } from '../../../src/capture/live/live-source.ts';

/** An event without the memory of its packets. */
export type Heard = Exclude<LiveEvent, { kind: 'packets' }> | { readonly kind: 'packets'; readonly numbers: number[] };

/**
 * Listens until `enough` says so of what was heard, then stops, and hears the rest. `numbers` of packets: the first
 * four bytes of each, as pretended engines count them.
 */
export async function listen(source: LiveSource, enough: (heard: readonly Heard[]) => boolean): Promise<Heard[]> {
  const heard: Heard[] = [];
  let stopped = false;
  for (;;) {
    if (!stopped && enough(heard)) {
      stopped = true;
      source.stop();
    }
    const event = await source.next();
    if (event === null) return heard;
    heard.push(event.kind === 'packets' ? { kind: 'packets', numbers: numbersOf(event) } : event);
  }
}

function numbersOf({ batch }: Extract<LiveEvent, { kind: 'packets' }>): number[] {
  const bytes = Buffer.from(batch.bytes.buffer, batch.bytes.byteOffset, batch.bytes.length);
  return Array.from({ length: batch.count }, (_, i) => bytes.readUInt32BE(batch.start[i]));
}

export function packetsOf(heard: readonly Heard[]): number[] {
  return heard.flatMap((event) => (event.kind === 'packets' ? event.numbers : []));
}

/** What happened, without the packets: their kinds alone. */
export function kindsOf(heard: readonly Heard[]): string[] {
  return heard.map(({ kind }) => kind).filter((kind) => kind !== 'packets');
}
