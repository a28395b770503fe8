import { counted } from '../bytes/counted.ts';
import type { Event } from '../ledger/events.ts';
import type { TlsSessionRecord } from '../model/records.ts';
import type { Correlation, Surroundings } from './detection.ts';
import { hourMicros } from './growing-case.ts';
import { Remembered } from './recent.ts';
import { clientInWords, listener } from './sentence.ts';
import { Tally } from './tally.ts';

export const tlsNullCipher: Correlation = {
  slug: 'tls-null-cipher',
  kind: 'condition',
  severities: ['critical'],
  title: 'TLS that does not encrypt',
  references: ['45 CFR 164.312(e)(1)', 'DICOM PS3.15 B.12', 'RFC 9150', 'MITRE ATT&CK T1040'],
  needsPolicy: null,
  observes: ['tls-agreed'],
  watch,
};

function watch({ raise }: Surroundings): (event: Event) => void {
  const pairs = new Remembered<Tally<'suites'>>(2 * hourMicros);
  return (event) => {
    if (event.kind !== 'tls-agreed' || event.session.grade !== 'critical') return;
    const { of, at, session } = event;
    const server = listener(of);
    const tally =
      pairs.get(`${of.clientAddress} ${server}`, at.micros) ??
      pairs.add(`${of.clientAddress} ${server}`, at.micros, new Tally(['suites'], 0));
    tally.add(event, { suites: session.cipherSuite });
    raise(
      tally.case([of.clientAddress, server], hourMicros, event, (one) => ({
        severity: 'critical',
        summary:
          `TLS without encryption between ${clientInWords(of)} and ${server}: ${agreed(session)}, in ${counted(one.events, 'session')}. Whoever is on the path can read it, as this sensor ` +
          'does. Maps to 45 CFR 164.312(e)(1).',
        next: 'Take the suites that do not encrypt (NULL) out of the configuration of both, and allow those of PS3.15 B.12 only.',
        evidence: { version: session.version, suites: one.named('suites') },
      })),
    );
  };
}

function agreed({ version, cipherSuite }: Readonly<TlsSessionRecord>): string {
  return cipherSuite === null ? 'by its records, for its handshake was not seen' : `${version} with ${cipherSuite}`;
}
