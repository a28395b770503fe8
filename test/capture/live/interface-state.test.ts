// Proves that interfaces are found by name and by index where the kernel shows them, and names are not paths.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { interfaceOfIndex, interfaceState, isInterfaceName } from '../../../src/capture/live/interface-state.ts';

const folder = mkdtempSync(join(tmpdir(), 'dicomtap-net-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function make(name: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(join(folder, name, 'statistics'), { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, name, file), `${text}\n`);
}

make('eth1', {
  ifindex: '4',
  flags: '0x1103',
  'statistics/rx_packets': '1000',
  'statistics/rx_missed_errors': '3',
  'statistics/rx_fifo_errors': '4',
});
make('eth2', { ifindex: '5', flags: '0x1002' });

it('by name', () => {
  expect(interfaceState('eth1', folder)).toEqual({ name: 'eth1', index: 4, up: true, received: 1000, lost: 7 });
  expect(interfaceState('eth2', folder)).toEqual({ name: 'eth2', index: 5, up: false, received: null, lost: null });
  expect(interfaceState('eth3', folder)).toBeNull();
});

it('by index, whatever its name', () => {
  expect(interfaceOfIndex(5, folder)?.name).toBe('eth2');
  expect(interfaceOfIndex(6, folder)).toBeNull();
  expect(interfaceOfIndex(0, folder)).toBeNull();
  expect(interfaceOfIndex(5, join(folder, 'nothing'))).toBeNull();
});

it.each(['any', 'nflog:5'])('%s is no single interface, and always there', (name) => {
  expect(interfaceState(name, folder)).toMatchObject({ index: 0, up: true, received: null });
});

it.each(['', '.', '..', 'a/b', '-i', 'a b', 'sixteen-letters-', '../eth1'])('"%s" is no name', (name) => {
  expect(isInterfaceName(name)).toBe(false);
  expect(interfaceState(name, folder)).toBeNull();
});
