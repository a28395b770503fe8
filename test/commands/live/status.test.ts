// Proves when a live sensor is called blind, and that its line for the log has all of its numbers.
import { expect, it } from 'vitest';
import { assembled, statistics } from '../../../src/commands/live/status.ts';
import type { InterfaceStatus } from '../../../src/model/live-status.ts';
import { Sensing } from '../../support/sensing.ts';

const one = { name: 'eth1', engine: 'tcpdump', packets: 5, bytes: 500, received: 6, drops: { kernel: 1 }, starts: 1 };
const capturing = { ...one, state: 'capturing', why: null, lastPacket: null } as const;
const waiting = { ...one, state: 'waiting', why: 'there is no such interface', lastPacket: null } as const;

function status(interfaces: readonly InterfaceStatus[], blind: string | null = null) {
  const store = { bytes: 1, trouble: null, waiting: 0, waitingBytes: 0, refused: 0 };
  const given = {
    sensor: 's',
    version: '1',
    begun: 1,
    now: 2,
    lagMicros: 1500,
    findings: {},
    store,
    sinks: [],
    evidence: null,
  };
  return assembled({ ...given, interfaces, engine: new Sensing().sensor, blind });
}

it('is healthy while one interface captures and can be believed', () => {
  expect(status([capturing, waiting])).toMatchObject({ healthy: true, why: null });
  expect(status([waiting])).toMatchObject({
    healthy: false,
    why: 'nothing is captured (eth1: there is no such interface)',
  });
  expect(status([capturing], 'no frame came')).toMatchObject({ healthy: false, why: 'no frame came' });
});

it('is at the end what it was until it was stopped', () => {
  const [heard, deaf] = [{ ...capturing, state: 'stopped' } as const, { ...waiting, state: 'stopped' } as const];
  expect(status([heard, deaf])).toMatchObject({ healthy: true, why: null });
  expect(status([deaf])).toMatchObject({
    healthy: false,
    why: 'nothing is captured (eth1: there is no such interface)',
  });
});

it('says its numbers in a line', () => {
  expect(statistics(status([capturing]))).toMatchObject({
    interfaces: [{ name: 'eth1', packets: 5, received: 6, drops: { kernel: 1 } }],
    losses: {},
    lagMs: 2,
    healthy: true,
  });
});
