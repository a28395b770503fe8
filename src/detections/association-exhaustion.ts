import { counted } from '../bytes/counted.ts';
import type { AssociationAccepted, AssociationRejected, Event, Participants } from '../ledger/events.ts';
import type { Micros } from '../model/records.ts';
import type { Policy } from '../policy/policy.ts';
import type { Thresholds } from '../policy/thresholds.ts';
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

type Threshold = Thresholds['association-exhaustion'];
const namedMax = 5;

function watch({ policy, raise }: Surroundings): (event: Event) => void {
  const servers = new Remembered<Server>(2 * hourMicros);
  /** The association that asked last: what else it does is looked at no more. */
  let asking = '';
  return (event) => {
    const { of } = event;
    const { associationId: id } = of;
    if (id === null || id === asking) return;
    const key = listener(of);
    if (event.kind === 'operation-requested' || event.kind === 'association-over') {
      servers.known(key)?.open.delete(id);
      asking = id;
      return;
    }
    if (event.kind === 'association-rejected' && event.result === transient) rejected(event, key);
    else if (event.kind === 'association-accepted') accepted(event, key, id);
  };

  function rejected(event: AssociationRejected, key: string): void {
    const { of } = event;
    const threshold = thresholdOf(policy, of);
    const { rejections } = serverOf(event, key);
    rejections.add(event, { sources: of.clientAddress });
    if (rejections.events < threshold.rejections && rejections.current === null) return;
    raise(rejections.case([key, 'rejections'], hourMicros, event, toldOfRejections));
  }

  function accepted(event: AssociationAccepted, key: string, id: string): void {
    const { of, at } = event;
    const server = serverOf(event, key);
    const idle = heldOf(server.open, at.micros);
    if (server.open.size < heldMax) server.open.set(id, { since: at.micros, client: of.clientAddress });
    if (idle >= thresholdOf(policy, of).held) hold(event, key, server, idle);
  }

  function hold(event: AssociationAccepted, key: string, { holding, open }: Server, idle: number): void {
    const { micros } = event.at;
    holding.add(event, {});
    for (const { since, client } of open.values()) {
      if (since <= micros - heldMicros) holding.name('sources', client, micros);
    }
    raise(holding.case([key, 'held'], hourMicros, event, (one) => toldOfHeld(idle, one)));
  }

  function serverOf({ of, at }: AssociationAccepted | AssociationRejected, key: string): Server {
    return servers.get(key, at.micros) ?? servers.add(key, at.micros, watched(thresholdOf(policy, of)));
  }
}

function thresholdOf(policy: Policy, { calledAe, serverAddress }: Participants): Threshold {
  return policy.thresholdsOf(calledAe, serverAddress)['association-exhaustion'];
}

function watched(threshold: Threshold): Server {
  const window = threshold.window_minutes * minuteMicros;
  return {
    rejections: new Tally(['sources'], window, threshold.rejections),
    holding: new Tally(['sources'], window, 0),
    open: new Map(),
  };
}

/** How many are open for long. */
function heldOf(open: Server['open'], time: Micros): number {
  let count = 0;
  for (const { since } of open.values()) if (since <= time - heldMicros) count++;
  return count;
}

function toldOfRejections(one: GrowingCase<'sources'>): Told {
  const sources = one.named('sources');
  return {
    severity: 'medium',
    summary:
      `${serverInWords(one.of)} rejected ${counted(one.events, 'association')} for now ${within(one.first, one.last)}: it has no ` +
      `room for more. From ${counted(one.count('sources'), 'address', 'addresses')}: ${listed(sources, namedMax)}.`,
    next: 'Look at what holds its associations (dicomtap associations --server ADDRESS). If one client opens them all, stop it; if all clients wait, the server needs more or is stuck.',
    evidence: { kind: 'rejections', sources: sources.slice(0, 20) },
  };
}

function toldOfHeld(held: number, one: GrowingCase<'sources'>): Told {
  const sources = one.named('sources');
  return {
    severity: 'medium',
    summary:
      `${serverInWords(one.of)} holds ${counted(held, 'association')} open on which nothing was ever asked, ` +
      `for ${heldMicros / 1e6} s and longer. From ${listed(sources, namedMax)}.`,
    next: 'Find the clients that hold them. A server that allows a few dozen associations is then closed to everybody else.',
    evidence: { kind: 'held', held, sources: sources.slice(0, 20) },
  };
}
