import { counted } from '../bytes/counted.ts';
import type { Event } from '../ledger/events.ts';
import type { Correlation, Surroundings, Told } from './detection.ts';
import { type GrowingCase, hourMicros } from './growing-case.ts';
import { Remembered } from './recent.ts';
import { listed, listener } from './sentence.ts';
import { Tally } from './tally.ts';

export const tlsWeak: Correlation = {
  slug: 'tls-weak',
  kind: 'condition',
  severities: ['low', 'medium'],
  title: 'TLS outside the profiles of DICOM',
  references: ['DICOM PS3.15 B.12', 'DICOM PS3.15 B.13', 'RFC 9325', '45 CFR 164.312(e)(2)(ii)', 'MITRE ATT&CK T1557'],
  needsPolicy: null,
  observes: ['tls-agreed'],
  watch,
};

const namedMax = 5;

function watch({ raise }: Surroundings): (event: Event) => void {
  const servers = new Remembered<Tally<'clients' | 'reasons'>>(2 * hourMicros);
  return (event) => {
    if (event.kind !== 'tls-agreed') return;
    const { of, at, session } = event;
    const { grade, gradeWhy, cipherSuite, version } = session;
    if (grade !== 'weak' && grade !== 'fail') return;
    const server = listener(of);
    // An older version of TLS with the same suite is worse.
    const key = [server, cipherSuite ?? 'unknown', grade];
    const tally =
      servers.get(key.join(' '), at.micros) ??
      servers.add(key.join(' '), at.micros, new Tally(['clients', 'reasons'], 0));
    tally.add(event, { clients: of.clientAddress, reasons: gradeWhy });
    raise(tally.case(key, hourMicros, event, (one) => told(grade, server, version, cipherSuite, one)));
  };
}

function told(
  grade: 'weak' | 'fail',
  server: string,
  version: string | null,
  suite: string | null,
  one: GrowingCase<'clients' | 'reasons'>,
): Told {
  const clients = one.named('clients');
  const reasons = one.named('reasons');
  return {
    severity: grade === 'fail' ? 'medium' : 'low',
    summary:
      `DICOM over ${grade === 'fail' ? 'broken' : 'weak'} TLS to ${server}: ${listed(reasons)}, in ` +
      `${counted(one.events, 'session')} from ${listed(clients, namedMax)}.`,
    next: 'Update or configure both to a profile of PS3.15 B.12: TLS 1.2 with ECDHE and AES-GCM, or TLS 1.3.',
    evidence: { grade, version, cipherSuite: suite, reasons, clients: clients.slice(0, 20) },
  };
}
