import { ascending } from '../../bytes/ascending.ts';
import { counted } from '../../bytes/counted.ts';
import type { Micros } from '../../model/records.ts';
import { assumedInternal, contains, parseAddress } from '../addresses.ts';
import { thresholdTable } from '../thresholds.ts';
import type { Observed, Talk } from './observed.ts';
import { period, SeenBy } from './seen.ts';

/** A client is a one-off talker when it came once within a period of at least this. */
const ONE_OFF_PERIOD: Micros = 86_400e6;

/** From so many clients on a server is one whatever its host does besides. */
const ESTABLISHED = 3;

export interface Doubts {
  /** Why what a talk shows is not to be allowed unread; null when nothing speaks against it. */
  of(talk: Talk): string | null;
}

/** What makes a talk no example to follow. */
export function doubtsOf({ talks, suspicions, first, last }: Observed): Doubts {
  const raised = new Map<string, string[]>();
  for (const { clientAddress, detection, findings } of suspicions) {
    const list = raised.get(clientAddress) ?? [];
    list.push(findings === 1 ? detection : `${detection} ×${findings}`);
    raised.set(clientAddress, list);
  }
  const calls = new Map<string, number>();
  for (const talk of talks) calls.set(callerOf(talk), (calls.get(callerOf(talk)) ?? 0) + talk.associations);
  const guessed = guessers(talks);
  const usual = usualAddresses(talks);
  const clients = new Map<string, Set<string>>();
  for (const { clientAddress, serverAddress } of talks) {
    clients.set(serverAddress, (clients.get(serverAddress) ?? new Set()).add(clientAddress));
  }
  const suspicion = (address: string) => suspected(raised.get(address)) ?? guessed.get(address) ?? null;
  // What is sent to a suspect may be its loot; a server of many is not given up for what its host was seen to do.
  const receiving = ({ serverAddress }: Talk) =>
    (clients.get(serverAddress)?.size ?? 0) < ESTABLISHED ? suspicion(serverAddress) : null;
  const long = first !== null && last !== null && last - first >= ONE_OFF_PERIOD;
  return {
    of: (talk) =>
      answered(talk) ??
      nameless(talk) ??
      outside(talk) ??
      suspicion(talk.clientAddress) ??
      receiving(talk) ??
      unusual(talk, calls, usual) ??
      (long && calls.get(callerOf(talk)) === 1 ? `it came once in ${period(first, last)}` : null),
  };
}

/** Clients that were rejected under so many AE titles, their own or others', that they guess. */
function guessers(talks: readonly Talk[]): Map<string, string> {
  const titles = new Map<string, Set<string>>();
  for (const { clientAddress, callingAe, calledAe, rejected, accepted } of talks) {
    if (rejected === 0 || accepted > 0) continue;
    const known = titles.get(clientAddress) ?? new Set();
    titles.set(clientAddress, known.add(`${callingAe} ${calledAe}`));
  }
  const least = thresholdTable['ae-guessing'].titles[0];
  const guess = ([address, { size }]: [string, Set<string>]): [string, string] => [
    address,
    `its address was rejected under ${size} pairs of AE titles`,
  ];
  return new Map([...titles].filter(([, { size }]) => size >= least).map(guess));
}

/** How many calls make the address of a title the usual one, where another of the same family called once. */
const USUAL_CALLS = 10;

/** Calling title and family to the address it mostly calls from. */
function usualAddresses(talks: readonly Talk[]): Map<string, string> {
  const calls = new Map<string, SeenBy<string>>();
  for (const talk of talks) {
    const key = familyOf(talk);
    const known = calls.get(key) ?? new SeenBy<string>();
    known.of(talk.clientAddress).add(talk.accepted, talk);
    calls.set(key, known);
  }
  return new Map(
    [...calls].flatMap(([key, seen]) => {
      const [address, { count }] = seen.often(1)[0];
      return count >= USUAL_CALLS ? [[key, address] as const] : [];
    }),
  );
}

function unusual(talk: Talk, calls: ReadonlyMap<string, number>, usual: ReadonlyMap<string, string>): string | null {
  const address = usual.get(familyOf(talk));
  if (address === undefined || address === talk.clientAddress || calls.get(callerOf(talk)) !== 1) return null;
  return `it came once from here, and mostly from ${address}`;
}

function familyOf({ callingAe, clientAddress }: Talk): string {
  return `${clientAddress.includes(':') ? 6 : 4} ${callingAe}`;
}

/** The part of a private network that an address is in; null for those outside all of them. */
export function privateNetwork(address: string): string | null {
  const bytes = parseAddress(address);
  if (bytes === null) return null;
  return assumedInternal.find((network) => contains(network, bytes))?.text ?? null;
}

function callerOf({ callingAe, clientAddress }: Talk): string {
  return `${clientAddress} ${callingAe}`;
}

function answered({ accepted, rejected, associations }: Talk): string | null {
  if (accepted > 0) return null;
  if (rejected === 0) return 'never answered';
  return rejected === associations ? 'rejected' : `rejected ${counted(rejected, 'time')}, else not answered`;
}

function nameless({ callingAe, calledAe }: Talk): string | null {
  return callingAe === '' || calledAe === '' ? 'an empty AE title' : null;
}

function outside({ clientAddress, serverAddress }: Talk): string | null {
  const out = [clientAddress, serverAddress].filter((address) => privateNetwork(address) === null);
  return out.length === 0 ? null : `${[...new Set(out)].join(', ')} is outside the private networks`;
}

function suspected(detections: readonly string[] | undefined): string | null {
  return detections === undefined ? null : `its address raised ${[...detections].sort(ascending).join(', ')}`;
}
