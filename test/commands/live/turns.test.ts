// Proves that several interfaces are one stream on packet time, and that a silent one holds nobody up for long.
import { expect, it } from 'vitest';
import type { Batch } from '../../../src/capture/batch.ts';
import { Turns } from '../../../src/commands/live/turns.ts';
import { batchOf } from '../../support/batch.ts';
import { until } from '../../support/live.ts';

/** Packets with these stamps, in ms. */
function at(...stamps: number[]): Batch {
  return batchOf(
    stamps.map((ms) => ({ bytes: new Uint8Array(1), seconds: Math.floor(ms / 1000), nanos: (ms % 1000) * 1e6 })),
  );
}

function listening(count: number, quietMs = 60_000) {
  const delivered: string[] = [];
  const turns = new Turns(
    count,
    (rank, { seconds, nanos }, from, to) => {
      for (let i = from; i < to; i++) delivered.push(`${rank}:${seconds[i] * 1000 + nanos[i] / 1e6}`);
    },
    quietMs,
  );
  for (let rank = 0; rank < count; rank++) turns.listens(rank, true);
  return { turns, delivered };
}

it('lets one interface alone through at once', () => {
  const { turns, delivered } = listening(1);
  expect(turns.take(0, at(1, 2))).toBeNull();
  expect(delivered).toEqual(['0:1', '0:2']);
});

it('merges two on packet time, and waits for the one that may still bring older packets', async () => {
  const { turns, delivered } = listening(2);
  const first = turns.take(0, at(10, 20, 30));
  expect(delivered).toEqual([]);
  const second = turns.take(1, at(5, 20, 25));
  await second;
  // 30 may still be preceded by something of the other.
  expect(delivered).toEqual(['1:5', '0:10', '0:20', '1:20', '1:25']);
  const third = turns.take(1, at(40));
  await first;
  expect(delivered.slice(5)).toEqual(['0:30']);
  turns.listens(0, false);
  await third;
  expect(delivered.slice(6)).toEqual(['1:40']);
});

it('waits for nobody that is not listened to', () => {
  const { turns, delivered } = listening(2);
  turns.listens(1, false);
  expect(turns.take(0, at(1))).toBeNull();
  expect(delivered).toEqual(['0:1']);
});

it('goes on after a while of silence', async () => {
  const { turns, delivered } = listening(2, 20);
  await turns.take(0, at(1, 2));
  expect(delivered).toEqual(['0:1', '0:2']);
  // As long as the other stays silent, nothing waits any more.
  expect(turns.take(0, at(3))).toBeNull();
  await until(() => turns.silentFor(20), 'silence');
});

it('lets through what is no newer than what the silent one said last', async () => {
  const { turns, delivered } = listening(2);
  const ahead = turns.take(0, at(1, 100));
  await turns.take(1, at(50));
  expect(delivered).toEqual(['0:1', '1:50']);
  expect(turns.silentFor(0)).toBe(false);
  turns.listens(1, false);
  await ahead;
});
