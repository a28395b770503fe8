// Proves what a person reads of a sensor: that it is well, and each thing that is not.
import { expect, it } from 'vitest';
import { type Shown, statusText } from '../../../src/commands/status/status-text.ts';
import type { HealthRecord } from '../../../src/model/records.ts';
import type { SinkBacklog } from '../../../src/sinks/sink-backlogs.ts';
import type { SensorState } from '../../../src/store/sensor-state.ts';
import { health } from '../../support/live-stores.ts';
import { newRun } from '../../support/stores.ts';

const now = 1_772_000_000_000_000;
const minute = 60_000_000;

const soc: SinkBacklog = {
  name: 'soc',
  kind: 'syslog-tls',
  wants: ['alert'],
  cursor: 5,
  delivered: 9,
  repeated: 0,
  dropped: 0,
  lost: 0,
  lostTo: 0,
  notes: {},
  lastConfirmed: now,
  lastError: null,
  waiting: 0,
  lagMicros: 0,
};

function text(state: Partial<SensorState> = {}, more: Partial<Shown> = {}, interval: Partial<HealthRecord> = {}) {
  const last = health({ begin: now - 70e6, end: now - 10e6, packets: 6000, bytes: 60_000_000, ...interval });
  const whole: SensorState = {
    run: { ...newRun({ sensor: 'span-1', begin: now - 90 * minute }), id: 1, end: null, ending: null },
    health: { id: 1, runId: 1, ...last },
    interruptions: [],
    captures: [],
    dropsOfHour: {},
    listeners: 12,
    listenersOfDay: 5,
    associations: { all: 200, clear: 0, exposed: 0 },
    alertsOfDay: {},
    newest: [],
    ...state,
  };
  return statusText(
    { now, path: '/v/a.db', bytes: 4_100_000, kept: null, sinks: [soc], state: whole, ...more },
    { columns: 100, colour: false },
  );
}

it('tells of a sensor that is well', () => {
  expect(text()).toBe(`
  Sensor        span-1, dicomtap 0.1.0, since 2026-02-25 04:43:20 UTC (1 h 30 min)
                ok
  Rate          100 packets/s, 1 MB/s, 0 s behind the wire (over 1 min 0 s, 10 s ago)
  Lost          nothing in the last hour

  DICOM         12 listeners seen, 5 of them in the last day; 200 associations in the last day
  In clear      0 % of these (0); 0 showed patient data

  Sinks         soc (syslog-tls): nothing waits, 9 delivered
  Store         /v/a.db, 4.1 MB

  Findings      none in the last day
`);
});

it.each<[string, string, Partial<SensorState>, Partial<Shown>, Partial<HealthRecord>]>([
  [
    'a state that is not well',
    'degraded: eth1 waits: it is down',
    {},
    {},
    { state: 'degraded', why: 'eth1 waits: it is down' },
  ],
  ['no interval yet', 'not known yet: told every minute', { health: null }, {}, {}],
  [
    'losses',
    "1,000 packets (kernel's ring was full), 1 packet (network card)",
    { dropsOfHour: { kernel: 1000, interface: 1 } },
    {},
    {},
  ],
  [
    'the share in clear',
    '12.5 % of these (25); 20 showed patient data',
    { associations: { all: 200, clear: 25, exposed: 20 } },
    {},
    {},
  ],
  ['alerts', 'alerts of the last day: 1 critical, 3 low', { alertsOfDay: { low: 3, critical: 1 } }, {}, {}],
  [
    'a sink that is behind',
    'soc (syslog-tls): 3 messages wait, the oldest for 2 s, 9 delivered, 4 given up; refused',
    {},
    { sinks: [{ ...soc, waiting: 3, lagMicros: 2e6, dropped: 1, lost: 3, lastError: 'refused' }] },
    {},
  ],
  ['no sinks', 'Sinks         none', {}, { sinks: [] }, {}],
  [
    'kept packets',
    'Evidence      /v/ring, 12 GB, back to 2026-02-25 04:13:20 UTC (2 h 0 min ago)',
    {},
    { kept: { folder: '/v/ring', bytes: 12e9, oldest: now - 120 * minute } },
    {},
  ],
  [
    'a ring without a packet',
    '/v/ring, 0 B, no packet yet',
    {},
    { kept: { folder: '/v/ring', bytes: 0, oldest: null } },
    {},
  ],
  ['records that wait', '7,000 records waited to be written', {}, {}, { queues: { store: 7000 } }],
])('tells of %s', (_, expected, state, more, interval) => {
  expect(text(state, more, interval).replaceAll(/\n {16}/g, ' ')).toContain(expected);
});

it('tells of interfaces and their interruptions, with what could harm a terminal escaped', () => {
  const capture = { id: 'k', runId: 1, path: 'eth1', format: 'live', size: 0, packets: 5, bytes: 5, firstTime: now };
  const said = text({
    captures: [
      { ...capture, lastTime: now - 3e6, linkTypes: [], losses: {}, complete: true, error: null },
      { ...capture, path: 'eth2', lastTime: null, linkTypes: [], losses: {}, complete: false, error: 'gone\x1b[2J' },
    ],
    interruptions: [
      {
        id: 2,
        runId: 1,
        ...health({ begin: now - 2 * minute, end: now - minute, interface: 'eth1', why: 'it went down' }),
      },
    ],
  });
  expect(said).toContain('eth1: 5 packets, the last 3 s ago\n');
  expect(said).toContain('eth2: 5 packets, no packet yet; gone\\u{1b}[2J\n');
  expect(said.replaceAll(/\n {16}/g, ' ')).toContain(
    'eth1: last interrupted at 2026-02-25 06:11:20 UTC for 1 min 0 s: it went down',
  );
});
