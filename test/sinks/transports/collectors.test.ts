// Proves that rsyslog gets every message whole and in order over every transport it has, and what each confirms.
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { GivenSink } from '../../../src/sinks/settings.ts';
import { certificates } from '../../support/certificates.ts';
import { freePort, Rsyslog, type RsyslogInput } from '../../support/rsyslog.ts';
import { begin, firstComings, idsIn, SinkStore, until } from '../../support/sinks.ts';
import { temporaryFolder } from '../../support/stores.ts';

type Syslog = Extract<GivenSink, { kind: 'syslog' }>;

it.each<[RsyslogInput, Pick<Syslog, 'transport' | 'framing'>]>([
  ['imudp', { transport: 'udp' }],
  ['imtcp', { transport: 'tcp', framing: 'octet-counting' }],
  ['imptcp', { transport: 'tcp', framing: 'newline' }],
  ['imptcp', { transport: 'tcp', framing: 'octet-counting' }],
  ['imrelp', { transport: 'relp' }],
  ['gtls', { transport: 'tls' }],
  ['ossl', { transport: 'tls' }],
])('%s %o', async (input, given) => {
  const folder = temporaryFolder();
  const port = await freePort();
  const tls = certificates(folder);
  const collector = new Rsyslog({
    folder: join(folder, 'r'),
    input,
    port,
    ...(given.transport === 'tls' ? { tls } : {}),
  });
  await collector.start();
  onTestFinished(() => collector.kill());
  const store = new SinkStore();
  // A datagram is lost where the collector is slower.
  const count = input === 'imudp' ? 40 : 1200;
  store.findings(count);
  const ca = given.transport === 'tls' ? { tls: { ca: tls.ca, server_name: 'localhost' } } : {};
  const { courier } = begin(store, { kind: 'syslog', address: `127.0.0.1:${port}`, ...given, ...ca });
  await courier.drain();
  await until(() => idsIn(collector.received()).length >= count, 'all received');
  expect(firstComings(idsIn(collector.received()))).toEqual(store.written);
  expect(collector.received()).toHaveLength(count);
  expect(courier.status()).toMatchObject({ delivered: count, repeated: 0, waiting: 0, lastError: null });
});
