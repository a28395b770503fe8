// Proves what TLS does with rsyslog: client certificates, versions on both sides, a pinned certificate, names, and RELP
// inside it.
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { GivenSink } from '../../../src/sinks/settings.ts';
import { certificates } from '../../support/certificates.ts';
import { freePort, Rsyslog, type RsyslogOptions } from '../../support/rsyslog.ts';
import { begin, firstComings, idsIn, SinkStore, until } from '../../support/sinks.ts';
import { temporaryFolder } from '../../support/stores.ts';

type Syslog = Extract<GivenSink, { kind: 'syslog' }>;

/** A collector whose authority of clients is its own, and that signed `client` too; `other` is of somebody else. */
async function site(options: Pick<RsyslogOptions, 'input'> & Partial<RsyslogOptions>) {
  const folder = temporaryFolder();
  const port = await freePort();
  const server = certificates(folder, 'server');
  const client = certificates(folder, 'client');
  // rsyslog believes the authority of the clients, and shows what another signed.
  const tls = { ca: client.ca, cert: server.cert, key: server.key };
  const collector = new Rsyslog({ folder: join(folder, 'r'), port, tls, ...options });
  onTestFinished(() => collector.kill());
  await collector.start();
  return { collector, client, ca: server.ca, cert: server.cert, address: `127.0.0.1:${port}` };
}

const transports = { gtls: 'tls', ossl: 'tls', imrelp: 'relp' } as const;

async function delivered(collector: Rsyslog, given: Syslog): Promise<void> {
  const store = new SinkStore();
  store.findings(20);
  const { courier } = begin(store, given);
  await courier.drain();
  await until(() => idsIn(collector.received()).length >= 20, 'all received');
  expect(courier.status()).toMatchObject({ delivered: 20, lastError: null });
  expect(firstComings(idsIn(collector.received()))).toEqual(store.written);
}

async function refused(collector: Rsyslog, given: Syslog): Promise<string> {
  const store = new SinkStore();
  store.findings(1);
  const { courier } = begin(store, given);
  await until(() => courier.status().lastError !== null, 'an error');
  expect(courier.status()).toMatchObject({ delivered: 0, waiting: 1 });
  expect(collector.received()).toEqual([]);
  return courier.status().lastError ?? '';
}

describe.each(['gtls', 'ossl', 'imrelp'] as const)('%s that asks for client certificates', (input) => {
  it('takes one of its authority, and nothing without', async () => {
    const { collector, client, ca, address } = await site({ input, clients: true });
    const given = { kind: 'syslog', transport: transports[input], address } as const;
    expect(await refused(collector, { ...given, tls: { ca } })).toMatch(new RegExp(`^${address}: `));
    await delivered(collector, { ...given, tls: { ca, cert: client.cert, key: client.key } });
  });
});

it('RELP inside TLS: the server is verified', async () => {
  const { collector, client, address } = await site({ input: 'imrelp' });
  const { ca, cert, key } = client;
  const sentence = await refused(collector, { kind: 'syslog', transport: 'relp', address, tls: { ca, cert, key } });
  expect(sentence).toMatch(/by nobody that is believed/);
});

describe('versions', () => {
  it('a collector with 1.2 alone: taken, but where 1.3 is asked for', async () => {
    const { collector, ca, address } = await site({ input: 'ossl', priority: 'Protocol=-ALL,TLSv1.2' });
    const given = { kind: 'syslog', transport: 'tls', address } as const;
    expect(await refused(collector, { ...given, tls: { ca, minimum_version: '1.3' } })).toMatch(/version of TLS/);
    await delivered(collector, { ...given, tls: { ca } });
  });

  it('a collector with 1.3 alone', async () => {
    const { collector, ca, address } = await site({ input: 'ossl', priority: 'Protocol=-ALL,TLSv1.3' });
    await delivered(collector, { kind: 'syslog', transport: 'tls', address, tls: { ca, minimum_version: '1.3' } });
  });

  it('a collector with 1.1 alone gets nothing', async () => {
    const { collector, ca, address } = await site({ input: 'ossl', priority: 'Protocol=-ALL,TLSv1.1' });
    const sentence = await refused(collector, { kind: 'syslog', transport: 'tls', address, tls: { ca } });
    expect(sentence).toMatch(/TLS/);
  });
});

describe('a pinned certificate', () => {
  it('suffices alone, in any spelling', async () => {
    const { collector, cert, address } = await site({ input: 'ossl' });
    const { raw } = new X509Certificate(readFileSync(cert));
    const digits = createHash('sha256').update(raw).digest('hex').toUpperCase();
    const fingerprint = digits.match(/../g)!.join(':');
    await delivered(collector, { kind: 'syslog', transport: 'tls', address, tls: { fingerprint } });
  });

  it('does not take the place of an authority that is given', async () => {
    const { collector, cert, client, address } = await site({ input: 'ossl' });
    const fingerprint = new X509Certificate(readFileSync(cert)).fingerprint256;
    const tls = { ca: client.ca, fingerprint };
    expect(await refused(collector, { kind: 'syslog', transport: 'tls', address, tls })).toMatch(/believed/);
  });
});

it('a certificate for another name is refused, and taken under that name', async () => {
  const { collector, ca, address } = await site({ input: 'gtls' });
  const given = { kind: 'syslog', transport: 'tls', address } as const;
  const wrong = { ca, server_name: 'siem.example.org' };
  expect(await refused(collector, { ...given, tls: wrong })).toMatch(/is for another name/);
  await delivered(collector, { ...given, tls: { ca, server_name: 'localhost' } });
});
