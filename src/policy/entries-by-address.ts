import { addressKey, contains, isSingle, type Network, parseAddress } from './addresses.ts';
import type { AeEntry } from './policy.ts';

/**
 * Entries that are given an address, found by it: for associations whose AE titles were not seen. Built at the first
 * question, for most traffic never asks.
 */
export class EntriesByAddress {
  readonly #entries: readonly AeEntry[];
  #singles: Map<string, AeEntry[]> | null = null;
  readonly #networks: { readonly network: Network; readonly entry: AeEntry }[] = [];

  constructor(entries: readonly AeEntry[]) {
    this.#entries = entries;
  }

  /** Those with an address or network that holds `address`; entries that may be anywhere are not among them. */
  at(address: string): readonly AeEntry[] {
    const bytes = parseAddress(address);
    if (bytes === null) return [];
    const found = new Set(this.#built().get(addressKey(bytes)));
    for (const { network, entry } of this.#networks) if (contains(network, bytes)) found.add(entry);
    return [...found];
  }

  #built(): Map<string, AeEntry[]> {
    if (this.#singles !== null) return this.#singles;
    const singles = new Map<string, AeEntry[]>();
    for (const entry of this.#entries) {
      for (const network of entry.addresses?.networks ?? []) {
        if (!isSingle(network)) {
          this.#networks.push({ network, entry });
          continue;
        }
        const key = addressKey(network.bytes);
        const known = singles.get(key);
        if (known === undefined) singles.set(key, [entry]);
        else known.push(entry);
      }
    }
    this.#singles = singles;
    return singles;
  }
}
