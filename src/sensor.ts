import { randomInt } from 'node:crypto';
import type { Batch } from './capture/batch.ts';
import type { Filter } from './decode/filter.ts';
import type { Totals } from './engine/counted.ts';
import { DirectStatements } from './engine/direct-statements.ts';
import { Dissector, type Held } from './engine/dissector.ts';
import type { Registrar, RegistrarOptions } from './engine/registrar.ts';
import type { Occasion } from './ledger/changes.ts';
import type { DirectionBytes } from './ledger/unread.ts';
import { limits as defaultLimits, type Limits } from './model/limits.ts';
import type { Losses, Micros, StreamBytes } from './model/records.ts';
import type { Policy } from './policy/policy.ts';
import type { KeyedHash } from './protocols/analyzer.ts';

export interface SensorOptions extends Omit<RegistrarOptions, 'limits' | 'at'> {
  readonly hash: KeyedHash;
  readonly limits?: Partial<Limits>;
  /** Shown attributes carry their values, for an analyst with the right to see them. */
  readonly reveal?: boolean;
  /** Of the table of connections, 32 bits; made up where not given. No record depends on it. */
  readonly hashSeed?: number;
  /** Only packets that match are used. */
  readonly filter?: Filter | null;
  /** What became of the bytes of every TCP connection, by side, when it ends. */
  readonly bytes?: (bytes: readonly [DirectionBytes, DirectionBytes]) => void;
  /** An error of ours below an analyzer; its connection is no longer read. */
  readonly bug?: (error: unknown) => void;
}

/** What feeds the engine, in whichever threads it is. */
export type Engine = Omit<Pick<Sensor, keyof Sensor>, 'finish'> & { finish(): void | Promise<void> };

/**
 * The engine: packets in, records out. Sans-IO, and on packet time: the same packets give the same records, however
 * they are cut into batches. Two halves, between which lies what is stated of connections:
 *
 *   dissector:  batch → decode → tcp → identify → analyzer
 *   registrar:  ledger → events → detections → write
 */
export class Sensor {
  private readonly dissector: Dissector<DirectStatements>;
  private readonly registrar: Registrar;

  constructor(options: SensorOptions) {
    const limits = { ...defaultLimits, ...options.limits };
    const { hash, reveal = false, hashSeed = randomInt(2 ** 32), filter = null, bytes, bug } = options;
    const tinySegmentBytes = options.policy.thresholds['evasion-suspected'].segment_bytes;
    const { policy, compare, history, write, connection } = options;
    const registering = { policy, compare, history, limits, write, connection };
    this.dissector = new Dissector({
      ...{ limits, hash, reveal, hashSeed, filter, tinySegmentBytes, bytes, bug, share: null },
      to: (seen) => new DirectStatements(seen, registering, () => this.flush('full')),
    });
    this.registrar = this.dissector.to.registrar;
  }

  /** A new input, `capture` its id: the number by which its packets are given. */
  input(capture: string): number {
    return this.registrar.input(capture);
  }

  /** Packets `from` to `to` of a batch, the next ones of an input. */
  packets(batch: Batch, from: number, to: number, input: number): void {
    this.dissector.packets(batch, from, to, input);
  }

  /** Packet time, in microseconds. */
  get now(): Micros {
    return this.dissector.now;
  }

  /**
   * It is `micros` by a clock that is sure, on a silent wire: believed at once, and what is due by then happens.
   * Without, packet time stays where it is, and what is due is written.
   */
  advance(micros: Micros = this.now): void {
    this.dissector.advance(micros);
    this.flush('asked');
  }

  /** End of all input: holes are given up, connections cut, records written. */
  finish(): void {
    this.dissector.finish();
    this.flush('end');
  }

  /**
   * Null: everything that was given was used at once. Of an engine in several threads what is to be waited for before
   * more is given.
   */
  room(): Promise<void> | null {
    return null;
  }

  /** The same until records were made of everything that was given. */
  settled(): Promise<void> | null {
    return null;
  }

  /** The recorder of an input says that it dropped so many packets more. */
  notCaptured(input: number, packets: number): void {
    this.dissector.notCaptured(input, packets);
  }

  /** The capture of an input was interrupted: connections that lasted meanwhile are not whole. */
  interrupted(input: number): void {
    this.dissector.interrupted(input);
    if (this.registrar.due) this.flush('full');
  }

  /** Another policy from here on: an association is judged by the one that was in force at its request. */
  usePolicy(policy: Policy): void {
    this.registrar.usePolicy(policy);
  }

  get totals(): Totals {
    const { packetCount: packets, byteCount: bytes, connections } = this.dissector;
    return { packets, bytes, connections, ...this.registrar.totals };
  }

  /** Connections by protocol. */
  get protocols(): ReadonlyMap<string, number> {
    return this.dissector.protocols;
  }

  /** What became of the bytes of TCP connections that are over. */
  get streamBytes(): StreamBytes {
    return this.dissector.streamBytes;
  }

  get held(): Held {
    return this.dissector.held;
  }

  /** What could not be used, of one input or of all. */
  losses(input?: number): Losses {
    return this.dissector.losses(input);
  }

  get linkTypesUnsupported(): ReadonlyMap<number, number> {
    return this.dissector.linkTypesUnsupported;
  }

  /** What headers of tunnels named that is not decoded (`carriedText` says it in words) to packets. */
  get encapsulationsUnsupported(): ReadonlyMap<number, number> {
    return this.dissector.encapsulationsUnsupported;
  }

  private flush(on: Occasion): void {
    this.registrar.flush(on, this.now);
  }
}
