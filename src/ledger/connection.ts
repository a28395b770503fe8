import { addressText, macText } from '../bytes/address.ts';
import { KnownTexts } from '../bytes/known-texts.ts';
import { tunnelKeys } from '../decode/tunnel.ts';
import type { Side } from '../model/facts.ts';
import type { ClientWhy, ConnectionRecord, Incomplete, Micros } from '../model/records.ts';
import type { Ended } from '../tcp/consumer.ts';
import type { Path } from '../tcp/path-notes.ts';
import { Flag } from '../tcp/slots.ts';
import type { ConnectionTable } from './connection-table.ts';
import { type ConnectionIdentity, communityId, connectionId } from './ids.ts';
import { Reasons } from './reasons.ts';

/** Evidence of who the client is that TCP alone does not give, in the order in which it counts. */
export interface ClientEvidence {
  associateRequest: Side | null;
  clientHello: Side | null;
  /** The side that a known listener talks to. */
  knownListener: Side | null;
  dimseRequest: Side | null;
}

export function noEvidence(): ClientEvidence {
  return { associateRequest: null, clientHello: null, knownListener: null, dimseRequest: null };
}

/** Who is the client, by the first that is known of the rules of the connection record, and which rule it was. */
export function clientOf(
  slots: ConnectionTable,
  slot: number,
  evidence: ClientEvidence,
): { side: Side; why: ClientWhy } {
  const flags = slots.flags[slot];
  if (flags & Flag.syn) return { side: 0, why: 'syn' };
  if (flags & (Flag.syn << 1)) return { side: 1, why: 'syn' };
  if (flags & Flag.synAck) return { side: 1, why: 'syn-ack' };
  if (flags & (Flag.synAck << 1)) return { side: 0, why: 'syn-ack' };
  if (evidence.associateRequest !== null) return { side: evidence.associateRequest, why: 'associate-request' };
  if (evidence.clientHello !== null) return { side: evidence.clientHello, why: 'client-hello' };
  if (evidence.knownListener !== null) return { side: evidence.knownListener, why: 'known-listener' };
  if (evidence.dimseRequest !== null) return { side: evidence.dimseRequest, why: 'dimse-request' };
  return { side: slots.port(slot, 0) >= slots.port(slot, 1) ? 0 : 1, why: 'higher-port' };
}

export interface End {
  readonly address: string;
  readonly port: number;
}

export function endOf(slots: ConnectionTable, slot: number, side: Side): End {
  slots.address(slot, side, address0);
  // Of IPv4 the last four bytes tell.
  const address = slots.family[slot] === 4 ? ipv4Texts.of(address0, 12, 16) : ipv6Texts.of(address0, 0, 16);
  return { address, port: slots.port(slot, side) };
}

/** Used again each time. */
const address0 = new Uint8Array(16);
const address1 = new Uint8Array(16);

function communityOf(slots: ConnectionTable, slot: number): string {
  slots.address(slot, 0, address0);
  slots.address(slot, 1, address1);
  return communityId(address0, slots.port(slot, 0), address1, slots.port(slot, 1));
}

function macOf(slots: ConnectionTable, slot: number, side: Side): string | null {
  const at = 12 * slot + 6 * side;
  const text = macTexts.of(slots.mac, at, at + 6);
  return text === '' ? null : text;
}

const macTexts = new KnownTexts((bytes, start, end) => macText(bytes.subarray(start, end)) ?? '');
const ipv4Texts = new KnownTexts((bytes, start) => addressText(bytes.subarray(start - 12, start + 4), 4));
const ipv6Texts = new KnownTexts((bytes, start, end) => addressText(bytes.subarray(start, end), 6));

/** What tells a connection from every other (`ids.ts`), as its slot has it now; `tunnel` as records have it. */
export function identityOf(
  slots: ConnectionTable,
  slot: number,
  client: Side,
  tunnel: readonly string[],
): ConnectionIdentity {
  return identityBy(slots, slot, initialOf(slots, slot, client), tunnel);
}

/** The same by what its client's initial number and its tunnels were at another time: no more of it ever changes. */
export function identityBy(
  slots: ConnectionTable,
  slot: number,
  isn: number | null,
  tunnel: readonly string[],
): ConnectionIdentity {
  return {
    address0: slots.address(slot, 0),
    port0: slots.port(slot, 0),
    address1: slots.address(slot, 1),
    port1: slots.port(slot, 1),
    tunnels: tunnelKeys(tunnel),
    isn,
    firstMicros: firstMicros(slots, slot),
    firstSequence: slots.firstSequence[slot],
    ordinal: 0,
  };
}

/** The client's initial sequence number, as the slot has it now; null without a handshake. */
export function initialOf(slots: ConnectionTable, slot: number, client: Side): number | null {
  const handshake = (slots.flags[slot] & (Flag.initial << client)) !== 0 && began(slots, slot) !== 'mid-stream';
  return handshake ? slots.initial[2 * slot + client] : null;
}

export interface ConnectionParts {
  readonly id: string;
  readonly vlan: readonly number[];
  readonly tunnel: readonly string[];
  readonly evidence: ClientEvidence;
  readonly ended: Ended;
  readonly protocol: string;
  readonly why: string;
  /** Reasons of the analyzer's own. */
  readonly reasons: Reasons;
  /** Input number to capture id. */
  readonly captures: readonly string[];
}

export function connectionRecord(slots: ConnectionTable, slot: number, parts: ConnectionParts): ConnectionRecord {
  const { side: client, why: clientWhy } = clientOf(slots, slot, parts.evidence);
  const server = (1 - client) as Side;
  const clientEnd = endOf(slots, slot, client);
  const serverEnd = endOf(slots, slot, server);
  const incomplete = incompleteOf(slots, slot, parts);
  return {
    id: parts.id,
    communityId: communityOf(slots, slot),
    clientAddress: clientEnd.address,
    clientPort: clientEnd.port,
    clientMac: macOf(slots, slot, client),
    serverAddress: serverEnd.address,
    serverPort: serverEnd.port,
    serverMac: macOf(slots, slot, server),
    clientWhy,
    vlan: parts.vlan,
    tunnel: parts.tunnel,
    start: firstMicros(slots, slot),
    end: lastMicros(slots, slot),
    clientBytes: slots.covered[2 * slot + client],
    serverBytes: slots.covered[2 * slot + server],
    clientMissed: slots.missed[2 * slot + client],
    serverMissed: slots.missed[2 * slot + server],
    clientUnseen: slots.unseen.get(2 * slot + client) ?? 0,
    serverUnseen: slots.unseen.get(2 * slot + server) ?? 0,
    began: began(slots, slot),
    ended: parts.ended,
    protocol: parts.protocol,
    why: parts.why,
    firstCapture: parts.captures[slots.firstInput[slot]],
    firstFrame: slots.firstFrame[slot],
    lastCapture: parts.captures[slots.lastInput[slot]],
    lastFrame: slots.lastFrame[slot],
    complete: incomplete.length === 0,
    incomplete,
  };
}

/** The record of a connection that is not one of ours. */
export function otherRecord(
  slots: ConnectionTable,
  slot: number,
  path: Path,
  parts: Pick<ConnectionParts, 'ended' | 'protocol' | 'why' | 'captures'>,
): ConnectionRecord {
  const evidence = noEvidence();
  const id = connectionId(identityOf(slots, slot, clientOf(slots, slot, evidence).side, path.tunnel));
  return connectionRecord(slots, slot, { ...parts, ...path, id, evidence, reasons: new Reasons() });
}

export function began(slots: ConnectionTable, slot: number): ConnectionRecord['began'] {
  const flags = slots.flags[slot];
  if (flags & (Flag.syn | (Flag.syn << 1))) return 'syn';
  return flags & (Flag.synAck | (Flag.synAck << 1)) ? 'syn-ack' : 'mid-stream';
}

export function firstMicros(slots: ConnectionTable, slot: number): Micros {
  return slots.firstSeconds[slot] * 1e6 + Math.floor(slots.firstNanos[slot] / 1000);
}

function lastMicros(slots: ConnectionTable, slot: number): Micros {
  return slots.lastSeconds[slot] * 1e6 + Math.floor(slots.lastNanos[slot] / 1000);
}

function incompleteOf(slots: ConnectionTable, slot: number, parts: ConnectionParts): readonly Incomplete[] {
  const reasons = new Reasons();
  reasons.addAll(parts.reasons);
  const flags = slots.flags[slot];
  if (began(slots, slot) === 'mid-stream') reasons.add('mid-stream');
  if ((flags & Flag.seen) === 0 || (flags & (Flag.seen << 1)) === 0) reasons.add('one-direction');
  if (flags & (Flag.missed | (Flag.missed << 1))) reasons.add('missed-bytes');
  if (flags & (Flag.ambiguous | (Flag.ambiguous << 1))) reasons.add('ambiguous');
  const badly = flags & (flags >>> 2) & (Flag.summedRight | (Flag.summedRight << 1));
  if (badly !== 0) reasons.add('wrong-checksum');
  if (flags & (Flag.truncated | (Flag.truncated << 1))) reasons.add('truncated');
  if (parts.ended === 'expired' || parts.ended === 'input-end' || parts.ended === 'replaced') reasons.add('cut');
  if (parts.ended === 'evicted') reasons.add('evicted');
  return reasons.list();
}

/** What cut an association whose connection ended so. */
export const cutWords: Readonly<Record<Ended, string>> = {
  open: '',
  fin: 'the connection was closed',
  reset: 'the connection was reset',
  expired: 'the connection fell silent',
  replaced: 'the same ports opened a new connection',
  evicted: 'the sensor dropped it to keep its bound of memory',
  'input-end': 'the input ended',
};
