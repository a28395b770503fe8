// Proves what holds where a setting is left out, and that an interface's own settings come before those of all.
import { expect, it } from 'vitest';
import { liveSettingsOf } from '../../src/settings/live-settings.ts';

it('has defaults that serve', () => {
  expect(liveSettingsOf({}, 'host')).toEqual({
    sensor: 'host',
    interfaces: [],
    user: null,
    policy: null,
    database: '/var/lib/dicomtap/dicomtap.db',
    hashKey: { path: '/var/lib/dicomtap/hash.key', make: true },
    logLevel: 'info',
    retentionDays: 90,
    quotaBytes: 20 * 2 ** 30,
    metrics: { address: '127.0.0.1', port: 9741 },
    sinks: [],
    evidence: null,
    watchdogSeconds: 60,
    workers: 1,
    limits: {},
  });
});

it('takes what an interface says before what is said for all', () => {
  const capture = { engine: 'tcpdump', filter: '', socket: '/run/dicomtap/%i.sock' } as const;
  const { interfaces } = liveSettingsOf({ interfaces: ['a', { name: 'b', engine: 'cap', ring_mib: 9 }], capture }, 'h');
  const both = { filter: null };
  expect(interfaces).toEqual([
    { name: 'a', engine: 'tcpdump', ringMib: 256, socket: '/run/dicomtap/a.sock', ...both },
    { name: 'b', engine: 'cap', ringMib: 9, socket: '/run/dicomtap/b.sock', ...both },
  ]);
});

it('makes no key where one is named, and keeps evidence only where asked', () => {
  const settings = liveSettingsOf({ hash_key: '/k', evidence: { dir: '/e' }, metrics: { listen: 'off' } }, 'h');
  expect(settings).toMatchObject({
    hashKey: { path: '/k', make: false },
    evidence: { folder: '/e', bytes: 2 ** 30 },
    metrics: null,
  });
});
