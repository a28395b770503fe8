import type { Participants } from '../ledger/events.ts';
import { parseAddress } from '../policy/addresses.ts';
import type { AeEntry, Policy } from '../policy/policy.ts';

/** Whether an entry of the policy's list gives its titles this address. */
export function usableFrom({ addresses }: AeEntry, address: string): boolean {
  if (addresses === null) return true;
  const bytes = parseAddress(address);
  return bytes !== null && addresses.includes(bytes);
}

/** Whether an entry lets its titles meet `title`; what was not seen is not minded. */
export function mayMeet({ peers }: AeEntry, title: string | null): boolean {
  return peers === null || title === null || peers.has(title);
}

/** Whether the policy names this very pair: the caller at its address, with the called title among its peers. */
export function namesPair(
  policy: Policy,
  of: { readonly callingAe: string | null; readonly clientAddress: string; readonly calledAe: string | null },
): boolean {
  const { callingAe, calledAe, clientAddress } = of;
  if (callingAe === null || calledAe === null) return false;
  return policy
    .callers(callingAe)
    .some((entry) => entry.peers?.has(calledAe) === true && usableFrom(entry, clientAddress));
}

/** Addresses of an association's ends that are outside the site's networks, the client's first. */
export function outsideEnds(
  { clientAddress, serverAddress }: { readonly clientAddress: string; readonly serverAddress: string },
  policy: Policy,
): readonly string[] {
  const client = policy.isInternal(clientAddress);
  const server = policy.isInternal(serverAddress);
  if (client && server) return none;
  if (client) return [serverAddress];
  return server ? [clientAddress] : [clientAddress, serverAddress];
}

const none: readonly string[] = [];

/** What `ask` says of the ends of an association, asked once: it sends many objects in a row. */
export function oncePerAssociation<T>(ask: (of: Participants) => T): (of: Participants) => T {
  let last: { readonly of: Participants; readonly said: T } | null = null;
  return (of) => {
    if (last?.of !== of) last = { of, said: ask(of) };
    return last.said;
  };
}
