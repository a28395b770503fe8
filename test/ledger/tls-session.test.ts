// Proves the record of a TLS handshake: what was negotiated, its grade, and nothing guessed of what TLS 1.3 hides.
import { describe, expect, it } from 'vitest';
import { TlsSession } from '../../src/ledger/tls-session.ts';
import type { Fact, TlsCertificate } from '../../src/model/facts.ts';
import { connection } from '../support/records.ts';
import { clientHello, server, serverHello } from './facts.ts';

const certificate: TlsCertificate = {
  kind: 'tls-certificate',
  side: server,
  subject: 'CN=archive.example',
  issuer: 'CN=Test CA',
  notBefore: 1,
  notAfter: 2,
  fingerprint: 'ab',
};

function recorded(...facts: Fact[]) {
  const session = new TlsSession({ micros: 5, capture: 'p1', frame: 4 });
  for (const fact of facts) session.fact(fact);
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
      ja4: clientHello().ja4,
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
