import { randomInt } from 'node:crypto';
import type { Budget } from './bytes/held-bytes.ts';
import type { Batch } from './capture/batch.ts';
import { Decoder } from './decode/decode.ts';
import type { Filter } from './decode/filter.ts';
import { Next, type Packet } from './decode/packet.ts';
import type { HeldBack } from './detections/held-back.ts';
import { type Judgement, joined, judgementOfAll } from './detections/judge.ts';
import { Watches } from './detections/watches.ts';
import { otherRecord } from './ledger/connection.ts';
import { connectionOver, DicomPorts } from './ledger/dicom-ports.ts';
import type { Event } from './ledger/events.ts';
import { Ledger } from './ledger/ledger.ts';
import { LossBook } from './ledger/losses.ts';
import type { Stamp } from './ledger/stamp.ts';
import { Undecoded } from './ledger/undecoded.ts';
import { type DirectionBytes, Unread } from './ledger/unread.ts';
import type { Fact, Side } from './model/facts.ts';
import type { History } from './model/history.ts';
import { limits as defaultLimits, type Limits } from './model/limits.ts';
import type { ConnectionRecord, Count, Losses, Micros, RecordBatch, StreamBytes } from './model/records.ts';
import type { Policy } from './policy/policy.ts';
import { PolicyInForce } from './policy/policy-in-force.ts';
import type { Analyzer, KeyedHash } from './protocols/analyzer.ts';
import type { ScannerContext } from './protocols/dicom/scanners.ts';
import { type Identified, Identifier } from './protocols/identify.ts';
import { protocolTable, type ReadProtocol } from './protocols/protocol-table.ts';
import { PathNotes } from './tcp/path-notes.ts';
import { Flag } from './tcp/slots.ts';
import type { Ended } from './tcp/streams.ts';
import { Tracker } from './tcp/tracker.ts';

export interface SensorOptions {
  readonly policy: Policy;
  /** Another policy, by which the same is judged too (`Judged.compared`): its findings are no records. */
  readonly compare?: Policy;
  readonly history: History;
  readonly hash: KeyedHash;
  readonly limits?: Partial<Limits>;
  /** Shown attributes carry their values, for an analyst with the right to see them. */
  readonly reveal?: boolean;
  /** Of the table of connections, 32 bits; made up where not given. No record depends on it. */
  readonly hashSeed?: number;
  /** Only packets that match are used. */
  readonly filter?: Filter | null;
  /** Records that changed: whenever `changesPerBatch` have, and on `advance` and `finish`. */
  readonly write: (batch: RecordBatch, judged: Judged) => void;
  /** Every TCP connection, when it ends, and what became of its bytes by side. */
  readonly connection?: (record: ConnectionRecord, bytes: readonly [DirectionBytes, DirectionBytes]) => void;
  /** An error of ours below an analyzer; its connection is no longer read. */
  readonly bug?: (error: unknown) => void;
}

/** What judging a batch gave beside its findings. */
export interface Judged {
  readonly heldBack: readonly HeldBack[];
  /** Of the same associations under the policy to compare with. */
  readonly compared: Judgement | null;
}

export interface Totals {
  packets: number;
  bytes: number;
  connections: number;
  associations: number;
  operations: number;
  patients: Count;
  studies: Count;
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

/**
 * The engine: packets in, records out. Sans-IO, and on packet time: the same packets give the same records,
 * however they are cut into batches.
 *
 *   batch → decode → tcp → identify → analyzer → ledger → detections → write
 */
export class Sensor {
  readonly protocols = new Map<string, number>();
  private readonly options: SensorOptions;
  private readonly inForce: PolicyInForce;
  private readonly limits: Limits;
  private readonly decoder: Decoder;
  private readonly tracker: Tracker;
  private readonly identifier: Identifier<ReadProtocol>;
  private readonly ledger: Ledger;
  private readonly watches: Watches;
  private readonly watchesCompared: Watches | null;
  private readonly dicomPorts = new DicomPorts();
  private readonly book = new LossBook();
  private readonly undecoded = new Undecoded(this.book);
  private readonly unread: Unread;
  private readonly paths = new PathNotes();
  private readonly captures: string[] = [];
  /** By slot, of identified connections: few of all are. */
  private readonly analyzers = new Map<number, Analyzer>();
  /** What all analyzers are given alike. */
  private readonly shared: ScannerContext;
  private readonly budget: Budget;
  private packetCount = 0;
  private byteCount = 0;
  private segmentCount = 0;
  private readonly begun = new Set<number>();
  private lastInput = -1;
  private stamped: Stamp = { micros: 0, capture: '', frame: 0 };

  constructor(options: SensorOptions) {
    this.options = options;
    this.limits = { ...defaultLimits, ...options.limits };
    this.shared = { hash: options.hash, limits: this.limits, reveal: options.reveal ?? false };
    this.budget = { bytesLeft: this.limits.pduTotalBytesMax };
    this.decoder = new Decoder(this.limits, () => this.tracker.clock.elapsedMs);
    const port = (slot: number, side: Side): number => this.tracker.slots.port(slot, side);
    const protocols = protocolTable(this.shared, port);
    this.identifier = new Identifier(protocols, this.surroundings(), this.limits);
    this.tracker = new Tracker(this.limits, this.identifier, options.hashSeed ?? randomInt(2 ** 32));
    this.tracker.streams.tinySegmentBytes = options.policy.thresholds['evasion-suspected'].segment_bytes;
    this.unread = new Unread(this.book, this.tracker.slots);
    const { compare, history } = options;
    this.inForce = new PolicyInForce(options.policy);
    this.watches = new Watches(this.inForce, history);
    this.watchesCompared = compare === undefined ? null : new Watches(compare, history);
    this.ledger = new Ledger({
      slots: this.tracker.slots,
      limits: this.limits,
      history: options.history,
      captures: this.captures,
      stamp: this.stamp,
      path: (slot) => this.paths.of(slot),
      configuredListener: (address, port) => this.inForce.isDicomListener(address, port),
      judgedBy: () => this.inForce.current,
      observe: (event) => this.observe(event),
    });
  }

  /** A new input, `capture` its id: the number by which its packets are given. */
  input(capture: string): number {
    return this.captures.push(capture) - 1;
  }

  /** Packets `from` to `to` of a batch, the next ones of an input. */
  packets(batch: Batch, from: number, to: number, input: number): void {
    const { tracker, decoder } = this;
    // Of merged inputs each begins once, however often they take turns.
    if (!this.begun.has(input)) {
      this.begun.add(input);
      tracker.clock.fileBorder();
    }
    this.lastInput = input;
    for (let i = from; i < to; ) {
      i = this.untilDue(batch, i, to, input);
      if (this.readsTooMany) this.giveUpIdlest();
      if (this.recordsDue) this.flush(false);
    }
    this.packetCount += to - from;
    this.unread.settle(input, decoder.fragments, tracker, this.identifier.bugs);
  }

  /**
   * Packets from `from` on, up to `to` or to the one that made records due or was too much; where that ended. The hot loop has nothing
   * else in it: what rarely happens would undo its optimised code each time it did.
   */
  private untilDue(batch: Batch, from: number, to: number, input: number): number {
    const { tracker, decoder } = this;
    const { packet } = decoder;
    let i = from;
    let bytes = 0;
    let segments = 0;
    do {
      tracker.tick(batch.seconds[i], batch.nanos[i]);
      bytes += batch.original[i];
      const next = decoder.decode(batch, i);
      if (next !== Next.tcp) this.undecoded.add(next, batch, i, packet);
      else if (this.selected(packet, batch.original[i])) {
        segments++;
        tracker.segment(packet, packet.tunnel, input, batch.frame[i]);
      }
      i++;
    } while (i < to && !this.recordsDue && !this.readsTooMany);
    this.byteCount += bytes;
    this.segmentCount += segments;
    return i;
  }

  private get readsTooMany(): boolean {
    return this.analyzers.size > this.limits.identifiedConnectionsMax;
  }

  /** An idle association is not given up for a mass of TLS. */
  private giveUpIdlest(): void {
    const isDicom = (slot: number): boolean => this.identifier.speaks(slot, 'dicom');
    for (let i = this.analyzers.size - this.limits.identifiedConnectionsMax; i > 0; i--)
      this.tracker.eviction.identified(isDicom);
  }

  private get recordsDue(): boolean {
    return this.ledger.pending >= this.limits.changesPerBatch;
  }

  /** Packet time, in microseconds. */
  get now(): Micros {
    const { seconds, nanos } = this.tracker.clock;
    return seconds * 1e6 + Math.floor(nanos / 1000);
  }

  /** It is `micros` by a clock that is sure, on a silent wire: believed at once, and what is due by then happens. */
  advance(micros: Micros): void {
    this.tracker.advance(Math.floor(micros / 1e6), (micros % 1e6) * 1000);
    this.flush(false);
  }

  /** End of all input: holes are given up, connections cut, records written. */
  finish(): void {
    this.decoder.fragments.finish();
    this.tracker.finish();
    this.unread.settle(Math.max(0, this.lastInput), this.decoder.fragments, this.tracker, this.identifier.bugs);
    this.flush(true);
  }

  get totals(): Totals {
    return {
      packets: this.packetCount,
      bytes: this.byteCount,
      connections: this.tracker.connections,
      associations: this.ledger.associations,
      operations: this.ledger.operations,
      patients: this.ledger.patientCount,
      studies: this.ledger.studyCount,
    };
  }

  /** What became of the bytes of TCP connections that are over. */
  get streamBytes(): StreamBytes {
    return this.unread.streamBytes(this.segmentCount, this.tracker.counts.summed);
  }

  get held(): Held {
    const { fragments } = this.decoder;
    return {
      connections: this.tracker.slots.used,
      fragmentDatagrams: fragments.waiting,
      fragmentBytes: fragments.heldBytes,
      reorderBytes: this.tracker.heldBytes,
      identifyBytes: this.identifier.heldBytes,
      pduBytes: this.limits.pduTotalBytesMax - this.budget.bytesLeft,
      identifiedConnections: this.analyzers.size,
    };
  }

  /** The recorder of an input says that it dropped so many packets more. */
  notCaptured(input: number, packets: number): void {
    this.book.add('not-captured', packets, 0);
    this.book.settle(input);
  }

  /** The capture of an input was interrupted: connections that lasted meanwhile are not whole. */
  interrupted(input: number): void {
    this.ledger.interrupted(input);
  }

  /** Another policy from here on: an association is judged by the one that was in force at its request. */
  usePolicy(policy: Policy): void {
    this.inForce.current = policy;
  }

  /** What could not be used, of one input or of all. */
  losses(input?: number): Losses {
    return this.book.losses(input);
  }

  get linkTypesUnsupported(): ReadonlyMap<number, number> {
    return this.undecoded.linkTypes;
  }

  /** What headers of tunnels named that is not decoded (`carriedText` says it in words) to packets. */
  get encapsulationsUnsupported(): ReadonlyMap<number, number> {
    return this.undecoded.encapsulations;
  }

  private flush(all: boolean): void {
    const { batch, subjects, judgedBy } = this.ledger.drain(all, this.now);
    const { compare } = this.options;
    const watched = this.watches.drain();
    const watchedCompared = this.watchesCompared?.drain();
    for (const connection of watched.connections) batch.connections.push(connection);
    if (batch.connections.length === 0 && watched.findings.length === 0) return;
    const { findings, heldBack } = joined(judgementOfAll(subjects, judgedBy as Policy[]), watched);
    for (const finding of findings) batch.findings.push(finding);
    const compared =
      compare === undefined || watchedCompared === undefined
        ? null
        : joined(
            judgementOfAll(
              subjects,
              subjects.map(() => compare),
            ),
            watchedCompared,
          );
    this.options.write(batch, { heldBack, compared });
  }

  private observe(event: Event): void {
    if (event.kind === 'association-accepted') this.dicomPorts.add(event.of.serverPort);
    this.watches.observe(event);
    this.watchesCompared?.observe(event);
  }

  /** `bytes` are those of its frame on the wire. */
  private selected(packet: Packet, bytes: number): boolean {
    const { filter } = this.options;
    if (filter === undefined || filter === null) return true;
    const { family, addressBytes, sourceAt, targetAt, sourcePort, targetPort } = packet;
    if (filter.matches(family, addressBytes, sourceAt, targetAt, sourcePort, targetPort)) return true;
    this.book.add('not-selected', 1, bytes);
    return false;
  }

  private surroundings(): Identified<ReadProtocol> {
    return {
      midStream: (slot) => (this.tracker.slots.flags[slot] & (Flag.initial | (Flag.initial << 1))) === 0,
      begin: (slot, protocol, midStream, why) => {
        this.tracker.identified(slot);
        this.ledger.begin(slot, protocol.name, why);
        const { shared, budget } = this;
        const emit = (fact: Fact): void => this.ledger.fact(slot, fact);
        const analyzer = protocol.analyzer({ ...shared, budget, emit }, midStream);
        this.analyzers.set(slot, analyzer);
        return analyzer;
      },
      failed: (slot, error) => this.failed(slot, error),
      ended: (slot, how, protocol, why) => this.ended(slot, how, protocol, why),
      path: (slot, packet) => this.paths.add(slot, packet),
    };
  }

  private ended(slot: number, how: Ended, protocol: string, why: string): void {
    const { covered } = this.tracker.slots;
    const noData = protocol === 'unknown' && covered[2 * slot] + covered[2 * slot + 1] === 0;
    const name = noData ? 'no-data' : protocol;
    this.protocols.set(name, (this.protocols.get(name) ?? 0) + 1);
    const analyzer = this.analyzers.get(slot);
    this.unread.ended(slot, protocol, analyzer);
    if (analyzer !== undefined) this.analyzers.delete(slot);
    const { slots } = this.tracker;
    const minded = protocol !== 'dicom' && this.dicomPorts.concern(slots, slot);
    const asked = minded || this.options.connection !== undefined;
    const keeps = this.ledger.keeps(slot);
    const kept = this.ledger.ended(slot, how, asked);
    if (asked) {
      const parts = { ended: how, protocol: name, why, captures: this.captures };
      const record = kept ?? otherRecord(slots, slot, this.paths.of(slot), parts);
      this.options.connection?.(record, this.unread.directions(slot, analyzer));
      if (minded && this.dicomPorts.has(record.serverPort)) {
        this.observe(connectionOver(slots, slot, record, why, keeps));
      }
    }
    this.paths.forget(slot);
  }

  private failed(slot: number, error: unknown): void {
    this.unread.failed(slot);
    this.ledger.failed(slot);
    this.options.bug?.(error);
  }

  private readonly stamp = (): Stamp => {
    const { seconds, nanos, input, frame } = this.tracker.streams;
    const micros = seconds * 1e6 + Math.floor(nanos / 1000);
    const capture = this.captures[input];
    const last = this.stamped;
    if (last.frame !== frame || last.capture !== capture || last.micros !== micros) {
      this.stamped = { micros, capture, frame };
    }
    return this.stamped;
  };
}
