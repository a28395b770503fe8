import type { Batch } from '../capture/batch.ts';
import { Decoder } from '../decode/decode.ts';
import type { Filter } from '../decode/filter.ts';
import { Heads } from '../decode/heads.ts';
import { Next, type Packet } from '../decode/packet.ts';
import type { Share } from '../decode/share.ts';
import { LossBook } from '../ledger/losses.ts';
import { Undecoded } from '../ledger/undecoded.ts';
import { type DirectionBytes, Unread } from '../ledger/unread.ts';
import type { Side } from '../model/facts.ts';
import type { Limits } from '../model/limits.ts';
import type { Losses, Micros, StreamBytes } from '../model/records.ts';
import type { KeyedHash } from '../protocols/analyzer.ts';
import { type Identified, Identifier } from '../protocols/identify.ts';
import { protocolTable, type ReadProtocol } from '../protocols/protocol-table.ts';
import { BySlot } from '../tcp/by-slot.ts';
import type { Ended } from '../tcp/consumer.ts';
import { Order, Stage } from '../tcp/order.ts';
import { PathNotes } from '../tcp/path-notes.ts';
import { Flag } from '../tcp/slots.ts';
import { Tracker } from '../tcp/tracker.ts';
import { type AllReadings, Reading } from './reading.ts';
import { noRow, type Seen, type Statements } from './statements.ts';

export interface DissectorOptions<To extends Statements> {
  readonly limits: Limits;
  readonly hash: KeyedHash;
  readonly reveal: boolean;
  /** Of the table of connections, 32 bits that whoever sends the packets cannot know. */
  readonly hashSeed: number;
  /** Only packets that match are used. */
  readonly filter: Filter | null;
  /**
   * Which connections are read here, of all packets; null for all. What is no connection's is counted by the first
   * share alone.
   */
  readonly share: Share | null;
  /** Payload up to which a segment is tiny. */
  readonly tinySegmentBytes: number;
  /** Makes who takes what is stated. */
  readonly to: (seen: Seen) => To;
  /** An error of ours below an analyzer; its connection is no longer read. */
  readonly bug?: ((error: unknown) => void) | undefined;
  /** What became of the bytes of every TCP connection, by side, when it ends. */
  readonly bytes?: ((bytes: readonly [DirectionBytes, DirectionBytes]) => void) | undefined;
}

/** What is held in memory, each under the limit that its name begins. */
export interface Held {
  readonly connections: number;
  readonly fragmentDatagrams: number;
  readonly fragmentBytes: number;
  readonly reorderBytes: number;
  readonly identifyBytes: number;
  readonly pduBytes: number;
  readonly identifiedConnections: number;
}

/** The first half of the engine: packets → what is stated of connections. Nothing in it knows what matters. */
export class Dissector<To extends Statements> {
  readonly protocols = new Map<string, number>();
  readonly to: To;
  packetCount = 0;
  byteCount = 0;
  private readonly book = new LossBook();
  private readonly undecoded = new Undecoded(this.book);
  private readonly options: DissectorOptions<To>;
  private readonly order: Order | null;
  /** What is no connection's is counted here. */
  private readonly counts: boolean;
  /** Some packets are left to others, or out. */
  private readonly selects: boolean;
  private readonly decoder: Decoder;
  private readonly heads = new Heads();
  private readonly tracker: Tracker;
  private readonly identifier: Identifier<ReadProtocol>;
  private readonly unread: Unread;
  private readonly paths = new PathNotes();
  /** By slot, of identified connections: few of all are. */
  private readonly read = new BySlot<Reading>();
  private readonly allRead: AllReadings;
  private segmentCount = 0;
  private readCount = 0;
  private readonly begun = new Set<number>();
  private lastInput = -1;

  constructor(options: DissectorOptions<To>) {
    const { limits, hash, reveal, filter, share } = options;
    this.options = options;
    this.order = share === null ? null : new Order(share);
    this.counts = share === null || share.index === 0;
    this.selects = share !== null || filter !== null;
    this.allRead = {
      hash,
      limits,
      reveal,
      budget: { bytesLeft: limits.pduTotalBytesMax },
      stated: ({ row, slot }, fact) => {
        this.to.fact(row, slot, fact);
        this.pauseIfDue();
      },
    };
    this.decoder = new Decoder(limits, () => this.tracker.clock.elapsedMs);
    const port = (slot: number, side: Side): number => this.tracker.slots.port(slot, side);
    const protocols = protocolTable({ hash, limits, reveal }, port);
    this.identifier = new Identifier(protocols, this.surroundings(), limits);
    this.tracker = new Tracker(limits, this.identifier, options.hashSeed, this.order);
    this.tracker.streams.tinySegmentBytes = options.tinySegmentBytes;
    this.unread = new Unread(this.book, this.tracker.slots);
    const { slots, streams } = this.tracker;
    this.to = options.to({ slots, paths: this.paths, at: streams, order: this.order });
  }

  /** Packets `from` to `to` of a batch, the next ones of an input. */
  packets(batch: Batch, from: number, to: number, input: number): void {
    const { tracker } = this;
    // Of merged inputs each begins once, however often they take turns.
    if (!this.begun.has(input)) {
      this.begun.add(input);
      tracker.clock.fileBorder();
    }
    this.lastInput = input;
    // Of packets that a filter has to choose from none goes the shortest lane.
    const heads = this.options.filter === null ? this.heads : null;
    heads?.begin(batch, from, to);
    tracker.holes.lend(batch.bytes);
    for (let i = from; i < to; ) {
      i = this.untilDue(batch, heads, i, to, input);
      tracker.streams.paused = false;
      if (this.readsTooMany) this.giveUpIdlest();
      if (this.to.due) this.to.settle();
    }
    tracker.holes.settle();
    this.packetCount += to - from;
    this.byteCount += bytesOf(batch, from, to);
    this.settle(input);
  }

  /**
   * Packets from `from` on, up to `to` or to the one that made records due or was too much; where that ended. The hot
   * loop has nothing else in it: what rarely happens would undo its optimised code each time it did.
   */
  private untilDue(batch: Batch, heads: Heads | null, from: number, to: number, input: number): number {
    const { tracker, decoder } = this;
    const { streams } = tracker;
    const { packet } = decoder;
    let segments = 0;
    let i = from;
    for (;;) {
      if (heads !== null) {
        const next = tracker.run(batch, heads, i, to, input);
        segments += next - i;
        i = next;
        if (i === to || streams.paused) break;
      }
      tracker.tick(batch.seconds[i], batch.nanos[i]);
      const next = decoder.decode(batch, i);
      if (next !== Next.tcp) {
        if (this.counts) this.undecoded.add(next, batch, i, packet);
      } else if (!this.selects || this.selected(packet, batch.original[i])) {
        segments++;
        tracker.segment(packet, packet.tunnel, input, batch.frame[i]);
      }
      i++;
      if (i === to || streams.paused) break;
    }
    this.segmentCount += segments;
    return i;
  }

  /** Something is to be done before the next packet. */
  private get isDue(): boolean {
    return this.to.due || this.readsTooMany;
  }

  private get readsTooMany(): boolean {
    return this.read.size > this.options.limits.identifiedConnectionsMax;
  }

  /** An idle association is not given up for a mass of TLS. */
  private giveUpIdlest(): void {
    const isDicom = (slot: number): boolean => this.identifier.speaks(slot, 'dicom');
    for (let i = this.read.size - this.options.limits.identifiedConnectionsMax; i > 0; i--)
      this.tracker.eviction.identified(isDicom);
  }

  /** Packet time, in microseconds. */
  get now(): Micros {
    const { seconds, nanos } = this.tracker.clock;
    return seconds * 1e6 + Math.floor(nanos / 1000);
  }

  /** It is `micros` by a clock that is sure, on a silent wire: believed at once, and what is due by then happens. */
  advance(micros: Micros): void {
    this.order?.next();
    this.tracker.advance(Math.floor(micros / 1e6), (micros % 1e6) * 1000);
  }

  /** End of all input: holes are given up, connections cut. */
  finish(): void {
    this.decoder.fragments.finish();
    this.order?.next();
    this.tracker.finish();
    this.settle(Math.max(0, this.lastInput));
  }

  /** The capture of an input was interrupted: connections that lasted meanwhile are not whole. */
  interrupted(input: number): void {
    const { lastInput } = this.tracker.slots;
    this.order?.next();
    const inOrder = [...this.read.values()].sort((a, b) => a.ordinal - b.ordinal);
    for (const { row, slot, since } of inOrder) {
      if (lastInput[slot] !== input) continue;
      this.order?.waited(Stage.firstAge, since);
      this.to.interrupted(row, slot);
    }
    this.order?.atHand();
  }

  /** The recorder of an input says that it dropped so many packets more. */
  notCaptured(input: number, packets: number): void {
    this.book.add('not-captured', packets, 0);
    this.book.settle(input);
  }

  /** What could not be used, of one input or of all. */
  losses(input?: number): Losses {
    return this.book.losses(input);
  }

  get linkTypesUnsupported(): ReadonlyMap<number, number> {
    return this.undecoded.linkTypes;
  }

  get encapsulationsUnsupported(): ReadonlyMap<number, number> {
    return this.undecoded.encapsulations;
  }

  get connections(): number {
    return this.tracker.connections;
  }

  /** What became of the bytes of TCP connections that are over. */
  get streamBytes(): StreamBytes {
    const passedOver = this.order?.passedOver ?? 0;
    return this.unread.streamBytes(this.segmentCount - passedOver, this.tracker.counts.summed);
  }

  get held(): Held {
    const { fragments } = this.decoder;
    return {
      connections: this.tracker.slots.used,
      fragmentDatagrams: fragments.waiting,
      fragmentBytes: fragments.heldBytes,
      reorderBytes: this.tracker.holes.cost,
      identifyBytes: this.identifier.heldBytes,
      pduBytes: this.options.limits.pduTotalBytesMax - this.allRead.budget.bytesLeft,
      identifiedConnections: this.read.size,
    };
  }

  /** Books what was lost since the last time to `input`. */
  private settle(input: number): void {
    const { fragments } = this.decoder;
    this.unread.settle(input, this.counts ? fragments : null, this.tracker, this.identifier.bugs);
  }

  /** `bytes` are those of its frame on the wire. */
  private selected(packet: Packet, bytes: number): boolean {
    const { filter, share } = this.options;
    if (filter !== null) {
      const { family, addressBytes, sourceAt, targetAt, sourcePort, targetPort } = packet;
      if (!filter.matches(family, addressBytes, sourceAt, targetAt, sourcePort, targetPort)) {
        if (this.counts) this.book.add('not-selected', 1, bytes);
        return false;
      }
    }
    return share === null || share.has(packet);
  }

  private surroundings(): Identified<ReadProtocol> {
    return {
      midStream: (slot) => (this.tracker.slots.flags[slot] & (Flag.initial | (Flag.initial << 1))) === 0,
      begin: (slot, protocol, midStream, why) => {
        this.tracker.identified(slot);
        const row = this.to.begun(slot, protocol.name, why);
        const reading = new Reading(this.allRead, row, slot, this.readCount++, this.order?.moment ?? 0);
        this.read.add(slot, reading);
        reading.analyzer = protocol.analyzer(reading, midStream);
        this.pauseIfDue();
        return reading.analyzer;
      },
      failed: (slot, error) => {
        this.unread.failed(slot);
        const reading = this.read.get(slot);
        if (reading !== undefined) this.to.failed(reading.row, slot);
        this.options.bug?.(error);
      },
      ended: (slot, how, protocol, why) => this.ended(slot, how, protocol, why),
      path: (slot, packet) => this.paths.add(slot, packet),
    };
  }

  private ended(slot: number, how: Ended, protocol: string, why: string): void {
    const { covered } = this.tracker.slots;
    const noData = protocol === 'unknown' && covered[2 * slot] + covered[2 * slot + 1] === 0;
    const name = noData ? 'no-data' : protocol;
    this.protocols.set(name, (this.protocols.get(name) ?? 0) + 1);
    const reading = this.read.get(slot);
    this.unread.ended(slot, protocol, reading?.analyzer);
    if (reading !== undefined) this.read.delete(slot);
    this.options.bytes?.(this.unread.directions(slot, reading?.analyzer));
    this.to.ended(reading?.row ?? noRow, slot, how, name, why);
    this.paths.forget(slot);
    this.pauseIfDue();
  }

  /** Asked after whatever may make it so, for most packets do not. */
  private pauseIfDue(): void {
    this.tracker.streams.paused ||= this.isDue;
  }
}

/** What packets `from` to `to` had on the wire. */
function bytesOf({ original }: Batch, from: number, to: number): number {
  let bytes = 0;
  for (let i = from; i < to; i++) bytes += original[i];
  return bytes;
}
