import { ascending } from '../../bytes/ascending.ts';
import { counted } from '../../bytes/counted.ts';
import { type Service, services } from '../content.ts';
import type { MoveSeen, ServiceSeen, Talk } from './observed.ts';
import { period, Seen, SeenBy } from './seen.ts';

/** A value of the policy, with what traffic asked for it. */
export interface Noted<T = string> {
  readonly value: T;
  readonly note: string;
}

/** By what they mostly do, in the order of the file. */
export const groups = ['archive', 'worklist', 'sender', 'viewer', 'printer', 'other'] as const;
export type Group = (typeof groups)[number];

/** An AE title being filled from what it was seen to do. */
export interface EntryDraft {
  readonly title: string;
  readonly addresses: SeenBy<string>;
  /** Ports it was called on. */
  readonly ports: SeenBy<number>;
  readonly scu: ServicesSeen;
  readonly scp: ServicesSeen;
  readonly peers: SeenBy<string>;
  readonly moves: SeenBy<string>;
  /** SOP classes it used, of all services. */
  readonly sopClasses: SeenBy<string>;
  /** Of its calls, those that were rejected where others were accepted. */
  rejected: number;
}

export class EntryDrafts {
  readonly #drafts = new Map<string, EntryDraft>();
  readonly #listeners = new Set<string>();

  /** A talk that is allowed: both ends get what it shows of them. */
  talk(talk: Talk): void {
    const client = this.#of(talk.callingAe);
    const server = this.#of(talk.calledAe);
    client.addresses.of(talk.clientAddress).add(talk.associations, talk);
    server.addresses.of(talk.serverAddress).add(talk.associations, talk);
    server.ports.of(talk.serverPort).add(talk.associations, talk);
    client.peers.of(talk.calledAe).add(talk.associations, talk);
    if (client !== server) server.peers.of(talk.callingAe).add(talk.associations, talk);
    client.rejected += talk.rejected;
    this.#listeners.add(`${talk.serverAddress} ${talk.serverPort}`);
    for (const seen of talk.services) {
      const [scu, scp] = seen.scu === 'client' ? [client, server] : [server, client];
      scu.scu.add(seen, scp.title);
      scp.scp.add(seen, scu.title);
      if (seen.sopClass !== null && seen.service !== 'echo')
        scu.sopClasses.of(seen.sopClass).add(seen.operations, seen);
    }
  }

  /** A destination that a server was seen to send to when asked. */
  move(move: MoveSeen): void {
    this.#drafts.get(move.calledAe)?.moves.of(move.destination).add(move.operations, move);
  }

  known(title: string): EntryDraft | null {
    return this.#drafts.get(title) ?? null;
  }

  has(title: string): boolean {
    return this.#drafts.has(title);
  }

  /** Whether objects were stored to this title. */
  receives(title: string): boolean {
    return this.#drafts.get(title)?.scp.has('store') === true;
  }

  listensAt(address: string, port: number): boolean {
    return this.#listeners.has(`${address} ${port}`);
  }

  all(): EntryDraft[] {
    return [...this.#drafts.values()].sort((a, b) => ascending(a.title, b.title));
  }

  #of(title: string): EntryDraft {
    let draft = this.#drafts.get(title);
    if (draft === undefined) {
      draft = {
        title,
        addresses: new SeenBy(),
        ports: new SeenBy(),
        scu: new ServicesSeen(),
        scp: new ServicesSeen(),
        peers: new SeenBy(),
        moves: new SeenBy(),
        sopClasses: new SeenBy(),
        rejected: 0,
      };
      this.#drafts.set(title, draft);
    }
    return draft;
  }
}

const PEERS_MAX = 3;

/** Services in one role, each with whom. */
class ServicesSeen {
  readonly #seen = new Map<Service, { readonly seen: Seen; readonly peers: SeenBy<string> }>();

  /** Services that a policy cannot name are not judged, and not written. */
  add(seen: ServiceSeen, peer: string): void {
    const service = services.find((each) => each === seen.service);
    if (service === undefined) return;
    let known = this.#seen.get(service);
    if (known === undefined) {
      known = { seen: new Seen(), peers: new SeenBy() };
      this.#seen.set(service, known);
    }
    known.seen.add(seen.operations, seen);
    known.peers.of(peer).add(seen.operations, seen);
  }

  has(...some: readonly Service[]): boolean {
    return some.some((service) => this.#seen.has(service));
  }

  /** In the order of the documentation: `340 operations to ARCHIVE, BACKUP, 2026-03-01 08:01 to 15:58`. */
  noted(word: 'to' | 'for'): Noted<Service>[] {
    return services.flatMap((value) => {
      const known = this.#seen.get(value);
      if (known === undefined) return [];
      const { seen, peers } = known;
      const shown = peers.often(PEERS_MAX).map(([title]) => title);
      const more = peers.all.size - shown.length;
      const whom = `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
      return [{ value, note: `${counted(seen.count, 'operation')} ${word} ${whom}, ${period(seen.first, seen.last)}` }];
    });
  }
}

/** What a title mostly does, by the services it was seen in. */
export function groupOf({ scu, scp }: EntryDraft): Group {
  if (scp.has('worklist', 'mpps', 'ups')) return 'worklist';
  if (scp.has('query', 'retrieve', 'commitment')) return 'archive';
  if (scp.has('print')) return 'printer';
  if (scu.has('query', 'retrieve')) return 'viewer';
  if (scp.has('store')) return 'archive';
  if (scu.has('store', 'worklist', 'mpps', 'commitment', 'print')) return 'sender';
  return 'other';
}
