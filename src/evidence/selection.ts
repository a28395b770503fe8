import ipaddr from 'ipaddr.js';
import type { Batch } from '../capture/batch.ts';
import { Decoder } from '../decode/decode.ts';
import { Next, type Packet } from '../decode/packet.ts';
import { tunnelKeys } from '../decode/tunnel.ts';
import { began, clientOf, firstMicros, identityOf, noEvidence } from '../ledger/connection.ts';
import { connectionId } from '../ledger/ids.ts';
import type { Side } from '../model/facts.ts';
import type { Limits } from '../model/limits.ts';
import type { ConnectionRecord } from '../model/records.ts';
import type { Ended, StreamConsumer } from '../tcp/consumer.ts';
import { PathNotes } from '../tcp/path-notes.ts';
import { Tracker } from '../tcp/tracker.ts';

/** What of a connection record is needed to find its packets again. */
export type Wanted = Pick<
  ConnectionRecord,
  | 'id'
  | 'clientAddress'
  | 'clientPort'
  | 'serverAddress'
  | 'serverPort'
  | 'start'
  | 'end'
  | 'ended'
  | 'tunnel'
  | 'clientBytes'
  | 'serverBytes'
>;

/**
 * The ordered bytes of wanted connections, `index` by their place in the list. Ended once for each time it was found.
 */
export interface StreamTap {
  data(index: number, side: Side, bytes: Uint8Array, start: number, end: number): void;
  gap(index: number, side: Side, length: number): void;
  ended(index: number): void;
}

/** What was found of one connection. */
export interface Found {
  packets: number;
  /** Numbers of the inputs that gave them. */
  readonly inputs: Set<number>;
  /** Bytes of its streams, both sides. */
  streamBytes: number;
  /** Its id came out again: the same ends and initial sequence number, or the same first packet. */
  same: boolean;
}

/** A packet that is none of a wanted connection; a fragment of which that is not known yet. */
export const NONE = -1;
export const HELD = -2;

/** The same id more than 60 s later has an ordinal: so many are tried. */
const ordinalsMax = 8;
/** Packets of a connection after which it is no longer looked whether it is a wanted one after all. */
const looksMax = 4;

/**
 * Tells which packets are of which connections, by the way the sensor itself does: decoding, matching with windows,
 * ids. Everything else on the wire costs decoding and a look-up.
 */
export class Selection implements StreamConsumer {
  readonly found: readonly Found[];
  /** The datagram of the fragment at hand; null for a whole packet. */
  datagram: string | null = null;
  private readonly wanted: readonly Wanted[];
  private readonly tap: StreamTap | null;
  private readonly byPorts = new Map<number, number[]>();
  private readonly words: readonly (readonly [Int32Array, Int32Array])[];
  private readonly decoder: Decoder;
  private readonly tracker: Tracker;
  private readonly paths = new PathNotes();
  private readonly verdicts = new Map<number, Verdict>();

  constructor(wanted: readonly Wanted[], limits: Limits, tap: StreamTap | null = null) {
    this.wanted = wanted;
    this.tap = tap;
    this.found = wanted.map(() => ({ packets: 0, inputs: new Set(), streamBytes: 0, same: false }));
    this.words = wanted.map(({ clientAddress, serverAddress }) => [wordsOf(clientAddress), wordsOf(serverAddress)]);
    for (const [index, { clientPort, serverPort }] of wanted.entries()) {
      const key = portsKey(clientPort, serverPort);
      this.byPorts.set(key, [...(this.byPorts.get(key) ?? []), index]);
    }
    this.decoder = new Decoder(limits, () => this.tracker.clock.elapsedMs);
    this.tracker = new Tracker(limits, this);
  }

  /** The connection that packet `i` is of, NONE or HELD. `datagram` then says of which datagram it was a fragment. */
  take(batch: Batch, i: number, input: number): number {
    const { tracker, decoder } = this;
    const { packet, fragments } = decoder;
    tracker.tick(batch.seconds[i], batch.nanos[i]);
    const next = decoder.decode(batch, i);
    this.datagram = fragments.touched;
    fragments.touched = null;
    if (next === Next.held && this.datagram !== null) return HELD;
    if (next !== Next.tcp || !this.isOfWantedEnds(packet)) return NONE;
    tracker.segment(packet, packet.tunnel, input, batch.frame[i]);
    const slot = this.slotOf(packet, input, batch.frame[i]);
    const index = slot === -1 ? NONE : this.verdict(slot);
    if (index >= 0) {
      this.found[index].packets++;
      this.found[index].inputs.add(input);
    }
    return index;
  }

  /** No more packets come: what is open ends. */
  finish(): void {
    this.tracker.finish();
  }

  data(slot: number, side: Side, bytes: Uint8Array, start: number, end: number): void {
    const index = this.verdict(slot);
    if (index >= 0) this.tap?.data(index, side, bytes, start, end);
  }

  gap(slot: number, side: Side, length: number): void {
    const index = this.verdict(slot);
    if (index >= 0) this.tap?.gap(index, side, length);
  }

  close(): void {}

  ended(slot: number, _how: Ended): void {
    const index = this.verdict(slot);
    if (index < 0) return;
    const { covered } = this.tracker.slots;
    this.found[index].streamBytes += covered[2 * slot] + covered[2 * slot + 1];
    this.tap?.ended(index);
  }

  path(slot: number, packet: Packet): void {
    this.paths.add(slot, packet);
  }

  private isOfWantedEnds({ words, sourcePort, targetPort }: Packet): boolean {
    const some = this.byPorts.get(portsKey(sourcePort, targetPort));
    if (some === undefined) return false;
    return some.some((index) => {
      const [client, server] = this.words[index];
      return (
        (equal(words, 0, client) && equal(words, 4, server)) || (equal(words, 0, server) && equal(words, 4, client))
      );
    });
  }

  /** Whose segment it was: the slot that it was the last of; of a copy, or one that fits none, the newest. */
  private slotOf(packet: Packet, input: number, frame: number): number {
    const { slots } = this.tracker;
    const newest = slots.first(packet, packet.tunnel);
    for (let slot = newest; slot !== -1; slot = slots.next(slot, packet, packet.tunnel)) {
      if (slots.lastFrame[slot] === frame && slots.lastInput[slot] === input) return slot;
    }
    return newest;
  }

  private verdict(slot: number): number {
    const { slots } = this.tracker;
    const [input, frame] = [slots.firstInput[slot], slots.firstFrame[slot]];
    let verdict = this.verdicts.get(slot);
    // A slot is used again.
    if (verdict !== undefined && (verdict.input !== input || verdict.frame !== frame)) {
      this.paths.forget(slot);
      verdict = undefined;
    }
    if (verdict === undefined) {
      verdict = { input, frame, index: NONE, looks: 0 };
      this.verdicts.set(slot, verdict);
    }
    if (verdict.index === NONE && verdict.looks < looksMax) {
      verdict.looks++;
      verdict.index = this.judge(slot);
    }
    return verdict.index;
  }

  private judge(slot: number): number {
    const { slots } = this.tracker;
    const { side } = clientOf(slots, slot, noEvidence());
    const identity = identityOf(slots, slot, side, this.paths.of(slot).tunnel);
    const first = firstMicros(slots, slot);
    const midStream = began(slots, slot) === 'mid-stream';
    const keys = `${identity.tunnels}`;
    const some = this.byPorts.get(portsKey(slots.port(slot, 0), slots.port(slot, 1))) ?? [];
    for (const index of some) {
      const { id, start, end, tunnel } = this.wanted[index];
      for (let ordinal = 0; ordinal < ordinalsMax; ordinal++) {
        if (connectionId({ ...identity, ordinal }) !== id) continue;
        this.found[index].same = true;
        return index;
      }
      // Its beginning is not there: a part of it.
      if (midStream && first > start && first <= end && `${tunnelKeys(tunnel)}` === keys) return index;
    }
    return NONE;
  }
}

interface Verdict {
  readonly input: number;
  readonly frame: number;
  index: number;
  looks: number;
}

function portsKey(a: number, b: number): number {
  return Math.min(a, b) * 65_536 + Math.max(a, b);
}

/** As `Packet.words` has an address. */
function wordsOf(address: string): Int32Array {
  const parsed = ipaddr.process(address);
  const mapped = parsed.kind() === 'ipv4' ? (parsed as ipaddr.IPv4).toIPv4MappedAddress() : parsed;
  const view = new DataView(Uint8Array.from(mapped.toByteArray()).buffer);
  return Int32Array.from([0, 4, 8, 12], (at) => view.getInt32(at));
}

function equal(words: Int32Array, at: number, address: Int32Array): boolean {
  for (let i = 0; i < 4; i++) if (words[at + i] !== address[i]) return false;
  return true;
}
