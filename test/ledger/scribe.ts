import { Packet } from '../../src/decode/packet.ts';
import type { Occasion } from '../../src/ledger/changes.ts';
import type { Event } from '../../src/ledger/events.ts';
import { Ledger, type LedgerOptions } from '../../src/ledger/ledger.ts';
import type { Stamp } from '../../src/ledger/stamp.ts';
import type { Subject } from '../../src/ledger/subject.ts';
import type { Fact } from '../../src/model/facts.ts';
import { noHistory } from '../../src/model/history.ts';
import { limits as defaultLimits, type Limits } from '../../src/model/limits.ts';
import type { RecordBatch } from '../../src/model/records.ts';
import type { Ended } from '../../src/tcp/consumer.ts';
import { Flag, Slots } from '../../src/tcp/slots.ts';
import { addressBytes } from '../support/address.ts';

/**
 * Microseconds since 1970 of the first fact: Monday 2026-01-05 08:00 UTC. Each fact is stated a millisecond after the
 * one before.
 */
export const begin = Date.UTC(2026, 0, 5, 8) * 1000;

export interface Place {
  readonly address: string;
  readonly port: number;
}

export interface ConnectOptions {
  /** The two ends, side 0 first: give the lower one first. */
  readonly ends?: readonly [Place, Place];
  /** Whose handshake packets were seen: by default side 0 sent SYN, side 1 answered. */
  readonly flags?: number;
  readonly protocol?: string;
  /** Initial sequence numbers of the two sides. */
  readonly initial?: readonly [number, number];
  readonly startMicros?: number;
}

export const low: Place = { address: '10.0.0.1', port: 50_000 };
export const high: Place = { address: '10.0.0.2', port: 104 };

export const bothSeen = Flag.seen | (Flag.seen << 1);
/** Side 0 sent SYN, side 1 SYN-ACK. */
export const shaken = bothSeen | Flag.syn | (Flag.synAck << 1) | Flag.initial | (Flag.initial << 1);

/** A ledger with connections as TCP would have noted them, and facts stated one after the other. */
export class Scribe {
  readonly slots = new Slots();
  readonly ledger: Ledger;
  readonly events: Event[] = [];
  now = begin;
  private frame = 0;

  constructor(options: Partial<Omit<LedgerOptions, 'limits'>> & { limits?: Partial<Limits> } = {}) {
    this.ledger = new Ledger({
      slots: this.slots,
      history: noHistory,
      captures: ['first-capture', 'second-capture'],
      stamp: () => this.stamp,
      path: () => ({ vlan: [], tunnel: [] }),
      configuredListener: () => false,
      observe: (event) => this.events.push(event),
      ...options,
      limits: { ...defaultLimits, ...options.limits },
    });
  }

  get stamp(): Stamp {
    return { micros: this.now, capture: 'first-capture', frame: this.frame };
  }

  /** A connection of TCP alone. */
  open(options: ConnectOptions = {}): number {
    return addSlot(this.slots, { startMicros: this.now, ...options });
  }

  /** A connection that was identified. */
  connect(options: ConnectOptions = {}): number {
    const slot = this.open(options);
    this.ledger.begin(slot, options.protocol ?? 'dicom', 'its first bytes');
    return slot;
  }

  say(slot: number, ...facts: readonly Fact[]): this {
    for (const fact of facts) {
      this.frame++;
      this.ledger.fact(slot, fact);
      this.slots.lastSeconds[slot] = Math.floor(this.now / 1e6);
      this.slots.lastNanos[slot] = (this.now % 1e6) * 1000;
      this.slots.lastFrame[slot] = this.frame;
      this.now += 1000;
    }
    return this;
  }

  end(slot: number, how: Ended = 'fin'): this {
    this.ledger.ended(slot, how, false);
    return this;
  }

  drain(on: Occasion = 'end'): { batch: RecordBatch; subjects: Subject[] } {
    return this.ledger.drain(on, this.now);
  }

  /** Everything that is to be written now. */
  records(): RecordBatch {
    return this.drain().batch;
  }
}

/** The records of one connection that says these facts and ends. */
export function recordsOf(facts: readonly Fact[], options: ConnectOptions & { ended?: Ended } = {}): RecordBatch {
  const scribe = new Scribe();
  const slot = scribe.connect(options);
  return scribe
    .say(slot, ...facts)
    .end(slot, options.ended)
    .records();
}

/** A row of the table of connections as the tracker leaves it. */
export function addSlot(slots: Slots, options: ConnectOptions = {}): number {
  const [first, second] = options.ends ?? [low, high];
  const packet = new Packet();
  packet.family = first.address.includes(':') ? 6 : 4;
  packet.words.set([...wordsOf(first.address), ...wordsOf(second.address)]);
  packet.sourcePort = first.port;
  packet.targetPort = second.port;
  slots.locate(packet, 0);
  if (slots.side !== 0) throw new Error('give the lower end first');
  const slot = slots.add(packet, 0);
  slots.flags[slot] = options.flags ?? shaken;
  slots.initial.set(options.initial ?? [1000, 5000], 2 * slot);
  const micros = options.startMicros ?? begin;
  for (const [seconds, nanos] of [
    [slots.firstSeconds, slots.firstNanos],
    [slots.lastSeconds, slots.lastNanos],
  ]) {
    seconds[slot] = Math.floor(micros / 1e6);
    nanos[slot] = (micros % 1e6) * 1000;
  }
  slots.firstSequence[slot] = 1001;
  slots.firstInput[slot] = 0;
  slots.lastInput[slot] = 0;
  slots.firstFrame[slot] = 1;
  slots.lastFrame[slot] = 1;
  return slot;
}

function wordsOf(address: string): number[] {
  const bytes = addressBytes(address);
  const view = new DataView(new ArrayBuffer(16));
  const whole = bytes.length === 4 ? [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, ...bytes] : [...bytes];
  new Uint8Array(view.buffer).set(whole);
  return [0, 4, 8, 12].map((at) => view.getUint32(at));
}
