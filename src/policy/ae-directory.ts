import { AddressSet, parseAddress } from './addresses.ts';
import {
  type AeContent,
  type IdentityContent,
  type IdentityKind,
  identityKinds,
  type MemberContent,
  type RolesContent,
} from './content.ts';
import { EntriesByAddress } from './entries-by-address.ts';
import type { AeEntry, Roles } from './policy.ts';
import { sopClassUid } from './sop-classes.ts';
import { type ThresholdsContent, thresholdsWith } from './thresholds.ts';
import { normaliseTitle } from './titles.ts';

/** The AE titles of a policy, found by title. */
export interface AeDirectory {
  readonly entries: readonly AeEntry[];
  /** Entries under which a title may call; empty when there are none. */
  callers(title: string): readonly AeEntry[];
  /** Entries under which a title may be called. */
  answerers(title: string): readonly AeEntry[];
  readonly groups: ReadonlyMap<string, ReadonlySet<string>>;
  /** Entries that are given this address; not those that may be anywhere. */
  entriesAt(address: string): readonly AeEntry[];
  /** Titles that are given this address: to call by, and to be called by. */
  callersAt(address: string): ReadonlySet<string>;
  answerersAt(address: string): ReadonlySet<string>;
  /** A title with those its device calls as. */
  aliases(title: string): readonly string[];
}

/** Entries compiled; several of one title are all kept, for a title may have other rights at another address. */
export function aeDirectory(
  contents: readonly AeContent[],
  groupContents: Readonly<Record<string, readonly string[]>>,
  site?: ThresholdsContent,
): AeDirectory {
  const callsAs = new Map<string, string[]>();
  for (const content of contents) noteCallsAs(content, callsAs);
  const aliases = (title: string) => [title, ...(callsAs.get(title) ?? NONE)];
  const groups = new Map<string, ReadonlySet<string>>();
  for (const [name, members] of Object.entries(groupContents)) {
    groups.set(name, new Set(members.flatMap((member) => aliases(normaliseTitle(member)))));
  }
  const entries: AeEntry[] = [];
  const byTitle = new Map<string, OneOrMore>();
  const callingOnly = new Map<string, OneOrMore>();
  const shared = new SharedSets(groups, aliases, site);
  for (const content of contents) {
    const entry = compileEntry(content, shared);
    entries.push(entry);
    for (const title of entry.titles) enter(byTitle, title, entry);
    for (const title of entry.callsAs) {
      if (!entry.titles.includes(title)) enter(callingOnly, title, entry);
    }
  }
  const answerers = (title: string) => listed(byTitle, title);
  const callers = (title: string) => {
    return !callingOnly.has(title) ? answerers(title) : [...answerers(title), ...listed(callingOnly, title)];
  };
  const byAddress = new EntriesByAddress(entries);
  const answerersAt = (address: string) => new Set(byAddress.at(address).flatMap((entry) => entry.titles));
  const callersAt = (address: string) =>
    new Set(byAddress.at(address).flatMap((entry) => [...entry.titles, ...entry.callsAs]));
  const entriesAt = (address: string) => byAddress.at(address);
  return { entries, callers, answerers, entriesAt, callersAt, answerersAt, groups, aliases };
}

/** Those of `entries` whose titles may be at `address`. */
export function entriesAt(entries: readonly AeEntry[], address: string): readonly AeEntry[] {
  if (entries.length === 0) return entries;
  const bytes = parseAddress(address);
  return entries.filter(({ addresses }) => addresses === null || (bytes !== null && addresses.includes(bytes)));
}

export function asList<T extends string | number>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return typeof value === 'object' ? value : [value];
}

const NONE: readonly string[] = [];
const NOBODY: readonly AeEntry[] = [];

/** Nearly every title has one entry: 100,000 lists of one would take as long to make as the entries. */
type OneOrMore = AeEntry | AeEntry[];

function enter(map: Map<string, OneOrMore>, title: string, entry: AeEntry): void {
  const known = map.get(title);
  if (known === undefined) map.set(title, entry);
  else if (Array.isArray(known)) known.push(entry);
  else map.set(title, [known, entry]);
}

/** A list of one is made when it is asked for first. */
function listed(map: Map<string, OneOrMore>, title: string): readonly AeEntry[] {
  const known = map.get(title);
  if (known === undefined) return NOBODY;
  if (Array.isArray(known)) return known;
  const list = [known];
  map.set(title, list);
  return list;
}

function compileEntry(content: AeContent, shared: SharedSets): AeEntry {
  const addresses = asList(content.addresses);
  const ports = asList(content.ports);
  return {
    titles: asList(content.title).map(normaliseTitle),
    callsAs: asList(content.calls_as).map(normaliseTitle),
    addresses: addresses.length === 0 ? null : new AddressSet(addresses),
    ports: ports.length === 0 ? null : ports,
    roles: content.roles === undefined ? null : shared.roles(content.roles),
    peers: content.peers === undefined ? null : shared.peers(content.peers),
    sopClasses: content.sop_classes === undefined ? null : shared.sopClasses(content.sop_classes),
    moveDestinations: content.move_destinations === undefined ? null : shared.peers(content.move_destinations),
    identity: content.identity === undefined ? null : shared.identity(content.identity),
    thresholds: content.thresholds === undefined ? null : thresholdsWith(shared.site, content.thresholds),
  };
}

function noteCallsAs(content: AeContent, callsAs: Map<string, string[]>): void {
  if (content.calls_as === undefined) return;
  const others = asList(content.calls_as).map(normaliseTitle);
  for (const title of asList(content.title)) append(callsAs, normaliseTitle(title), ...others);
}

/** Roles and peers as sets: lines of a table that say the same share what they say, and so their set. */
class SharedSets {
  readonly #groups: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #aliases: (title: string) => readonly string[];
  /** Thresholds of the site, which those of a device stand on. */
  readonly site: ThresholdsContent | undefined;
  readonly #roles = new Map<RolesContent, Roles>();
  readonly #peers = new Map<readonly MemberContent[], ReadonlySet<string>>();
  readonly #sopClasses = new Map<readonly string[], ReadonlySet<string>>();
  readonly #identity = new Map<IdentityContent, ReadonlySet<IdentityKind>>();

  constructor(
    groups: ReadonlyMap<string, ReadonlySet<string>>,
    aliases: (title: string) => readonly string[],
    site: ThresholdsContent | undefined,
  ) {
    this.site = site;
    this.#groups = groups;
    this.#aliases = aliases;
  }

  roles(content: RolesContent): Roles {
    return remembered(this.#roles, content, rolesOf);
  }

  peers(members: readonly MemberContent[]): ReadonlySet<string> {
    return remembered(this.#peers, members, () => new Set(members.flatMap((member) => this.#titles(member))));
  }

  sopClasses(texts: readonly string[]): ReadonlySet<string> {
    return remembered(this.#sopClasses, texts, () => new Set(texts.map((text) => sopClassUid(text) ?? text)));
  }

  identity(content: IdentityContent): ReadonlySet<IdentityKind> {
    return remembered(this.#identity, content, () => new Set(content === 'any' ? identityKinds : content));
  }

  #titles(member: MemberContent): readonly string[] {
    if (typeof member === 'string') return this.#aliases(normaliseTitle(member));
    return [...(this.#groups.get(member.group) ?? [])];
  }
}

/** With the roles that others imply: who may retrieve receives objects, and who answers retrieval sends them. */
function rolesOf({ scu, scp }: RolesContent): Roles {
  const uses = new Set(scu);
  const offers = new Set(scp);
  if (offers.has('retrieve')) uses.add('store');
  if (uses.has('retrieve')) offers.add('store');
  uses.add('echo');
  offers.add('echo');
  return { scu: uses, scp: offers };
}

function remembered<K, T>(known: Map<K, T>, key: K, make: (key: K) => T): T {
  const before = known.get(key);
  if (before !== undefined) return before;
  const made = make(key);
  known.set(key, made);
  return made;
}

function append<T>(map: Map<string, T[]>, key: string, ...values: T[]): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, values);
  else list.push(...values);
}
