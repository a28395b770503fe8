// Proves that the folder of a ring is found in a command line, and that its state is read from its files' names and
// sizes.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { keptPackets, ringNamedBy } from '../../src/commands/kept-packets.ts';
import { temporaryFolder } from '../support/stores.ts';

it.each<[readonly string[], string | null]>([
  [['live', '-i', 'eth1', '--ring', '/r'], '/r'],
  [['live', '--ring=/r', '-i', 'eth1'], '/r'],
  [['live', '--ring'], null],
  [['live', '--ring-size', '20GiB'], null],
])('%j: %s', (words, folder) => {
  expect(ringNamedBy(words)).toBe(folder);
});

it('adds up the files of the ring alone, and takes the oldest by its number', () => {
  const folder = temporaryFolder();
  expect(keptPackets(folder)).toEqual({ folder, bytes: 0, oldest: null });
  const files: readonly (readonly [string, number])[] = [
    ['dicomtap-eth1_00012_20261101100000.pcapng', 70],
    ['dicomtap-eth1_00009_20261101093000.pcapng', 30],
    ['dicomtap-eth1_00008_20261101080000.pcapng', 0],
    ['mine.pcapng', 1000],
  ];
  for (const [name, size] of files) writeFileSync(join(folder, name), 'x'.repeat(size));
  expect(keptPackets(folder)).toEqual({ folder, bytes: 100, oldest: Date.UTC(2026, 10, 1, 9, 30) * 1000 });
});

it('says nothing of a folder that it cannot read', () => {
  expect(keptPackets(join(temporaryFolder(), 'none'))).toBeNull();
});
