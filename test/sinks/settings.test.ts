// Proves that a sink of the configuration is checked, and that what it leaves out has its documented default.
import { describe, expect, it } from 'vitest';
import { type GivenSink, sinkOf, sinkSettings } from '../../src/sinks/settings.ts';

const good: readonly (GivenSink & { readonly name: string })[] = [
  { name: 'soc', kind: 'syslog', transport: 'tls', address: 'siem.example.org:6514' },
  { name: 'local', kind: 'syslog', transport: 'unix' },
  { name: 'v6', kind: 'syslog', transport: 'udp', address: '[2001:db8::1]:514', rfc: 3164, minimum_severity: 'high' },
  { name: 'disk', kind: 'file', path: '/var/log/dicomtap/alerts.json', send: ['alerts', 'associations'] },
  { name: 'out', kind: 'stdout', networks: ['10.0.0.0/8'] },
  { name: 'splunk', kind: 'http', flavour: 'hec', url: 'https://splunk.example.org:8088', token_file: 'hec.token' },
  { name: 'arr', kind: 'audit', address: 'arr.example.org:6514' },
];

describe('sinks', () => {
  it.each(good)('$name is valid', ({ name: _, ...given }) => {
    expect(sinkSettings.safeParse(given).error?.issues ?? []).toEqual([]);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['an unknown key', { kind: 'stdout', colour: 'red' }, ''],
    ['no address', { kind: 'syslog', transport: 'tcp' }, 'address'],
    ['an address without a port', { kind: 'syslog', transport: 'tcp', address: 'siem' }, 'address'],
    ['a port that is none', { kind: 'audit', address: 'siem:99999' }, 'address'],
    ['a message that is too large', { kind: 'stdout', message_bytes_max: 70_000 }, 'message_bytes_max'],
    ['a password in a URL', { kind: 'http', flavour: 'hec', url: 'https://me:pw@host' }, 'url'],
    ['a network that is none', { kind: 'stdout', networks: ['10.0.0.300'] }, 'networks.0'],
    ['nothing to send', { kind: 'stdout', send: [] }, 'send'],
    ['half a fingerprint', { kind: 'audit', address: 'b:1', tls: { fingerprint: 'ab:cd' } }, 'tls.fingerprint'],
    ['a kind that is none', { kind: 'pigeon' }, 'kind'],
  ])('%s is refused', (_, given, path) => {
    expect(sinkSettings.safeParse(given).error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
  });

  it('messages are small where a datagram carries them', () => {
    expect(good.map((given) => sinkOf('a', given).messageBytesMax)).toEqual([
      8000, 2000, 2000, 65_536, 65_536, 65_536, 65_536,
    ]);
  });

  it('TLS is there where the transport asks for it, at least 1.2, and verified', () => {
    expect(sinkOf('a', good[0])).toMatchObject({ tls: { ca: null, minimumVersion: 'TLSv1.2', fingerprint: null } });
    expect(sinkOf('a', good[2])).toMatchObject({ tls: null, rfc: 3164 });
    expect(sinkOf('a', good[5])).toMatchObject({ tls: { ca: null }, tokenScheme: 'Splunk' });
  });
});
