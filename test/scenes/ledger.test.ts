// Proves that of each capture every packet and every byte is in exactly one place: used, or lost by a cause.
import { describe, expect, it } from 'vitest';
import { sceneOf } from '../mutation/mutations.ts';
import { streamsOf } from '../mutation/sent.ts';
import { framesOf } from '../mutation/wire.ts';
import { imbalances, segmentsOf } from '../support/balance.ts';
import { replay } from '../support/replay.ts';
import { captureBytes, scenePath, scenes } from '../support/scenes.ts';

describe.each(scenes())('%s', (file) => {
  const capture = captureBytes(scenePath(file));

  it('adds up, in packets and by direction', async () => {
    expect(imbalances(await replay(capture), await segmentsOf(capture))).toEqual([]);
  });

  it('has the extents that its segments have', async () => {
    const { tcp } = await replay(capture);
    const sent = streamsOf(sceneOf(await framesOf(capture))).map(
      ({ connection, stream }) => `${connection}: ${stream.bytes.length}`,
    );
    const read = tcp.flatMap((one) => {
      const connection = [one.clientPort, one.serverPort].sort().join(' ');
      return [one.clientBytes + one.clientMissed, one.serverBytes + one.serverMissed].map(
        (bytes) => `${connection}: ${bytes}`,
      );
    });
    expect(withBytes(read)).toEqual(withBytes(sent));
  });
});

function withBytes(list: readonly string[]): string[] {
  return list.filter((line) => !line.endsWith(': 0')).sort();
}
