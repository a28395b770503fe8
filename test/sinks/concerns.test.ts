// Proves that what is probably not meant in a configuration of sinks is told: secrets that others may read, numbers of
// documentation, ways that lose.
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sinkConcerns } from '../../src/sinks/concerns.ts';
import { type GivenSink, sinkOf } from '../../src/sinks/settings.ts';
import { temporaryFolder } from '../support/stores.ts';

const told = (given: GivenSink): string[] => sinkConcerns([sinkOf('soc', given)]);
const address = 'siem.example.org:6514';

it('a sound one has none', () => {
  expect(told({ kind: 'syslog', transport: 'tls', address, pen: 49_152 })).toEqual([]);
  expect(told({ kind: 'stdout' })).toEqual([]);
  expect(told({ kind: 'audit', address })).toEqual([]);
});

it('ways that lose', () => {
  const pen = 49_152;
  expect(told({ kind: 'syslog', transport: 'udp', address, pen })).toEqual([
    'soc: UDP is best effort: messages may be lost unseen',
  ]);
  expect(told({ kind: 'syslog', transport: 'unix', pen })).toEqual([
    'soc: the local log is best effort: messages may be lost unseen',
  ]);
  expect(told({ kind: 'syslog', transport: 'tcp', address, pen, confirm: 'written' })[0]).toContain('not received');
});

it('the number of documentation, where structured data has it', () => {
  const [concern, ...others] = told({ kind: 'syslog', transport: 'tls', address });
  expect(concern).toBe('soc: pen 32473 is for documentation only (RFC 5612): give your own');
  expect(others).toEqual([]);
  expect(told({ kind: 'syslog', transport: 'tls', address, rfc: 3164 })).toEqual([]);
});

it('secrets that every user can read, that are not there, or go out in clear', () => {
  const token = join(temporaryFolder(), 'token');
  writeFileSync(token, 'x');
  const given = { kind: 'http', flavour: 'hec', url: 'https://h:8088', token_file: token } as const;
  chmodSync(token, 0o644);
  expect(told(given)).toEqual([`soc: the file of the token can be read by every user: chmod o= ${token}`]);
  chmodSync(token, 0o640);
  expect(told(given)).toEqual([]);
  expect(told({ ...given, url: 'http://h:8088' })).toEqual(['soc: the token goes out without TLS: use https']);
  const missing = told({ ...given, token_file: `${token}-none` });
  expect(missing).toEqual([`soc: the file of the token is not there, or may not be looked at: ${token}-none`]);
});

it('a key of TLS alone', () => {
  const key = join(temporaryFolder(), 'key');
  writeFileSync(key, 'x');
  chmodSync(key, 0o604);
  expect(told({ kind: 'audit', address, tls: { key } })).toEqual([
    `soc: the file of the key can be read by every user: chmod o= ${key}`,
    'soc: cert and key go together',
  ]);
});
