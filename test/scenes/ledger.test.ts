// Proves that of each capture every packet and every byte is in exactly one place: used, or lost by a cause.
import { describe, expect, it } from 'vitest';
import { imbalances, segmentsOf } from '../support/balance.ts';
import { replay } from '../support/replay.ts';
import { captureBytes, scenePath, scenes } from '../support/scenes.ts';

describe.each(scenes())('%s', (file) => {
  const capture = captureBytes(scenePath(file));

  it('adds up, in packets and by direction', async () => {
    expect(imbalances(await replay(capture), await segmentsOf(capture))).toEqual([]);
  });
});
