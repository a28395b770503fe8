// Proves that what a configuration comes to is told whole, and without the secrets that a URL may have.
import { expect, it } from 'vitest';
import { settingsInWords } from '../../src/settings/effective.ts';
import { liveSettingsOf } from '../../src/settings/live-settings.ts';

it('tells what holds where nothing was said', () => {
  expect(settingsInWords(liveSettingsOf({}, 'host'))).toEqual([
    'Sensor: host',
    'Interfaces: none; live needs one',
    'User, where root starts it: dicomtap, else who typed sudo, else nobody',
    'Policy: none: private addresses are taken for internal',
    'Database: /var/lib/dicomtap/dicomtap.db, records of 90 days, at most 20480 MiB',
    'Hash key: /var/lib/dicomtap/hash.key, made when it is not there',
    'Log: info',
    'Metrics: 127.0.0.1 port 9741',
    'Sinks: none',
    'Evidence: none kept',
    'Watchdog: 60 s',
  ]);
});

it('tells interfaces, sinks and limits', () => {
  const lines = settingsInWords(
    liveSettingsOf(
      {
        interfaces: ['eth1', { name: 'eth2', socket: '/run/%i.sock', filter: 'port 104' }],
        sinks: {
          soc: { kind: 'syslog', transport: 'tls', address: 'relay:6514' },
          hook: { kind: 'http', flavour: 'webhook', url: 'https://h.example/x?token=SECRET' },
          log: { kind: 'file', path: '/var/log/a.json' },
          trail: { kind: 'audit', address: 'arr:6514' },
        },
        limits: { malformedMax: 2 },
        evidence: { dir: '/e' },
        metrics: { listen: 'off' },
        watchdog_seconds: 0,
      },
      'host',
    ),
  ).join('\n');
  for (const part of [
    '  eth1: engine auto, ring 256 MiB',
    '  eth2: captured by the unit at /run/eth2.sock, only "port 104"',
    '  soc: syslog over tls to relay:6514, alerts from info up, as sentence',
    '  hook: http webhook https://h.example/x, alerts from info up',
    '  log: file /var/log/a.json',
    '  trail: audit over tls to arr:6514, alerts from info up, as DICOM audit XML',
    'Limits lowered: malformedMax 2',
    'Evidence: /e, 1024 MiB',
    'Metrics: off',
    'Watchdog: off',
  ]) {
    expect(lines).toContain(part);
  }
  expect(lines).not.toContain('SECRET');
});

it('warns of metrics that others may ask for', () => {
  const lines = settingsInWords(liveSettingsOf({ metrics: { listen: '0.0.0.0:9741', remote: true } }, 'host'));
  expect(lines).toContain(
    'Metrics: 0.0.0.0 port 9741; warning: whoever reaches this address may ask, without a password',
  );
});
