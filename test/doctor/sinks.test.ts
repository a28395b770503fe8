// Proves that collectors are connected to and nothing else, and that each kind of sink is told of by what can be known.
import { expect, it } from 'vitest';
import { sinks } from '../../src/doctor/sinks.ts';
import type { SettingsContent } from '../../src/settings/schema.ts';
import { examination, machine, type Pretended, said } from './examination.ts';

type Sink = NonNullable<SettingsContent['sinks']>[string];

async function told(sink: Sink, pretended: Pretended = {}): Promise<string> {
  const given = examination({ machine: machine(pretended), content: { interfaces: ['eth1'], sinks: { soc: sink } } });
  return said(await sinks.look(given))[0];
}

it('connects to where the sink would', async () => {
  const asked: string[] = [];
  const connect: Pretended['connect'] = async ({ host, port, tls }) => {
    asked.push(`${host} ${port} ${tls === null ? 'plain' : 'tls'}`);
  };
  const lines = [
    await told({ kind: 'syslog', transport: 'tls', address: 'relay:6514' }, { connect }),
    await told({ kind: 'syslog', transport: 'tcp', address: '[::1]:601' }, { connect }),
    await told({ kind: 'http', flavour: 'webhook', url: 'https://h.example/x?token=SECRET' }, { connect }),
    await told({ kind: 'http', flavour: 'webhook', url: 'http://h.example:8080/x' }, { connect }),
  ];
  expect(asked).toEqual(['relay 6514 tls', '::1 601 plain', 'h.example 443 tls', 'h.example 8080 plain']);
  expect(lines[0]).toBe('ok: soc: relay:6514 can be reached, its certificate is in order');
  expect(lines.join()).not.toContain('SECRET');
});

it('says why a collector cannot be reached', async () => {
  const connect = () => Promise.reject(new Error('relay:6514: refused'));
  expect(await told({ kind: 'syslog', transport: 'tcp', address: 'relay:6514' }, { connect })).toMatch(
    /^error: soc: relay:6514 cannot be reached: relay:6514: refused → Look at/,
  );
});

it('says what cannot be known, or is a file', async () => {
  expect(await told({ kind: 'syslog', transport: 'udp', address: 'relay:514' })).toMatch(/^warning: soc: over UDP/);
  expect(await told({ kind: 'syslog', transport: 'unix', address: '/dev/log' })).toMatch(
    /^error: soc: \/dev\/log is no socket/,
  );
  expect(await told({ kind: 'stdout' })).toBe('ok: soc: standard output');
  const file: Sink = { kind: 'file', path: '/v/a.json' };
  expect(await told(file)).toMatch(/^error: soc: the folder of/);
  const stat: Pretended['stat'] = (path) =>
    path === '/v' ? { kind: 'folder', writable: true, mode: 0o700, size: 0 } : null;
  expect(await told(file, { stat })).toBe('ok: soc: /v/a.json can be written');
  expect(await told(file, { stat: () => ({ kind: 'file', writable: false, mode: 0o700, size: 0 }) })).toMatch(
    /^error: soc: this user may not write/,
  );
});

it.each([
  ['LoadState=loaded\nIPAddressAllow=127.0.0.0/8 ::1/128\nIPAddressDeny=0.0.0.0/0 ::/0\n', 'relay:601', 'warning'],
  ['LoadState=loaded\nIPAddressAllow=127.0.0.0/8 ::1/128\nIPAddressDeny=0.0.0.0/0 ::/0\n', '127.0.0.1:601', 'ok'],
  ['LoadState=loaded\nIPAddressAllow=127.0.0.0/8 192.0.2.10/32\nIPAddressDeny=0.0.0.0/0 ::/0\n', 'relay:601', 'ok'],
  ['LoadState=loaded\nIPAddressAllow=\nIPAddressDeny=\n', 'relay:601', 'ok'],
  ['LoadState=not-found\nIPAddressAllow=\nIPAddressDeny=\n', 'relay:601', 'ok'],
])('%j lets the unit reach %s: %s', async (output, address, grade) => {
  const programs = { 'systemctl show dicomtap --property=LoadState,IPAddressAllow,IPAddressDeny': output };
  const line = await told({ kind: 'syslog', transport: 'tcp', address }, { programs, connect: async () => {} });
  expect(line).toMatch(new RegExp(`^${grade}: soc: `));
});
