import type { Event } from '../../src/ledger/events.ts';
import type { TlsSessionRecord } from '../../src/model/records.ts';
import { type Given, happened } from './events.ts';
import { tlsSession } from './records.ts';

/** Of no association: CT01's address to the archive's listener for TLS. */
const ends = { associationId: null, callingAe: null, calledAe: null, serverPort: 2762, tls: true };

/** Version and suite were agreed on: TLS 1.2 with a suite of the profile, but for what is given. */
export function agreed(given: Given = {}, session: Partial<TlsSessionRecord> = {}): Event {
  return { kind: 'tls-agreed', ...happened({ ...ends, ...given }), session: tlsSession('t1', 'c1', session) };
}

/** A certificate was shown: of RSA 2048 and SHA-256, from an authority, but for what is given. */
export function certified(given: Given = {}, session: Partial<TlsSessionRecord> = {}): Event {
  const certificate = {
    certificateSubject: 'CN=archive.example',
    certificateIssuer: 'CN=Test CA',
    certificateFingerprint: 'ab',
    certificateKey: 'RSA',
    certificateKeyBits: 2048,
    certificateSignature: 'sha256WithRSAEncryption',
    certificateSelfSigned: false,
  };
  return {
    kind: 'tls-certified',
    ...happened({ ...ends, ...given }),
    session: tlsSession('t1', 'c1', { ...certificate, ...session }),
  };
}
