import { openCapture } from '../../src/capture/open.ts';
import type { ByteSource } from '../../src/capture/source.ts';
import type { Totals } from '../../src/engine/counted.ts';
import { keyedHash } from '../../src/hash-key.ts';
import type { DirectionBytes } from '../../src/ledger/unread.ts';
import { noHistory } from '../../src/model/history.ts';
import type { Limits } from '../../src/model/limits.ts';
import type {
  AssociationRecord,
  ConnectionRecord,
  EndpointRecord,
  ExposureRecord,
  FindingRecord,
  Losses,
  OperationRecord,
  RecordBatch,
  StreamBytes,
  TlsSessionRecord,
} from '../../src/model/records.ts';
import { withoutPolicy } from '../../src/policy/compile.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { Sensor } from '../../src/sensor.ts';
import { chunkedSource } from './chunks.ts';

/** The hash key of tests: records are the same on every machine. */
export const testKey = new Uint8Array(32).fill(7);

export interface Replayed {
  readonly totals: Totals;
  readonly protocols: ReadonlyMap<string, number>;
  readonly losses: Losses;
  readonly error: string | null;
  /** Every TCP connection, in the order in which they ended. */
  readonly tcp: ConnectionRecord[];
  readonly connections: ConnectionRecord[];
  readonly associations: AssociationRecord[];
  readonly operations: OperationRecord[];
  readonly exposures: ExposureRecord[];
  /** As each association showed them. */
  readonly endpoints: Sighted[];
  readonly tlsSessions: TlsSessionRecord[];
  readonly findings: FindingRecord[];
  /** Every keyed hash that was asked for. */
  readonly hashes: ReadonlySet<string>;
  /** What became of the bytes of every connection of `tcp`, by side. */
  readonly bytes: (readonly [DirectionBytes, DirectionBytes])[];
  readonly streamBytes: StreamBytes;
  /** Errors of ours. */
  readonly bugs: unknown[];
}

/** An endpoint, with the association that showed it. */
export type Sighted = EndpointRecord & { readonly associationId: string; readonly connectionId: string };

export interface ReplayOptions {
  readonly policy?: Policy;
  readonly limits?: Partial<Limits>;
  /** Bytes a read of the capture gives at most. */
  readonly chunk?: number;
  readonly capture?: string;
  readonly reveal?: boolean;
  readonly hashSeed?: number;
}

/** Runs a capture through the engine; the last state of every record, in order of time and id. */
export async function replay(file: Uint8Array | ByteSource, options: ReplayOptions = {}): Promise<Replayed> {
  const kept = new Kept();
  const tcp: ConnectionRecord[] = [];
  const bytes: Replayed['bytes'] = [];
  const bugs: unknown[] = [];
  const hashes = new Set<string>();
  const hash = keyedHash(testKey);
  const sensor = new Sensor({
    policy: options.policy ?? withoutPolicy,
    history: noHistory,
    hash: (domain, value, start, end) => {
      const hashed = hash(domain, value, start, end);
      hashes.add(hashed);
      return hashed;
    },
    write: (batch) => kept.add(batch),
    connection: (record) => tcp.push(record),
    bytes: (directions) => bytes.push(directions),
    bug: (error) => bugs.push(error),
    reveal: options.reveal ?? false,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.hashSeed === undefined ? {} : { hashSeed: options.hashSeed }),
  });
  const source = file instanceof Uint8Array ? chunkedSource(file, options.chunk ?? file.length) : file;
  const reader = await openCapture(source);
  if (reader.format === null) throw new Error(reader.reason);
  const input = sensor.input(options.capture ?? 'capture');
  for (let batch = await reader.next(); batch !== null; batch = await reader.next()) {
    sensor.packets(batch, 0, batch.count, input);
  }
  sensor.finish();
  if (reader.dropped > 0) sensor.notCaptured(input, reader.dropped);
  const { totals, protocols, streamBytes } = sensor;
  const losses = sensor.losses();
  return { totals, protocols, losses, error: reader.error, tcp, hashes, bytes, streamBytes, bugs, ...kept.lists() };
}

/** The last state of every record. */
export class Kept {
  private readonly connections = new Map<string, ConnectionRecord>();
  private readonly associations = new Map<string, AssociationRecord>();
  private readonly operations = new Map<string, OperationRecord>();
  private readonly exposures = new Map<string, ExposureRecord>();
  private readonly endpoints = new Map<string, Sighted>();
  private readonly tlsSessions = new Map<string, TlsSessionRecord>();
  private readonly findings = new Map<string, FindingRecord>();

  add(batch: RecordBatch): void {
    for (const record of batch.connections) this.connections.set(record.id, record);
    for (const record of batch.associations) this.associations.set(record.id, record);
    for (const record of batch.operations) this.operations.set(record.id, record);
    for (const record of batch.exposures) this.exposures.set(record.associationId, record);
    for (const { associationId, connectionId, firstSeen, lastSeen, shown } of batch.endpoints) {
      for (const { id, aeTitle, address, port, service, role, ...told } of shown) {
        const named = { id, associationId, connectionId, aeTitle, address, port, service, role };
        this.endpoints.set(`${associationId} ${id}`, { ...named, firstSeen, lastSeen, ...told });
      }
    }
    for (const record of batch.tlsSessions) this.tlsSessions.set(record.id, record);
    for (const record of batch.findings) this.findings.set(record.id, record);
  }

  lists() {
    const byStart = <T extends { start: number; id: string }>(map: Map<string, T>): T[] =>
      [...map.values()].sort((a, b) => a.start - b.start || (a.id < b.id ? -1 : 1));
    const associations = byStart(this.associations);
    const order = new Map(associations.map(({ id }, index) => [id, index]));
    const rank = (id: string | null): number => order.get(id ?? '') ?? -1;
    return {
      connections: byStart(this.connections),
      associations,
      operations: byStart(this.operations),
      exposures: [...this.exposures.values()].sort((a, b) => rank(a.associationId) - rank(b.associationId)),
      endpoints: [...this.endpoints.values()].sort(
        (a, b) => rank(a.associationId) - rank(b.associationId) || a.firstSeen - b.firstSeen || (a.id < b.id ? -1 : 1),
      ),
      tlsSessions: byStart(this.tlsSessions),
      findings: [...this.findings.values()].sort(
        (a, b) => rank(a.associationId) - rank(b.associationId) || (a.detection < b.detection ? -1 : 1),
      ),
    };
  }
}
