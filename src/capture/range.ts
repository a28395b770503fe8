import type { Batch } from './batch.ts';
import type { Deliver } from './merge.ts';
import type { PacketTime } from './series.ts';

/** Packets outside a time range: how many, and their bytes on the wire. */
export interface Outside {
  packets: number;
  bytes: number;
}

/**
 * Delivers only packets from `from` on and before `to` (null: no bound), in the longest runs there are; `outside`
 * gives the count of an input that the others are added to.
 */
export function withinRange(
  deliver: Deliver,
  from: PacketTime | null,
  to: PacketTime | null,
  outside: (input: number) => Outside,
): Deliver {
  if (from === null && to === null) return deliver;
  const first = from ?? { seconds: 0, nanos: 0 };
  const last = to ?? { seconds: Infinity, nanos: 0 };
  return (batch, start, end, input) => {
    const left = outside(input);
    let runStart = start;
    for (let i = start; i < end; i++) {
      if (isBefore(batch, i, last) && !isBefore(batch, i, first)) continue;
      if (i > runStart) deliver(batch, runStart, i, input);
      runStart = i + 1;
      left.packets++;
      left.bytes += batch.original[i];
    }
    if (end > runStart) deliver(batch, runStart, end, input);
  };
}

function isBefore({ seconds, nanos }: Batch, i: number, time: PacketTime): boolean {
  return seconds[i] < time.seconds || (seconds[i] === time.seconds && nanos[i] < time.nanos);
}
