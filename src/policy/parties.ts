import { contains, type Network, parseAddress, requireNetwork } from './addresses.ts';
import type { AeDirectory } from './ae-directory.ts';
import type { PartyContent } from './content.ts';
import type { AeEntry, Ends } from './policy.ts';
import { normaliseTitle } from './titles.ts';

/** Between whom a tolerance or an exception holds. Null: whoever it is. */
export interface Parties {
  readonly clients: readonly Party[] | null;
  readonly servers: readonly Party[] | null;
}

export interface Party {
  readonly titles: ReadonlySet<string> | null;
  readonly network: Network | null;
}

/** What a match must rest on. */
export interface Must {
  readonly clientByAddress: boolean;
  readonly serverByAddress: boolean;
  /** A title counts only from an address the policy gives it. */
  readonly titleAtItsAddress: boolean;
}

export function compileParties(
  content: {
    readonly clients?: readonly PartyContent[] | undefined;
    readonly servers?: readonly PartyContent[] | undefined;
  },
  directory: AeDirectory,
): Parties {
  return {
    clients: content.clients?.map((party) => compileParty(party, directory)) ?? null,
    servers: content.servers?.map((party) => compileParty(party, directory)) ?? null,
  };
}

export function partiesMatch(parties: Parties, ends: Ends, must: Must, directory: AeDirectory): boolean {
  const client: End = {
    title: ends.callingAe,
    address: ends.clientAddress,
    entries: directory.callers,
    titlesAt: directory.callersAt,
  };
  const server: End = {
    title: ends.calledAe,
    address: ends.serverAddress,
    entries: directory.answerers,
    titlesAt: directory.answerersAt,
  };
  return (
    endMatches(parties.clients, client, must.clientByAddress, must.titleAtItsAddress) &&
    endMatches(parties.servers, server, must.serverByAddress, must.titleAtItsAddress)
  );
}

interface End {
  readonly title: string | null;
  readonly address: string;
  readonly entries: (title: string) => readonly AeEntry[];
  readonly titlesAt: (address: string) => ReadonlySet<string>;
}

function endMatches(
  parties: readonly Party[] | null,
  end: End,
  byAddress: boolean,
  titleAtItsAddress: boolean,
): boolean {
  if (parties === null) return !byAddress;
  const address = parseAddress(end.address);
  if (address === null) return false;
  return parties.some((party) => {
    if (party.network === null) {
      if (byAddress) return false;
    } else if (!contains(party.network, address)) return false;
    return (
      party.titles === null || titleMatches(party.titles, end, address, titleAtItsAddress && party.network === null)
    );
  });
}

/** Where no title was seen (joined in the middle), an address that belongs to one of the titles stands for it. */
function titleMatches(
  titles: ReadonlySet<string>,
  { title, address: text, entries, titlesAt }: End,
  address: readonly number[],
  atItsAddress: boolean,
): boolean {
  if (title === null) return [...titlesAt(text)].some((each) => titles.has(each));
  if (!titles.has(title)) return false;
  if (!atItsAddress) return true;
  const known = entries(title);
  return known.length === 0 || known.some((entry) => entry.addresses === null || entry.addresses.includes(address));
}

function compileParty(content: PartyContent, directory: AeDirectory): Party {
  if (typeof content === 'string')
    return { titles: new Set(directory.aliases(normaliseTitle(content))), network: null };
  const { ae_title, group, address } = content;
  const network = address === undefined ? null : requireNetwork(address);
  if (group !== undefined) return { titles: directory.groups.get(group) ?? new Set(), network };
  if (ae_title !== undefined) return { titles: new Set(directory.aliases(normaliseTitle(ae_title))), network };
  return { titles: null, network };
}
