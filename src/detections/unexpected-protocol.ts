import { counted } from '../bytes/counted.ts';
import type { Event } from '../ledger/events.ts';
import { dicomTlsPort } from '../protocols/dicom/recognise.ts';
import type { Correlation, Surroundings, Told } from './detection.ts';
import { type GrowingCase, hourMicros } from './growing-case.ts';
import { Remembered } from './recent.ts';
import { listed, listener } from './sentence.ts';
import { Tally } from './tally.ts';

export const unexpectedProtocol: Correlation = {
  slug: 'unexpected-protocol',
  kind: 'event',
  severities: ['info'],
  title: 'Another protocol than the port is for',
  references: ['DICOM PS3.8 9.1.1', 'DICOM PS3.15 B.12', 'MITRE ATT&CK T1571'],
  needsPolicy: null,
  observes: ['connection-over', 'association-requested'],
  watch,
};

/** ACR-NEMA and dicom, as IANA assigns them: in clear. */
const clearPorts: readonly number[] = [104, 11_112];
const namedMax = 5;

type Reason = 'not-dicom' | 'tls-on-clear-port' | 'dicom-on-tls-port';

function watch({ raise }: Surroundings): (event: Event) => void {
  const servers = new Remembered<Tally<'clients'>>(2 * hourMicros);
  return (event) => {
    const reason = reasonOf(event);
    if (reason === null) return;
    const { of, at } = event;
    const server = listener(of);
    const tally =
      servers.get(`${server} ${reason}`, at.micros) ??
      servers.add(`${server} ${reason}`, at.micros, new Tally(['clients'], 0));
    tally.add(event, { clients: of.clientAddress });
    raise(tally.case([server, reason], hourMicros, event, (one) => told(server, reason, one)));
  };
}

function reasonOf(event: Event): Reason | null {
  const { serverPort, midStream, tls } = event.of;
  if (event.kind === 'association-requested') {
    return serverPort === dicomTlsPort && !midStream && !tls ? 'dicom-on-tls-port' : null;
  }
  if (event.kind !== 'connection-over') return null;
  if (event.how === 'other') return 'not-dicom';
  return event.how === 'tls' && clearPorts.includes(serverPort) ? 'tls-on-clear-port' : null;
}

const WORDS: Readonly<Record<Reason, string>> = {
  'not-dicom': 'to a port of DICOM that did not begin as DICOM or TLS',
  'tls-on-clear-port': 'in TLS to a port that is for DICOM in clear',
  'dicom-on-tls-port': 'of DICOM in clear to a port that is for DICOM over TLS',
};

function told(server: string, reason: Reason, one: GrowingCase<'clients'>): Told {
  const clients = one.named('clients');
  return {
    severity: 'info',
    summary: `${counted(one.events, 'connection')} ${WORDS[reason]}: ${server}, from ${listed(clients, namedMax)} (${reason}).`,
    next: NEXT[reason],
    evidence: { reason, server, clients: clients.slice(0, 20) },
  };
}

const NEXT: Readonly<Record<Reason, string>> = {
  'not-dicom':
    'Ask what listens there: another service on a port of DICOM is rarely meant, and a scanner tries many protocols.',
  'tls-on-clear-port':
    'If DICOM over TLS runs there on purpose, name the listener in the policy; 2762 is its own port.',
  'dicom-on-tls-port':
    'Have the server speak TLS on that port, or move clear DICOM to 104 or 11112, so that nobody mistakes one for the other.',
};
