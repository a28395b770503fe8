// Proves that a ring is measured against what comes, against the link, and against the machine's memory.
import { expect, it } from 'vitest';
import { ring } from '../../src/doctor/ring.ts';
import { examination, machine, said } from './examination.ts';

const present = { '/sys/class/net/eth1/flags': '0x1003\n' };

async function told(bytesPerSecond: number, files: Record<string, string> = {}): Promise<string[]> {
  const counters = { before: { rx_bytes: 1000 }, after: { rx_bytes: 1000 + bytesPerSecond } };
  return said(await ring.look(examination({ machine: machine({ files: { ...present, ...files } }), counters })));
}

const gigabit = { '/sys/class/net/eth1/speed': '1000\n' };

it('says how long it lasts', async () => {
  expect(await told(0)).toEqual(['ok: eth1: 256 MiB: nothing comes now']);
  expect(await told(12_500_000, gigabit)).toEqual([
    'ok: eth1: 256 MiB: 21 s of what comes now (100 Mbit/s), 2.1 s at the full 1000 Mbit/s of the link',
  ]);
});

it('names no length that nobody waits for', async () => {
  expect(await told(1000)).toEqual(['ok: eth1: 256 MiB: more than 9999 s of what comes now (0.008 Mbit/s)']);
});

it('has nothing to say of an interface that is not there', async () => {
  expect(await ring.look(examination())).toEqual([]);
});

it('warns where it lasts less than three seconds', async () => {
  expect(await told(125_000_000)).toEqual([
    'warning: eth1: 256 MiB hold 2.1 s of what comes now (1000 Mbit/s) → ring_mib: 358 or more in the configuration',
  ]);
});

it('warns where rings take more than half of the memory', async () => {
  expect(await told(0, { '/proc/meminfo': 'MemTotal: 1000 kB\nMemAvailable:     409600 kB\n' })).toContain(
    'warning: rings want 256 MiB of 400 MiB that are available → Make ring_mib smaller, or add memory',
  );
  expect(await told(0, { '/proc/meminfo': 'MemAvailable:     8000000 kB\n' })).toHaveLength(1);
});
