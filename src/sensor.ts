import { randomInt } from 'node:crypto';
import type { Batch } from './capture/batch.ts';
import { Decoder } from './decode/decode.ts';
import type { Filter } from './decode/filter.ts';
import { Next, type Packet } from './decode/packet.ts';
import { tunnelKeys } from './decode/tunnel.ts';
import { judge } from './detections/judge.ts';
import { clientOf, connectionRecord, idOf, noEvidence } from './ledger/connection.ts';
import { Ledger } from './ledger/ledger.ts';
import { LossBook } from './ledger/losses.ts';
import type { Stamp } from './ledger/stamp.ts';
import type { Fact } from './model/facts.ts';
import type { History } from './model/history.ts';
import { limits as defaultLimits, type Limits } from './model/limits.ts';
import type { ConnectionRecord, Count, LossCause, Losses, Micros, RecordBatch } from './model/records.ts';
import type { Policy } from './policy/policy.ts';
import type { Analyzer, KeyedHash } from './protocols/analyzer.ts';
import { DicomAnalyzer } from './protocols/dicom/analyzer.ts';
import { dicomPorts, headersOnKnownPort, headersOnUnknownPort, recogniseDicom } from './protocols/dicom/recognise.ts';
import { findStep } from './protocols/dicom/resync.ts';
import { type ScannerContext, Scanners } from './protocols/dicom/scanners.ts';
import { type Identified, Identifier } from './protocols/identify.ts';
import { TlsAnalyzer } from './protocols/tls/analyzer.ts';
import { recogniseTls } from './protocols/tls/recognise.ts';
import { PathNotes } from './tcp/path-notes.ts';
import { Flag } from './tcp/slots.ts';
import type { Ended } from './tcp/streams.ts';
import { Tracker } from './tcp/tracker.ts';

export interface SensorOptions {
  readonly policy: Policy;
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
  readonly write: (batch: RecordBatch) => void;
  /** Every TCP connection, when it ends. */
  readonly connection?: (record: ConnectionRecord) => void;
  /** An error of ours below an analyzer; its connection is no longer read. */
  readonly bug?: (error: unknown) => void;
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

/**
 * The engine: packets in, records out. Sans-IO, and on packet time: the same packets give the same records,
 * however they are cut into batches.
 *
 *   batch → decode → tcp → identify → analyzer → ledger → detections → write
 */
export class Sensor {
  readonly protocols = new Map<string, number>();
  readonly linkTypesUnsupported = new Map<number, number>();
  /** What headers of tunnels named that is not decoded (`carriedText` says it in words) to packets. */
  readonly encapsulationsUnsupported = new Map<number, number>();
  private readonly options: SensorOptions;
  private readonly limits: Limits;
  private readonly decoder: Decoder;
  private readonly tracker: Tracker;
  private readonly identifier: Identifier;
  private readonly ledger: Ledger;
  private readonly book = new LossBook();
  private readonly paths = new PathNotes();
  private readonly captures: string[] = [];
  private readonly dicom: (DicomAnalyzer | undefined)[] = [];
  /** What all analyzers are given alike. */
  private readonly shared: ScannerContext;
  private readonly scanners: Scanners;
  private packetCount = 0;
  private byteCount = 0;
  /** Stream bytes that came after an error of ours, and where those of a connection with one begin. */
  private unreadBytes = 0;
  private readonly brokenAt = new Map<number, number>();
  private readonly begun = new Set<number>();
  private lastInput = -1;
  private stamped: Stamp = { micros: 0, capture: '', frame: 0 };

  constructor(options: SensorOptions) {
    this.options = options;
    this.limits = { ...defaultLimits, ...options.limits };
    this.shared = { hash: options.hash, limits: this.limits, reveal: options.reveal ?? false };
    this.scanners = new Scanners(this.shared);
    this.decoder = new Decoder(this.limits);
    const protocols = [
      { name: 'dicom', recognise: recogniseDicom, recogniseMidStream: this.dicomInTheMiddle },
      { name: 'tls', recognise: recogniseTls, recogniseMidStream: null },
    ];
    this.identifier = new Identifier(protocols, this.surroundings(), this.limits);
    this.tracker = new Tracker(this.limits, this.identifier, options.hashSeed ?? randomInt(2 ** 32));
    this.ledger = new Ledger({
      slots: this.tracker.slots,
      limits: this.limits,
      history: options.history,
      captures: this.captures,
      stamp: this.stamp,
      path: (slot) => this.paths.of(slot),
      configuredListener: (address, port) => options.policy.isDicomListener(address, port),
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
    for (let i = from; i < to; i++) {
      tracker.tick(batch.seconds[i], batch.nanos[i]);
      this.byteCount += batch.original[i];
      const next = decoder.decode(batch, i);
      if (next === Next.tcp && this.selected(decoder.packet, batch.original[i])) {
        tracker.segment(decoder.packet, decoder.packet.tunnel, input, batch.frame[i]);
        if (this.ledger.pending >= this.limits.changesPerBatch) this.flush(false);
      } else if (next !== Next.tcp) this.unused(next, batch, i);
    }
    this.packetCount += to - from;
    this.settle(input);
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
    this.settle(Math.max(0, this.lastInput));
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

  /** What could not be used, of one input or of all. */
  losses(input?: number): Losses {
    return this.book.losses(input);
  }

  private flush(all: boolean): void {
    const { batch, subjects } = this.ledger.drain(all, this.now);
    if (batch.connections.length === 0) return;
    for (const subject of subjects) batch.findings.push(...judge(subject, this.options.policy));
    this.options.write(batch);
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

  private unused(next: number, batch: Batch, i: number): void {
    if (next === Next.held || next === Next.fragmentRefused) return;
    this.book.add(causeOf[next], 1, batch.original[i]);
    if (next === Next.linkUnsupported) countUp(this.linkTypesUnsupported, batch.linkType[i]);
    else if (next === Next.encapsulationUnsupported) {
      const { carrier, protocol } = this.decoder.packet;
      countUp(this.encapsulationsUnsupported, carrier * 0x10000 + protocol);
    }
  }

  /** Books the counters that decode and tcp keep themselves. */
  private settle(input: number): void {
    const { counts } = this.tracker;
    const { fragments } = this.decoder;
    this.book.set('fragments-held', fragments.used, 0);
    this.book.set('fragments-given-up', fragments.givenUp, 0);
    this.book.set('duplicate', counts.duplicates, counts.duplicateBytes);
    this.book.set('retransmitted', counts.retransmitted, counts.retransmittedBytes);
    this.book.set('conflicting', counts.conflicting, 0);
    this.book.set('out-of-window', counts.outOfWindow, counts.outOfWindowBytes);
    this.book.set('after-reset', counts.afterReset, counts.afterResetBytes);
    this.book.set('truncated', counts.truncated, counts.truncatedBytes);
    this.book.set('evicted', counts.evicted, 0);
    this.book.set('clock-backward', counts.clockBackward + this.tracker.clock.movedBack, 0);
    this.book.set('bug', this.identifier.bugs, this.unreadBytes);
    this.book.settle(input);
  }

  private surroundings(): Identified {
    return {
      midStream: (slot) => (this.tracker.slots.flags[slot] & (Flag.initial | (Flag.initial << 1))) === 0,
      begin: (slot, protocol, midStream, why) => {
        this.tracker.identified(slot);
        this.ledger.begin(slot, protocol, why);
        return this.analyzer(slot, protocol, midStream);
      },
      failed: (slot, error) => this.failed(slot, error),
      ended: (slot, how, protocol, why) => this.ended(slot, how, protocol, why),
      path: (slot, packet) => this.paths.add(slot, packet),
    };
  }

  private analyzer(slot: number, protocol: string, midStream: boolean): Analyzer {
    const context = { ...this.shared, emit: (fact: Fact) => this.ledger.fact(slot, fact) };
    if (protocol === 'tls') return new TlsAnalyzer(context);
    const analyzer = new DicomAnalyzer(context, { midStream, scanners: this.scanners });
    this.dicom[slot] = analyzer;
    return analyzer;
  }

  private ended(slot: number, how: Ended, protocol: string, why: string): void {
    const { slots } = this.tracker;
    const covered = slots.covered[2 * slot] + slots.covered[2 * slot + 1];
    const name = protocol === 'unknown' && covered === 0 ? 'no-data' : protocol;
    this.protocols.set(name, (this.protocols.get(name) ?? 0) + 1);
    const brokenAt = this.brokenAt.get(slot);
    this.brokenAt.delete(slot);
    if (brokenAt !== undefined) this.unreadBytes += covered - brokenAt;
    if (protocol === 'unknown') this.book.add('not-identified', 0, brokenAt ?? covered);
    else this.book.add('missed', 0, slots.missed[2 * slot] + slots.missed[2 * slot + 1]);
    const analyzer = this.dicom[slot];
    if (analyzer !== undefined) {
      this.book.add('not-parsed', 0, analyzer.notParsed[0] + analyzer.notParsed[1]);
      this.dicom[slot] = undefined;
    }
    const kept = this.ledger.ended(slot, how);
    if (this.options.connection !== undefined) this.options.connection(kept ?? this.otherRecord(slot, how, name, why));
    this.paths.forget(slot);
  }

  private failed(slot: number, error: unknown): void {
    const { covered } = this.tracker.slots;
    this.brokenAt.set(slot, covered[2 * slot] + covered[2 * slot + 1]);
    this.ledger.failed(slot);
    this.options.bug?.(error);
  }

  /** The record of a connection that is not one of ours. */
  private otherRecord(slot: number, ended: Ended, protocol: string, why: string): ConnectionRecord {
    const { slots } = this.tracker;
    const evidence = noEvidence();
    const { vlan, tunnel } = this.paths.of(slot);
    const id = idOf(slots, slot, clientOf(slots, slot, evidence).side, tunnelKeys(tunnel), 0);
    const parts = { id, vlan, tunnel, evidence, ended, protocol, why };
    return connectionRecord(slots, slot, { ...parts, reasons: new Set(), captures: this.captures });
  }

  private readonly dicomInTheMiddle = (bytes: Uint8Array, start: number, end: number, slot: number): boolean => {
    const { slots } = this.tracker;
    const onKnownPort = dicomPorts.has(slots.port(slot, 0)) || dicomPorts.has(slots.port(slot, 1));
    return findStep(bytes, start, end, onKnownPort ? headersOnKnownPort : headersOnUnknownPort) >= 0;
  };

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

const causeOf: Readonly<Record<number, LossCause>> = {
  [Next.linkUnsupported]: 'link-unsupported',
  [Next.networkUnsupported]: 'network-unsupported',
  [Next.transportUnsupported]: 'transport-unsupported',
  [Next.encapsulationUnsupported]: 'encapsulation-unsupported',
  [Next.encapsulationTooDeep]: 'encapsulation-too-deep',
  [Next.malformedLink]: 'malformed-link',
  [Next.malformedNetwork]: 'malformed-network',
  [Next.malformedTransport]: 'malformed-transport',
};

/** Numbers counted apart: a flood of made-up ones adds no more. */
const numbersMax = 256;

function countUp(counts: Map<number, number>, number: number): void {
  const count = counts.get(number) ?? 0;
  if (count > 0 || counts.size < numbersMax) counts.set(number, count + 1);
}
