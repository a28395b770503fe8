import { ascending } from '../../bytes/ascending.ts';
import { counted } from '../../bytes/counted.ts';
import type { Micros } from '../../model/records.ts';
import type { Service } from '../content.ts';
import { sopClassName } from '../sop-classes.ts';
import { thresholdNames } from '../thresholds.ts';
import { BulkSeen, type OwnThresholds } from './bulk.ts';
import { type Doubts, doubtsOf, privateNetwork } from './doubts.ts';
import { type EntryDraft, EntryDrafts, type Group, groupOf, type Noted } from './entries.ts';
import type { MoveSeen, Notable, Observed, Talk } from './observed.ts';
import { period, SeenBy } from './seen.ts';

/** A policy as it is learnt: each line with what traffic asked for it. */
export interface Learned {
  readonly associations: number;
  /** First and last packet. */
  readonly first: Micros | null;
  readonly last: Micros | null;
  readonly internal: readonly Noted[];
  readonly entries: readonly LearnedEntry[];
  readonly listeners: readonly { readonly address: string; readonly port: number; readonly note: string }[];
  /** Clear text that was seen, by the title called. */
  readonly tolerances: readonly { readonly server: string; readonly clients: readonly Noted[] }[];
  /** What is not allowed: for a person to decide. */
  readonly doubts: readonly string[];
}

export interface LearnedEntry {
  readonly title: string;
  readonly group: Group;
  readonly addresses: readonly Noted[];
  readonly ports: readonly Noted<number>[];
  readonly scu: readonly Noted<Service>[];
  readonly scp: readonly Noted<Service>[];
  readonly peers: readonly Noted[];
  /** Null when nobody asked it to move anything. */
  readonly moveDestinations: readonly Noted[] | null;
  /** Of its own, where its bulk is the way of an archive. */
  readonly thresholds: readonly OwnThresholds[];
  /** For a person to read, nothing that is allowed. */
  readonly remarks: readonly string[];
}

const SOP_CLASSES_MAX = 8;

/** The policy that allows what was seen, but for what is in doubt. The same traffic gives the same policy. */
export function learned(observed: Observed): Learned {
  const doubts = doubtsOf(observed);
  const drafts = new EntryDrafts();
  const clear = new Map<string, SeenBy<string>>();
  const allowed = observed.talks.filter((talk) => doubts.of(talk) === null);
  for (const talk of allowed) {
    drafts.talk(talk);
    if (talk.clear === 0) continue;
    const clients = clear.get(talk.calledAe) ?? new SeenBy<string>();
    clients.of(talk.callingAe).add(talk.clear, talk);
    clear.set(talk.calledAe, clients);
  }
  const bulk = new BulkSeen(drafts);
  const doubtful = [
    ...observed.talks.flatMap((talk) => doubtInWords(talk, doubts)),
    ...unnamedInWords(observed),
    ...observed.notable.filter((one) => !bulk.take(one)).map(notableInWords),
  ];
  for (const move of observed.moves) {
    const doubt = moveDoubt(move, drafts);
    if (doubt === null) drafts.move(move);
    else doubtful.push(doubt);
  }
  return {
    associations: observed.talks.reduce((sum, { associations }) => sum + associations, 0),
    first: observed.first,
    last: observed.last,
    internal: internalNetworks(observed.talks),
    entries: drafts.all().map((draft) => entryOf(draft, bulk)),
    listeners: listeners(observed, drafts),
    tolerances: [...clear]
      .sort(([a], [b]) => ascending(a, b))
      .map(([server, clients]) => ({
        server,
        clients: clients.inOrder().map(([value, seen]) => ({ value, note: seen.inWords('association') })),
      })),
    doubts: doubtful.sort(ascending),
  };
}

function entryOf(draft: EntryDraft, bulk: BulkSeen): LearnedEntry {
  const { title, addresses, ports, scu, scp, peers, moves } = draft;
  return {
    title,
    group: groupOf(draft),
    addresses: addresses.inOrder().map(([value, seen]) => ({ value, note: seen.inWords('association') })),
    ports: ports.inOrder().map(([value, seen]) => ({ value, note: seen.inWords('association') })),
    scu: scu.noted('to'),
    scp: scp.noted('for'),
    peers: peers.inOrder().map(([value, seen]) => ({ value, note: seen.inWords('association') })),
    moveDestinations:
      moves.all.size === 0 ? null : moves.inOrder().map(([value, seen]) => ({ value, note: seen.inWords('C-MOVE') })),
    thresholds: bulk.of(title),
    remarks: remarksOn(draft),
  };
}

function remarksOn({ addresses, sopClasses, rejected }: EntryDraft): string[] {
  const remarks: string[] = [];
  if (addresses.all.size > 1) remarks.push(`seen at ${addresses.all.size} addresses: is it one device?`);
  if (rejected > 0) remarks.push(`rejected ${counted(rejected, 'time')}`);
  if (sopClasses.all.size > 0) {
    const shown = sopClasses.often(SOP_CLASSES_MAX).map(([uid, { count }]) => `${sopClassName(uid)} (${count})`);
    const more = sopClasses.all.size - shown.length;
    remarks.push(`SOP classes used: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`);
  }
  return remarks;
}

/** The private networks, of which a site has a part, in which DICOM was seen. */
function internalNetworks(talks: readonly Talk[]): Noted[] {
  const hosts = new Map<string, Set<string>>();
  for (const { clientAddress, serverAddress } of talks) {
    for (const address of [clientAddress, serverAddress]) {
      const network = privateNetwork(address);
      if (network === null || LOCAL.has(network)) continue;
      const known = hosts.get(network);
      if (known === undefined) hosts.set(network, new Set([address]));
      else known.add(address);
    }
  }
  return [...hosts]
    .sort(([a], [b]) => ascending(a, b))
    .map(([value, some]) => ({ value, note: `${counted(some.size, 'address', 'addresses')} seen` }));
}

/** Internal under every policy: not to be written. */
const LOCAL: ReadonlySet<string> = new Set(['127.0.0.0/8', '::1', '169.254.0.0/16', 'fe80::/10']);

/** Listeners of DICOM over TLS that no entry names. */
function listeners({ tlsListeners }: Observed, drafts: EntryDrafts): Learned['listeners'] {
  return tlsListeners
    .filter(({ address, port }) => privateNetwork(address) !== null && !drafts.listensAt(address, port))
    .map(({ address, port, sessions, ...seen }) => ({
      address,
      port,
      note: `${counted(sessions, 'TLS session')}, ${period(seen.first, seen.last)}`,
    }))
    .sort((a, b) => ascending(a.address, b.address) || a.port - b.port);
}

/** Where a server may send is where it was seen to send: a destination is a claim of the asker. */
function moveDoubt(move: MoveSeen, drafts: EntryDrafts): string | null {
  const { calledAe, callingAe, clientAddress, destination, operations, completed } = move;
  if (!drafts.has(calledAe) || !drafts.has(callingAe)) return null;
  if (completed > 0 && drafts.receives(destination)) return null;
  const why = completed > 0 ? 'not seen to receive' : 'nothing was sent';
  return (
    `C-MOVE by ${quoted(callingAe)} (${clientAddress}) from ${quoted(calledAe)} to ${quoted(destination)}: ` +
    `${counted(operations, 'request')}, ${period(move.first, move.last)}; ${why}`
  );
}

function doubtInWords(talk: Talk, doubts: Doubts): string[] {
  const why = doubts.of(talk);
  if (why === null) return [];
  const { callingAe, calledAe, clientAddress, associations, first, last } = talk;
  return [
    `${quoted(callingAe)} (${clientAddress}) to ${quoted(calledAe)} (${listener(talk)}): ` +
      `${counted(associations, 'association')}, ${period(first, last)}; ${why}`,
  ];
}

function unnamedInWords({ unnamed }: Observed): string[] {
  return unnamed.map(
    (talk) =>
      `${talk.clientAddress} to ${listener(talk)}: ${counted(talk.associations, 'association')}, ` +
      `${period(talk.first, talk.last)}; joined in the middle, no AE titles were seen`,
  );
}

function notableInWords(one: Notable): string {
  const { detection, callingAe, calledAe, clientAddress, findings, first, last } = one;
  const [client, server] = [callingAe, calledAe].map((title) => (title === null ? 'unknown' : quoted(title)));
  return (
    `${client} (${clientAddress}) to ${server} (${listener(one)}): ` +
    `${counted(findings, 'finding')} of ${detection}, ${period(first, last)}; ${thresholdWords(detection)}`
  );
}

/** What makes it quiet where it is meant to be. */
function thresholdWords(detection: string): string {
  if (detection === 'ae-collision') return 'if it is one device, its entry has both addresses';
  const [name] = thresholdNames(detection);
  if (name === undefined) return 'if that is meant to be, an exception says so';
  return `if that is its way, thresholds of its own say so: thresholds: { ${detection}: { ${name}: N } }`;
}

function listener({
  serverAddress,
  serverPort,
}: {
  readonly serverAddress: string;
  readonly serverPort: number;
}): string {
  return serverAddress.includes(':') ? `[${serverAddress}]:${serverPort}` : `${serverAddress}:${serverPort}`;
}

/** A title in a comment: its spaces are seen. */
function quoted(title: string): string {
  return `'${title}'`;
}
