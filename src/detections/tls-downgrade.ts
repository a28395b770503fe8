import { counted } from '../bytes/counted.ts';
import { Joined } from '../bytes/joined-texts.ts';
import type { Event, Participants } from '../ledger/events.ts';
import type { Stamp } from '../ledger/stamp.ts';
import type { Span } from '../model/history.ts';
import type { Correlation, Surroundings, Told } from './detection.ts';
import { dayMicros, type GrowingCase } from './growing-case.ts';
import { Remembered } from './recent.ts';
import { clientInWords, listed, listener } from './sentence.ts';
import { Tally } from './tally.ts';

export const tlsDowngrade: Correlation = {
  slug: 'tls-downgrade',
  kind: 'condition',
  severities: ['high'],
  title: 'Clear text where there was TLS',
  references: ['45 CFR 164.312(e)(1)', 'DICOM PS3.15 B.12', 'MITRE ATT&CK T1557', 'MITRE ATT&CK T1562.010'],
  needsPolicy: null,
  observes: ['tls-agreed', 'association-accepted', 'operation-requested'],
  watch,
};

type Reason = 'pair' | 'listener';

/** What is remembered of a pair of addresses, or of a listener. */
interface Seen {
  /** It used TLS; it spoke in clear. */
  tls: boolean;
  clear: boolean;
}

/** TLS that was not seen for so long is another story. */
const keepMicros = 30 * dayMicros;
const keysMax = 10_000;

function watch({ policy, history, raise }: Surroundings): (event: Event) => void {
  const pairs = new Remembered<Seen>(keepMicros, keysMax);
  const listeners = new Remembered<Seen>(keepMicros, keysMax);
  const tallies = new Remembered<Tally<'listeners'>>(2 * dayMicros);
  const keys = new Joined();
  return (event) => {
    const { of, at } = event;
    const speaks = spoken(event);
    if (speaks === null) return;
    const server = listener(of);
    const ends = keys.of(of.clientAddress, of.serverAddress);
    const pair = pairs.get(ends, at.micros) ?? pairs.add(ends, at.micros, pastOfPair(of, at));
    const place = listeners.get(server, at.micros) ?? listeners.add(server, at.micros, pastOf(of, at));
    const tolerated = policy.tolerance(of, at.micros) !== null;
    if (speaks === 'clear' && tolerated) return;
    pair[speaks] = true;
    place[speaks] = true;
    const reason = speaks === 'clear' && pair.tls ? 'pair' : place.tls && place.clear ? 'listener' : null;
    if (reason !== null) downgraded(event, reason);
  };

  function downgraded(event: Event, reason: Reason): void {
    const { of, at } = event;
    const server = listener(of);
    const key = [of.clientAddress, server, reason];
    const name = key.join(' ');
    const tally = tallies.get(name, at.micros) ?? tallies.add(name, at.micros, new Tally(['listeners'], 0));
    tally.add(event, { listeners: server });
    raise(tally.case(key, dayMicros, event, (one) => told(reason, clientInWords(of), server, one)));
  }

  function pastOfPair({ clientAddress, serverAddress }: Participants, at: Stamp): Seen {
    return { tls: history.pairUsedTls(clientAddress, serverAddress, before(at)), clear: false };
  }

  function pastOf({ serverAddress, serverPort }: Participants, at: Stamp): Seen {
    const callers = history.clearCallers(serverAddress, serverPort, before(at));
    return {
      tls: history.listenerUsedTls(serverAddress, serverPort, before(at)),
      clear: callers.some((each) => policy.tolerance(each, each.time) === null),
    };
  }
}

function before({ micros }: Stamp): Span {
  return { since: micros - keepMicros, before: micros };
}

/** An association that was joined in the middle is told by its requests; one that only was asked for spoke nothing. */
function spoken(event: Event): 'tls' | 'clear' | null {
  if (event.kind === 'tls-agreed') return 'tls';
  if (event.of.tls || (event.kind === 'operation-requested' && !event.of.midStream)) return null;
  return 'clear';
}

function told(reason: Reason, client: string, server: string, one: GrowingCase<'listeners'>): Told {
  const servers = listed(one.named('listeners'));
  return {
    severity: 'high',
    summary:
      reason === 'pair'
        ? `${client} speaks DICOM in clear with ${servers}, though the two have used TLS before: ` +
          `${counted(one.events, 'association')}. Somebody turned TLS off, or stands between them.`
        : `${server} serves both DICOM in clear and TLS on one port, to ${client}: who takes TLS away from a client is ` +
          'answered in clear.',
    next:
      reason === 'pair'
        ? 'Ask who changed the configuration of the two; if nobody did, look for what came between them.'
        : 'Have the listener refuse what is not TLS.',
    evidence: { reason, listeners: one.named('listeners') },
  };
}
