// Proves that what a pcapng says of its capture is told in its place between the packets, and that drops are counted
// once.
import { describe, expect, it } from 'vitest';
import { PcapngReader } from '../../src/capture/pcapng.ts';
import { Window } from '../../src/capture/window.ts';
import { counting } from '../support/bytes.ts';
import { type Block, pcapng } from '../support/capture.ts';
import { chunkedSource } from '../support/chunks.ts';

const packet: Block = { block: 'enhanced', frame: { bytes: counting(9), seconds: 1, nanos: 0 } };
const section: readonly Block[] = [{ block: 'section' }, { block: 'interface' }];
const statistics = (systemDropped: number, interfaceDropped = 0): Block => ({
  block: 'statistics',
  systemDropped,
  interfaceDropped,
});

/** What was told, and how many packets came between. */
async function told(blocks: readonly Block[], piece: number): Promise<{ said: string[]; dropped: number }> {
  const said: string[] = [];
  const reader = new PcapngReader(new Window(chunkedSource(pcapng(blocks), piece)), {
    section: (comment, application) => said.push(`section ${comment} ${application}`),
    described: () => said.push('described'),
    statistics: ({ systemDropped, interfaceDropped, received }) =>
      said.push(`dropped ${systemDropped} ${interfaceDropped}, received ${received}`),
  });
  let packets = 0;
  for (let batch = await reader.next(); batch !== null; batch = await reader.next()) {
    packets += batch.count;
    if (batch.count > 0 && said.at(-1)?.startsWith('packets')) said.pop();
    if (batch.count > 0) said.push(`packets ${packets}`);
  }
  expect(reader.error).toBeNull();
  return { said, dropped: reader.dropped };
}

describe('marks', () => {
  it.each([1, 7, 64, 1 << 20])('in their places, read by %d bytes', async (piece) => {
    const blocks = [...section, packet, packet, statistics(3, 1), packet, ...section, statistics(5), packet];
    expect((await told(blocks, piece)).said).toEqual([
      ...['section null null', 'described', 'packets 2', 'dropped 3 1, received 1000', 'packets 3'],
      ...['section null null', 'described', 'dropped 5 0, received 1000', 'packets 4'],
    ]);
  });

  it('what was dropped is as the last statistics of each section say', async () => {
    const blocks = [...section, statistics(3, 1), statistics(4, 1), ...section, packet, statistics(2), ...section];
    expect((await told(blocks, 1 << 20)).dropped).toBe(7);
  });
});
