import { counted } from '../bytes/counted.ts';
import type { Event, Participants } from '../ledger/events.ts';
import type { Micros } from '../model/records.ts';
import type { Correlation, Surroundings, Told } from './detection.ts';
import { type GrowingCase, hourMicros, minuteMicros } from './growing-case.ts';
import { Remembered } from './recent.ts';
import { listed, listener, serverInWords, within } from './sentence.ts';

import { Tally } from './tally.ts';

export const associationExhaustion: Correlation = {
  slug: 'association-exhaustion',
  kind: 'event',
  severities: ['medium'],
  title: 'Server runs out of associations',
  references: ['45 CFR 164.308(a)(7)(i)', 'DICOM PS3.8 9.3.4', 'MITRE ATT&CK T1499'],
  needsPolicy: null,
  observes: ['association-accepted', 'association-rejected', 'operation-requested', 'association-over'],
  watch,
};

/** Result of A-ASSOCIATE-RJ: rejected-transient. */
const transient = 2;
/** Nobody opens an association this long before the first request. */
const heldMicros: Micros = 30e6;
/** Associations watched of one server. */
const heldMax = 10_000;

interface Server {
  readonly rejections: Tally<'sources'>;
  readonly holding: Tally<'sources'>;
  /** Accepted, open and without a request: since when, and whose, in order of time. */
  readonly open: Map<string, { readonly since: Micros; readonly client: string }>;
}

const namedMax = 5;

function watch({ policy, raise }: Surroundings): (event: Event) => void {
  const servers = new Remembered<Server>(2 * hourMicros);
  /** The association that asked last: what else it does is looked at no more. */
  let asking = '';
  return (event) => {
    const { of, at } = event;
    const { associationId: id } = of;
    if (id === null || id === asking) return;
    const key = listener(of);
    if (event.kind === 'operation-requested' || event.kind === 'association-over') {
      servers.known(key)?.open.delete(id);
      asking = id;
      return;
    }
    const threshold = policy.thresholdsOf(of.calledAe, of.serverAddress)['association-exhaustion'];
    const window = threshold.window_minutes * minuteMicros;
    if (event.kind === 'association-rejected' && event.result !== transient) return;
    const { rejections, holding, open } = servers.get(key, at.micros, () => ({
      rejections: new Tally(['sources'], window, threshold.rejections),
      holding: new Tally(['sources'], window, 0),
      open: new Map(),
    }));
    if (event.kind === 'association-rejected') {
      rejections.add(event, { sources: of.clientAddress });
      if (rejections.events >= threshold.rejections || rejections.current !== null) {
        raise(rejections.case([key, 'rejections'], hourMicros, event, (one) => toldOfRejections(of, one)));
      }
      return;
    }
    if (event.kind !== 'association-accepted') return;
    const idle = heldOf(open, at.micros);
    if (open.size < heldMax) open.set(id, { since: at.micros, client: of.clientAddress });
    if (idle < threshold.held) return;
    holding.add(event, {});
    for (const { since, client } of open.values()) {
      if (since <= at.micros - heldMicros) holding.name('sources', client, at.micros);
    }
    raise(holding.case([key, 'held'], hourMicros, event, (one) => toldOfHeld(of, idle, one)));
  };
}

/** How many are open for long. */
function heldOf(open: Server['open'], time: Micros): number {
  let count = 0;
  for (const { since } of open.values()) if (since <= time - heldMicros) count++;
  return count;
}

function toldOfRejections(of: Participants, one: GrowingCase<'sources'>): Told {
  const sources = one.named('sources');
  return {
    severity: 'medium',
    summary:
      `${serverInWords(of)} rejected ${counted(one.events, 'association')} for now ${within(one.first, one.last)}: it has no ` +
      `room for more. From ${counted(one.count('sources'), 'address', 'addresses')}: ${listed(sources, namedMax)}.`,
    next: 'Look at what holds its associations (dicomtap associations --server ADDRESS). If one client opens them all, stop it; if all clients wait, the server needs more or is stuck.',
    evidence: { kind: 'rejections', sources: sources.slice(0, 20) },
  };
}

function toldOfHeld(of: Participants, held: number, one: GrowingCase<'sources'>): Told {
  const sources = one.named('sources');
  return {
    severity: 'medium',
    summary:
      `${serverInWords(of)} holds ${counted(held, 'association')} open on which nothing was ever asked, ` +
      `for ${heldMicros / 1e6} s and longer. From ${listed(sources, namedMax)}.`,
    next: 'Find the clients that hold them. A server that allows a few dozen associations is then closed to everybody else.',
    evidence: { kind: 'held', held, sources: sources.slice(0, 20) },
  };
}
