// Proves the record of a TLS handshake: what was negotiated, its grade, and nothing guessed of what TLS 1.3 hides.
import { describe, expect, it } from 'vitest';
import { TlsSession } from '../../src/ledger/tls-session.ts';
import type { Fact, TlsCertificate } from '../../src/model/facts.ts';
import { ja4 } from '../../src/protocols/tls/ja4.ts';
import { connection } from '../support/records.ts';
import { clientHello, server, serverHello } from './facts.ts';
import { Scribe } from './scribe.ts';

const certificate: TlsCertificate = {
  kind: 'tls-certificate',
  side: server,
  subject: 'CN=archive.example',
  issuer: 'CN=Test CA',
  notBefore: 1,
  notAfter: 2,
  fingerprint: 'ab',
  keyType: 'RSA',
  keyBits: 2048,
  signature: 'sha256WithRSAEncryption',
  selfSigned: false,
};

function recorded(...facts: Fact[]) {
  const session = new TlsSession({ micros: 5, capture: 'p1', frame: 4 });
  for (const fact of facts) session.fact(fact, { micros: 6, capture: 'p1', frame: 5 });
  return session.record(connection('c1'), 'port-2762');
}

it('tells version, suite, name, certificate and grade', () => {
  const asked = { kind: 'tls-client-certificate', side: server, step: 'asked' } as const;
  expect(recorded(clientHello(), serverHello(), certificate, asked)).toMatchObject({
    connectionId: 'c1',
    clientAddress: '10.0.0.2',
    serverPort: 104,
    why: 'port-2762',
    version: 'TLS 1.2',
    serverName: 'archive.example',
    certificateSubject: 'CN=archive.example',
    certificateIssuer: 'CN=Test CA',
    certificateNotBefore: 1,
    certificateNotAfter: 2,
    certificateFingerprint: 'ab',
    certificateKey: 'RSA',
    certificateKeyBits: 2048,
    certificateSignature: 'sha256WithRSAEncryption',
    certificateSelfSigned: false,
    clientCertificateAsked: true,
    clientCertificateSent: false,
    grade: 'pass',
    start: connection('c1').start,
    clientBytes: 1000,
    serverBytes: 500,
    firstCapture: 'p1',
    firstFrame: 4,
  });
});

it('keeps the server’s first certificate', () => {
  expect(recorded(serverHello(), certificate, { ...certificate, subject: 'CN=other' }).certificateSubject).toBe(
    'CN=archive.example',
  );
});

describe('what was not seen', () => {
  it('is null without the server’s answer, grade and all', () => {
    expect(recorded(clientHello())).toMatchObject({
      version: null,
      cipherSuite: null,
      grade: null,
      gradeWhy: null,
      clientCertificateAsked: null,
      clientCertificateSent: null,
      ja4: ja4(clientHello()),
    });
  });

  it('is null without the client’s hello', () => {
    expect(recorded(serverHello())).toMatchObject({ serverName: null, ja4: null, version: 'TLS 1.2' });
  });

  it('is null in TLS 1.3, whose certificates are encrypted', () => {
    expect(recorded(clientHello(), serverHello({ version: 0x0304, cipherSuite: 0x1301 }))).toMatchObject({
      version: 'TLS 1.3',
      grade: 'pass',
      clientCertificateAsked: null,
      clientCertificateSent: null,
      certificateSubject: null,
    });
  });
});

it('grades a suite without encryption as critical, and says why', () => {
  const { grade, gradeWhy } = recorded(clientHello(), serverHello({ cipherSuite: 0x0002 }));
  expect(grade).toBe('critical');
  expect(gradeWhy).toMatch(/NULL/);
});

describe('what happens', () => {
  const kinds = (scribe: Scribe) => scribe.events.map(({ kind }) => kind).filter((kind) => kind.startsWith('tls-'));

  it('is told once it is known for DICOM, each thing once', () => {
    const scribe = new Scribe({ configuredListener: () => true });
    const slot = scribe.connect();
    scribe.say(slot, clientHello(), serverHello(), serverHello(), certificate, certificate);
    expect(kinds(scribe)).toEqual(['tls-agreed', 'tls-certified']);
    expect(scribe.end(slot).events.length).toBe(2);
    expect(scribe.events[0]).toMatchObject({ of: { callingAe: null, tls: false }, session: { why: 'policy' } });
  });

  it('is told when it is over, at its own time, where that is known only then', () => {
    let known = false;
    const scribe = new Scribe({ configuredListener: () => known });
    const slot = scribe.connect();
    scribe.say(slot, clientHello(), serverHello());
    const { now } = scribe;
    scribe.now += 5e6;
    expect(kinds(scribe)).toEqual([]);
    known = true;
    scribe.end(slot);
    expect(kinds(scribe)).toEqual(['tls-agreed']);
    expect(scribe.events[0].at.micros).toBeLessThanOrEqual(now);
  });

  it('is not told of other TLS', () => {
    const scribe = new Scribe();
    const slot = scribe.connect();
    scribe.say(slot, clientHello(), serverHello(), certificate).end(slot);
    expect(kinds(scribe)).toEqual([]);
  });
});
