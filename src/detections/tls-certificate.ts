import { counted } from '../bytes/counted.ts';
import type { Event } from '../ledger/events.ts';
import type { Micros, TlsSessionRecord } from '../model/records.ts';
import type { Policy } from '../policy/policy.ts';
import type { Correlation, Surroundings, Told } from './detection.ts';
import { dayMicros, type GrowingCase } from './growing-case.ts';
import { Remembered } from './recent.ts';
import { listed, listener } from './sentence.ts';
import { Tally } from './tally.ts';

export const tlsCertificate: Correlation = {
  slug: 'tls-certificate',
  kind: 'condition',
  severities: ['medium'],
  title: 'Certificate of a DICOM endpoint that should not be trusted, or soon will not be',
  references: ['DICOM PS3.15 B.12', 'RFC 5280', 'RFC 9325', '45 CFR 164.312(d)', 'MITRE ATT&CK T1587.003'],
  needsPolicy: null,
  observes: ['tls-certified'],
  watch,
};

const namedMax = 5;

function watch({ policy, raise }: Surroundings): (event: Event) => void {
  const certificates = new Remembered<Tally<'clients'>>(2 * dayMicros);
  return (event) => {
    if (event.kind !== 'tls-certified') return;
    const { of, at, session } = event;
    const faults = faultsOf(session, at.micros, policy);
    if (faults.length === 0) return;
    const server = listener(of);
    const key = [server, session.certificateFingerprint ?? ''];
    const tally =
      certificates.get(key.join(' '), at.micros) ??
      certificates.add(key.join(' '), at.micros, new Tally(['clients'], 0));
    tally.add(event, { clients: of.clientAddress });
    raise(tally.case(key, dayMicros, event, (one) => told(session, server, faults, one)));
  };
}

interface Fault {
  readonly kind: 'expired' | 'not-yet-valid' | 'expires-soon' | 'self-signed' | 'short-key' | 'weak-signature';
  readonly words: string;
}

/** By packet time, and by what the policy says of this server. */
function faultsOf(session: TlsSessionRecord, time: Micros, policy: Policy): readonly Fault[] {
  const { expiry_days, rsa_bits } = policy.thresholdsOf(null, session.serverAddress)['tls-certificate'];
  const { certificateNotBefore, certificateNotAfter, certificateKey, certificateKeyBits, certificateSignature } =
    session;
  const faults: Fault[] = [];
  if (certificateNotAfter !== null) {
    const day = new Date(certificateNotAfter / 1000).toISOString().slice(0, 10);
    const days = Math.floor((certificateNotAfter - time) / dayMicros);
    if (certificateNotAfter < time) faults.push({ kind: 'expired', words: `it expired on ${day}` });
    else if (certificateNotAfter - time < expiry_days * dayMicros)
      faults.push({ kind: 'expires-soon', words: `it expires on ${day}, in ${counted(days, 'day')}` });
  }
  if (certificateNotBefore !== null && certificateNotBefore > time) {
    const day = new Date(certificateNotBefore / 1000).toISOString().slice(0, 10);
    faults.push({ kind: 'not-yet-valid', words: `it is not valid before ${day}` });
  }
  if (session.certificateSelfSigned === true && policy.selfSignedForbidden)
    faults.push({ kind: 'self-signed', words: 'it is self-signed, which the policy forbids' });
  if (certificateKey === 'RSA' && certificateKeyBits !== null && certificateKeyBits < rsa_bits)
    faults.push({ kind: 'short-key', words: `its RSA key has ${certificateKeyBits} bits` });
  if (certificateSignature !== null && /sha1|md5/i.test(certificateSignature))
    faults.push({ kind: 'weak-signature', words: `it is signed with ${certificateSignature}` });
  return faults;
}

function told(session: TlsSessionRecord, server: string, faults: readonly Fault[], one: GrowingCase<'clients'>): Told {
  const { certificateSubject, certificateIssuer, certificateNotBefore, certificateNotAfter } = session;
  const clients = one.named('clients');
  return {
    severity: 'medium',
    summary:
      `Certificate of the DICOM endpoint ${server} (${certificateSubject}): ` +
      `${listed(faults.map(({ words }) => words))}; shown to ${listed(clients, namedMax)}.`,
    next: NEXT[faults[0].kind],
    evidence: {
      faults: faults.map(({ kind }) => kind),
      subject: certificateSubject,
      issuer: certificateIssuer,
      notBefore: certificateNotBefore,
      notAfter: certificateNotAfter,
      fingerprint: session.certificateFingerprint,
      key: session.certificateKey,
      keyBits: session.certificateKeyBits,
      signature: session.certificateSignature,
      selfSigned: session.certificateSelfSigned,
      clients: clients.slice(0, 20),
    },
  };
}

const NEXT: Readonly<Record<Fault['kind'], string>> = {
  expired: 'Renew the certificate today, and ask why its clients accept one that has expired.',
  'not-yet-valid':
    'Compare the clocks of the server and of who issued it; clients that check will refuse it until then.',
  'expires-soon': 'Renew the certificate before that day: clients that check will refuse it after.',
  'self-signed':
    'Have it issued by an authority that the clients know, or allow self-signed certificates in the policy.',
  'short-key': 'Issue a new certificate with an RSA key of at least 2048 bits, or with an elliptic curve.',
  'weak-signature': 'Issue a new certificate that is signed with SHA-256 or better.',
};
