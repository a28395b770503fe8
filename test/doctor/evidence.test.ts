// Proves what is said of the ring's folder, of its rights and room, and of how far it goes back at the present rate.
import { expect, it } from 'vitest';
import { evidence } from '../../src/doctor/evidence.ts';
import { examination, type Given, machine, type Pretended, said } from './examination.ts';

const MIB = 2 ** 20;
const content = { interfaces: ['eth1'], evidence: { dir: '/v/ring', size_mib: 10_240 } };
const own = { kind: 'folder', writable: true, mode: 0o700, size: 0 } as const;
const free = (): number => 50_000 * MIB;

async function told(pretended: Pretended, counters: Given['counters'] = {}): Promise<string[]> {
  return said(await evidence.look(examination({ machine: machine(pretended), content, counters })));
}

it('nothing where no packets are to be kept', async () => {
  expect(await evidence.look(examination())).toEqual([]);
});

it.each<[string, Pretended]>([
  ["ok: /v/ring: is this user's alone", { stat: () => own, free }],
  [
    'ok: /v/ring: is not there yet: live makes it, its own alone',
    { stat: (path) => (path === '/v' ? own : null), free },
  ],
  ['error: /v/ring: there is no such folder → install -d -m 700 -o dicomtap -g dicomtap /v/ring', {}],
  ['error: /v/ring: there is no such folder', { stat: () => ({ ...own, kind: 'file' }) }],
  ['error: /v/ring: this user may not write there', { stat: () => ({ ...own, writable: false }) }],
  ['warning: /v/ring: others may look into it', { stat: () => ({ ...own, mode: 0o755 }) }],
])('%s', async (line, pretended) => {
  expect((await told(pretended))[0]).toContain(line);
});

it('asks for room, in which what the ring has already counts', async () => {
  const names = ['dicomtap-eth1_00009_20261101093000.pcapng', 'other'];
  const stat = (path: string) => ({ ...own, size: path.endsWith('other') ? 9e12 : 4000 * MIB });
  expect((await told({ stat, free: () => 2000 * MIB, folders: { '/v/ring': names } }))[1]).toBe(
    'warning: /v/ring: 6000 MiB are there for 10240 MiB of packets: the ring gives its oldest up, then keeps nothing → Make room, or evidence.size_mib: 4800',
  );
  expect((await told({ stat, free: () => 7000 * MIB, folders: { '/v/ring': names } }))[1]).toMatch(/^ok/);
});

it.each<[number, string]>([
  [0, 'ok: /v/ring: 10240 MiB; nothing comes now that could be kept'],
  [1, 'ok: /v/ring: 10240 MiB keep 2 hours of what comes now (8.66 Mbit/s)'],
  [
    10,
    'warning: /v/ring: 10240 MiB keep 16 minutes of what comes now (86.6 Mbit/s) → evidence.size_mib: 37163 or more keeps an hour',
  ],
])('of %d MB/s: %s', async (rate, line) => {
  const counters = {
    before: { rx_bytes: 5, rx_packets: 0 },
    after: { rx_bytes: 5 + rate * 1e6, rx_packets: rate * 2425 },
  };
  expect((await told({ stat: () => own, free }, counters))[1]).toBe(line);
});
