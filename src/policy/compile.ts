import type { Micros } from '../model/records.ts';
import {
  addressKey,
  assumedInternal,
  contains,
  isSingle,
  localNetworks,
  type Network,
  parseAddress,
  requireNetwork,
} from './addresses.ts';
import { type AeDirectory, aeDirectory, entriesAt } from './ae-directory.ts';
import { type Allowances, exceptions, expectedTools, tolerances } from './allowances.ts';
import type { AeContent, IdentityKind, PolicyContent } from './content.ts';
import type {
  AeEntry,
  Destination,
  Ends,
  Exception,
  ExpectedTool,
  Policy,
  SeveritySetting,
  Tolerance,
} from './policy.ts';
import { type Thresholds, thresholdsWith } from './thresholds.ts';

/**
 * A policy from content whose form was checked, with the lines of its `ae_table` already read; null content is no
 * policy file. Throws a plain Error on content that `parse.ts` would have refused.
 */
export function compilePolicy(
  content: PolicyContent | null,
  digest: string | null,
  table: readonly AeContent[] = [],
): Policy {
  return new CompiledPolicy(content, digest, table);
}

/** Answers of `isInternal` kept; a site has far fewer addresses, and a scan of the world starts the memory anew. */
const MEMO_MAX = 65_536;

const ANYWHERE = { clientByAddress: false, serverByAddress: false, titleAtItsAddress: false };
const AT_ITS_ADDRESS = { clientByAddress: false, serverByAddress: false, titleAtItsAddress: true };

class CompiledPolicy implements Policy {
  readonly digest: string | null;
  readonly site: string | null;
  readonly internalAssumed: boolean;
  readonly tlsAsked: boolean;
  readonly listsAeTitles: boolean;
  readonly selfSignedForbidden: boolean;
  readonly asksIdentity: boolean;
  readonly thresholds: Thresholds;
  readonly #internal: readonly Network[];
  readonly #internalMemo = new Map<string, boolean>();
  readonly #directory: AeDirectory;
  /** Entries with thresholds of their own, and those that ask for an identity. */
  readonly #tuned: ReadonlySet<AeEntry>;
  readonly #asking: ReadonlySet<AeEntry>;
  /** Made at the first question: a long list has many, and only TLS asks. */
  #listeners: ReadonlyMap<number, ListenerAddresses> | null = null;
  readonly #listenersOf: () => ReadonlyMap<number, ListenerAddresses>;
  readonly #tolerances: Allowances<Tolerance>;
  readonly #exceptions: ReadonlyMap<string, Allowances<Exception>>;
  readonly #tools: Allowances<ExpectedTool>;
  readonly #severities: Readonly<Record<string, SeveritySetting | undefined>>;

  constructor(content: PolicyContent | null, digest: string | null, table: readonly AeContent[]) {
    const internal = content?.networks?.internal;
    this.digest = digest;
    this.site = content?.site ?? null;
    this.internalAssumed = internal === undefined;
    this.#internal = internal === undefined ? assumedInternal : [...internal.map(requireNetwork), ...localNetworks];
    this.tlsAsked = content !== null && content.encryption?.tls !== 'not-asked';
    this.selfSignedForbidden = content?.encryption?.self_signed === 'forbidden';
    this.#directory = aeDirectory(
      [...(content?.ae_titles ?? []), ...table],
      content?.groups ?? {},
      content?.thresholds,
    );
    const { entries } = this.#directory;
    // An empty list is one too: nobody is on it.
    this.listsAeTitles = content?.ae_titles !== undefined || content?.ae_table !== undefined;
    this.#tuned = new Set(entries.filter(({ thresholds }) => thresholds !== null));
    this.#asking = new Set(entries.filter(({ identity }) => identity !== null));
    this.asksIdentity = this.#asking.size > 0;
    this.#listenersOf = () => listeners(content, entries);
    this.#tolerances = tolerances(content, this.#directory);
    this.#exceptions = exceptions(content, this.#directory);
    this.#tools = expectedTools(content, this.#directory);
    this.#severities = content?.severities ?? {};
    this.thresholds = thresholdsWith(content?.thresholds);
  }

  isInternal(address: string): boolean {
    const known = this.#internalMemo.get(address);
    if (known !== undefined) return known;
    const bytes = parseAddress(address);
    const internal = bytes !== null && this.#internal.some((network) => contains(network, bytes));
    if (this.#internalMemo.size >= MEMO_MAX) this.#internalMemo.clear();
    this.#internalMemo.set(address, internal);
    return internal;
  }

  isDicomListener(address: string, port: number): boolean {
    this.#listeners ??= this.#listenersOf();
    const addresses = this.#listeners.get(port);
    if (addresses === undefined) return false;
    const bytes = parseAddress(address);
    if (bytes === null) return false;
    return addresses.singles.has(addressKey(bytes)) || addresses.networks.some((network) => contains(network, bytes));
  }

  callers(aeTitle: string): readonly AeEntry[] {
    return this.#directory.callers(aeTitle);
  }

  answerers(aeTitle: string): readonly AeEntry[] {
    return this.#directory.answerers(aeTitle);
  }

  /** An AE title is only a claim, so an end outside the internal networks must be named by its address. */
  tolerance(ends: Ends, time: Micros): Tolerance | null {
    if (this.#tolerances.size === 0) return null;
    const must = {
      clientByAddress: !this.isInternal(ends.clientAddress),
      serverByAddress: !this.isInternal(ends.serverAddress),
      titleAtItsAddress: true,
    };
    return this.#tolerances.find(ends, time, must);
  }

  exception(detection: string, ends: Ends, time: Micros): Exception | null {
    return this.#exceptions.get(detection)?.find(ends, time, ANYWHERE) ?? null;
  }

  expectedTool(tool: string, ends: Ends, time: Micros): ExpectedTool | null {
    return this.#tools.find(ends, time, AT_ITS_ADDRESS, (said) => said.tool === null || said.tool === tool);
  }

  thresholdsOf(aeTitle: string | null, address: string): Thresholds {
    return this.#of(this.#tuned, aeTitle, address)?.thresholds ?? this.thresholds;
  }

  identityAsked(calledAe: string | null, serverAddress: string): ReadonlySet<IdentityKind> | null {
    return this.#of(this.#asking, calledAe, serverAddress)?.identity ?? null;
  }

  moveDestination({ calledAe, serverAddress }: Ends, destination: string): Destination {
    const servers = calledAe === null ? [] : entriesAt(this.#directory.answerers(calledAe), serverAddress);
    const limited = servers.length > 0 && servers.every(({ moveDestinations }) => moveDestinations !== null);
    if (limited && servers.some(({ moveDestinations }) => moveDestinations?.has(destination))) return 'known';
    if (this.#directory.answerers(destination).length === 0) return 'unknown';
    return limited ? 'not-listed' : 'known';
  }

  /** Of `some` entries, often none, the first of this title at this address. */
  #of(some: ReadonlySet<AeEntry>, aeTitle: string | null, address: string): AeEntry | null {
    if (some.size === 0) return null;
    const here =
      aeTitle === null
        ? this.#directory.entriesAt(address)
        : entriesAt([...this.#directory.answerers(aeTitle), ...this.#directory.callers(aeTitle)], address);
    return here.find((entry) => some.has(entry)) ?? null;
  }

  severity(detection: string): SeveritySetting | null {
    return this.#severities[detection] ?? null;
  }
}

interface ListenerAddresses {
  readonly singles: Set<string>;
  readonly networks: Network[];
}

/** Port to the addresses where a DICOM endpoint is configured. */
function listeners(content: PolicyContent | null, entries: readonly AeEntry[]): Map<number, ListenerAddresses> {
  const byPort = new Map<number, ListenerAddresses>();
  const add = (port: number, networks: readonly Network[]) => {
    const known = byPort.get(port) ?? { singles: new Set(), networks: [] };
    for (const network of networks) {
      if (isSingle(network)) known.singles.add(addressKey(network.bytes));
      else known.networks.push(network);
    }
    byPort.set(port, known);
  };
  for (const { addresses, ports } of entries) {
    if (addresses === null || ports === null) continue;
    for (const port of ports) add(port, addresses.networks);
  }
  for (const { address, port } of content?.listeners ?? []) add(port, [requireNetwork(address)]);
  return byPort;
}

/** What holds without a policy file: assumed internal networks, nothing else. */
export const withoutPolicy: Policy = compilePolicy(null, null);
