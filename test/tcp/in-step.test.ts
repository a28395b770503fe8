// Proves that the lanes of the tracker agree: of every capture, and of every disturbed one, the short lane, and the
// shortest before it, lead to the same calls, at the same stamps, the same counts and the same table as the long lane
// alone.
import { expect, it } from 'vitest';
import { tracked } from '../support/lanes.ts';
import { disturbed } from '../support/mutations.ts';
import { scenes } from '../support/scenes.ts';

it.each(scenes())('%s', async (scene) => {
  for (const [round, batches] of (await disturbed(scene, 6)).entries()) {
    // Of some all bytes are shown, of others not.
    const unneededMax = 3000 * (round % 3);
    const [all, two, long] = (['all', 'two', 'long'] as const).map((lanes) => tracked(batches, lanes, { unneededMax }));
    expect(two.calls).toEqual(long.calls);
    expect(two.after).toEqual(long.after);
    expect(all.calls).toEqual(long.calls);
    expect(all.after).toEqual(long.after);
  }
});

it('many segments of a short transfer go the shortest lane', async () => {
  // Proves that it is there for what it is made for: handshakes, first bytes and every other packet of the loop above
  // do not.
  const [batches] = await disturbed('store.pcap', 0);
  const packets = batches.reduce((sum, { count }) => sum + count, 0);
  expect(tracked(batches, 'all').inRuns / packets).toBeGreaterThan(0.4);
});
