import { AddressSet, requireNetwork } from './addresses.ts';
import type { AeContent, MemberContent } from './content.ts';
import type { AeEntry, Roles } from './policy.ts';
import { normaliseTitle } from './titles.ts';

/** The AE titles of a policy, found by title. */
export interface AeDirectory {
  readonly entries: readonly AeEntry[];
  readonly callers: ReadonlyMap<string, readonly AeEntry[]>;
  readonly answerers: ReadonlyMap<string, readonly AeEntry[]>;
  readonly groups: ReadonlyMap<string, ReadonlySet<string>>;
  /** A title with those its device calls as. */
  aliases(title: string): readonly string[];
}

/** Entries compiled; several of one title are all kept, for a title may have other rights at another address. */
export function aeDirectory(
  contents: readonly AeContent[],
  groupContents: Readonly<Record<string, readonly string[]>>,
): AeDirectory {
  const callsAs = new Map<string, string[]>();
  for (const content of contents) noteCallsAs(content, callsAs);
  const aliases = (title: string) => [title, ...(callsAs.get(title) ?? NONE)];
  const groups = new Map<string, ReadonlySet<string>>();
  for (const [name, members] of Object.entries(groupContents)) {
    groups.set(name, new Set(members.flatMap((member) => aliases(normaliseTitle(member)))));
  }
  const entries: AeEntry[] = [];
  const callers = new Map<string, AeEntry[]>();
  const answerers = new Map<string, AeEntry[]>();
  const peerSets = new PeerSets(groups, aliases);
  for (const content of contents) {
    const entry = compileEntry(content, peerSets);
    entries.push(entry);
    for (const title of entry.titles) append(answerers, title, entry);
    for (const title of callingTitles(content, entry)) append(callers, title, entry);
  }
  return { entries, callers, answerers, groups, aliases };
}

export function asList<T extends string | number>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return typeof value === 'object' ? value : [value];
}

const NONE: readonly string[] = [];

function compileEntry(content: AeContent, peerSets: PeerSets): AeEntry {
  const addresses = asList(content.addresses);
  const ports = asList(content.ports);
  return {
    titles: asList(content.title).map(normaliseTitle),
    addresses: addresses.length === 0 ? null : new AddressSet(addresses.map(requireNetwork)),
    ports: ports.length === 0 ? null : ports,
    roles: compileRoles(content),
    peers: content.peers === undefined ? null : peerSets.of(content.peers),
  };
}

/** Roles that others imply: who may retrieve receives objects, and who answers retrieval sends them. */
function compileRoles({ roles }: AeContent): Roles | null {
  if (roles === undefined) return null;
  const scu = new Set(roles.scu);
  const scp = new Set(roles.scp);
  if (scp.has('retrieve')) scu.add('store');
  if (scu.has('retrieve')) scp.add('store');
  scu.add('echo');
  scp.add('echo');
  return { scu, scp };
}

function callingTitles(content: AeContent, entry: AeEntry): readonly string[] {
  if (content.calls_as === undefined) return entry.titles;
  return [...new Set([...entry.titles, ...asList(content.calls_as).map(normaliseTitle)])];
}

function noteCallsAs(content: AeContent, callsAs: Map<string, string[]>): void {
  if (content.calls_as === undefined) return;
  const others = asList(content.calls_as).map(normaliseTitle);
  for (const title of asList(content.title)) append(callsAs, normaliseTitle(title), ...others);
}

/** Peers as sets of titles; entries with the same list share one set. */
class PeerSets {
  readonly #groups: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #aliases: (title: string) => readonly string[];
  readonly #known = new Map<string, ReadonlySet<string>>();

  constructor(groups: ReadonlyMap<string, ReadonlySet<string>>, aliases: (title: string) => readonly string[]) {
    this.#groups = groups;
    this.#aliases = aliases;
  }

  of(members: readonly MemberContent[]): ReadonlySet<string> {
    const name = JSON.stringify(members);
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const titles = new Set(members.flatMap((member) => this.#titles(member)));
    this.#known.set(name, titles);
    return titles;
  }

  #titles(member: MemberContent): readonly string[] {
    if (typeof member === 'string') return this.#aliases(normaliseTitle(member));
    return [...(this.#groups.get(member.group) ?? [])];
  }
}

function append<T>(map: Map<string, T[]>, key: string, ...values: T[]): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, values);
  else list.push(...values);
}
