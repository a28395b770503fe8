// Proves what a health record holds, when one is written, and that changes are told at once.
import { expect, it } from 'vitest';
import { Health } from '../../../src/commands/live/health.ts';
import type { InterfaceStatus, LiveStatus } from '../../../src/model/live-status.ts';
import type { FindingRecord, HealthRecord } from '../../../src/model/records.ts';
import { withoutPolicy } from '../../../src/policy/compile.ts';
import { keptLog } from '../../support/live.ts';
import { Sensing } from '../../support/sensing.ts';

const minute = 60_000_000;

function under(first: Partial<LiveStatus> = {}) {
  const records: Omit<HealthRecord, 'id' | 'runId'>[] = [];
  const findings: FindingRecord[] = [];
  const log = keptLog();
  let status = statusOf(first);
  const parts = {
    status: () => status,
    streams: () => new Sensing().sensor.streamBytes,
    capture: () => ({ id: 'c1', bytesBefore: 0 }),
    record: (record: (typeof records)[number]) => void records.push(record),
    raise: (finding: FindingRecord) => void findings.push(finding),
    log,
  };
  const health = new Health(parts, withoutPolicy);
  health.begin(0);
  const becomes = (next: Partial<LiveStatus>) => {
    status = { ...status, ...next };
  };
  return { health, records, findings, log, becomes };
}

const eth1: InterfaceStatus = {
  name: 'eth1',
  engine: 'tcpdump',
  state: 'capturing',
  why: null,
  packets: 0,
  bytes: 0,
  received: 0,
  drops: {},
  starts: 1,
  lastPacket: null,
};

function statusOf(parts: Partial<LiveStatus>): LiveStatus {
  return {
    sensor: 's',
    version: '1',
    begun: 0,
    now: 0,
    interfaces: [eth1],
    packets: 0,
    bytes: 0,
    connections: 0,
    associations: 0,
    operations: 0,
    losses: {},
    streams: new Sensing().sensor.streamBytes,
    held: {},
    lagMicros: 1200,
    memoryBytes: 5000,
    findings: {},
    store: { bytes: 10, trouble: null, waiting: 2, waitingBytes: 20, refused: 0 },
    sinks: [],
    evidence: null,
    healthy: true,
    why: null,
    ...parts,
  };
}

it('writes what an interval brought, and its line', () => {
  const { health, records, log, becomes } = under();
  becomes({ packets: 600, bytes: 6000, interfaces: [{ ...eth1, received: 610, drops: { kernel: 10 } }] });
  becomes({ losses: { duplicate: { packets: 4, bytes: 40 } } });
  health.interval(minute);
  becomes({ packets: 700, bytes: 7000, losses: { duplicate: { packets: 5, bytes: 50 } } });
  health.interval(2 * minute);
  const common = { interface: null, lagMicros: 1200, memoryBytes: 5000, queues: { store: 2 } };
  expect(records).toMatchObject([
    { ...common, begin: 0, end: minute, packets: 600, received: 610, drops: { kernel: 10 }, state: 'degraded' },
    { ...common, begin: minute, end: 2 * minute, packets: 100, received: 0, drops: {}, state: 'ok', why: null },
  ]);
  expect(records.map(({ losses }) => losses)).toEqual([
    { duplicate: { packets: 4, bytes: 40 } },
    { duplicate: { packets: 1, bytes: 10 } },
  ]);
  expect(records[0].why).toBe('10 packets were lost (kernel)');
  expect(log.lines.map(({ level, message }) => `${level} ${message}`)).toEqual(['warn status', 'info status']);
  expect(log.lines[0].fields).toMatchObject({ packetsPerSecond: 10, interfaces: 'eth1:capturing' });
});

it('tells a change for worse and for better at once, each once', () => {
  const { health, records, log, becomes } = under();
  health.look(1e6);
  becomes({ store: { bytes: 10, trouble: 'the disk is full', waiting: 9, waitingBytes: 90, refused: 0 } });
  for (const at of [2e6, 3e6]) health.look(at);
  becomes({ healthy: false, why: 'nothing is captured' });
  health.look(4e6);
  becomes(statusOf({}));
  for (const at of [5e6, 6e6]) health.look(at);
  expect(records.map(({ state, why, begin, end }) => [state, why, begin, end])).toEqual([
    ['degraded', 'the store takes no records: the disk is full', 0, 2e6],
    ['blind', 'nothing is captured', 2e6, 4e6],
    ['ok', null, 4e6, 5e6],
  ]);
  expect(log.lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
    'error not well',
    'error not well',
    'info recovered',
  ]);
});

it('is degraded while packets cannot be kept, and says in its line how the ring does', () => {
  const { health, records, log, becomes } = under();
  const evidence = { bytes: 3 << 20, bytesMax: 1 << 30, files: 2, oldest: 0, kept: 5, missed: 7, trouble: null };
  becomes({ evidence: { ...evidence, trouble: 'the disk is too slow' } });
  health.look(5e6);
  expect(records).toMatchObject([{ state: 'degraded', why: 'packets are not kept for extract: the disk is too slow' }]);
  becomes({ evidence });
  health.interval(60e6);
  expect(records[1]).toMatchObject({ state: 'ok' });
  expect(log.lines.at(-1)?.fields).toMatchObject({ keptMiB: 3, notKept: 7 });
});

it('says how long an interface was away, and what it counted meanwhile', () => {
  const { health, records } = under();
  health.began('eth1', null, 1e6);
  health.ended('eth1', 'the interface went down', 2e6);
  health.ended('eth1', 'there is no such interface', 3e6);
  health.began('eth1', 12, 9e6);
  expect(records).toMatchObject([{ interface: 'eth1', state: 'blind', begin: 2e6, end: 9e6, received: 12 }]);
  expect(records[0].why).toBe('nothing was captured: the interface went down');
});

it('says at the end who was never heard, and since when another is away', () => {
  const { health, records, log, becomes } = under();
  const deaf: InterfaceStatus = { ...eth1, name: 'eth2', state: 'stopped', why: 'there is no such interface' };
  health.ended('eth3', 'the interface went down', 2e6);
  becomes({ interfaces: [{ ...eth1, state: 'stopped' }, deaf, { ...deaf, name: 'eth3' }] });
  health.end(9e6);
  expect(records.map(({ interface: name, state, begin, end, why }) => [name, state, begin, end, why])).toEqual([
    ['eth2', 'blind', 0, 9e6, 'nothing was captured: there is no such interface'],
    ['eth3', 'blind', 2e6, 9e6, 'nothing was captured: the interface went down'],
    [null, 'degraded', 0, 9e6, 'eth2 waits: there is no such interface; eth3 waits: there is no such interface'],
  ]);
  expect(log.lines).toMatchObject([{ level: 'warn', message: 'status', fields: { state: 'degraded' } }]);
});

it('raises that the sensor is blind, and calls itself so', () => {
  const { health, records, findings, becomes } = under();
  becomes({ interfaces: [{ ...eth1, packets: 10, bytes: 100 }] });
  for (let i = 1; i <= 17; i++) health.interval(i * minute);
  expect(findings.map(({ detection }) => detection)).toEqual(['sensor-blind']);
  expect(health.blind).toContain('no frame came');
  expect(records.at(-1)).toMatchObject({ state: 'blind' });
});
