import type { EvidenceStatus, InterfaceStatus, LiveStatus, SinkStatus } from '../../src/model/live-status.ts';
import { Sensing } from './sensing.ts';

export const eth1: InterfaceStatus = {
  name: 'eth1',
  engine: 'tcpdump',
  state: 'capturing',
  why: null,
  packets: 100,
  bytes: 5000,
  received: 107,
  drops: { kernel: 7 },
  starts: 2,
  lastPacket: 1_700_000_000_500_000,
};

export const soc: SinkStatus = {
  name: 'soc',
  kind: 'syslog-tls',
  cursor: 12,
  waiting: 3,
  lagMicros: 1_500_000,
  delivered: 9,
  repeated: 1,
  dropped: 2,
  connected: true,
  lastError: null,
};

export const ring: EvidenceStatus = {
  bytes: 3000,
  bytesMax: 2 ** 30,
  files: 2,
  oldest: 1_699_990_000_000_000,
  kept: 90,
  missed: 10,
  trouble: 'the disk is too slow',
};

/** A live sensor that is well, but for `parts`. */
export function liveStatus(parts: Partial<LiveStatus> = {}): LiveStatus {
  return {
    sensor: 'span-1',
    version: '0.1.0',
    begun: 1_700_000_000_000_000,
    now: 1_700_000_060_000_000,
    interfaces: [eth1],
    packets: 100,
    bytes: 5000,
    connections: 4,
    associations: 3,
    operations: 8,
    losses: { 'before-sensor': { packets: 2, bytes: 2800 } },
    streams: new Sensing().sensor.streamBytes,
    held: { connections: 4, fragmentDatagrams: 1, reorderBytes: 512 },
    lagMicros: 250_000,
    memoryBytes: 80_000_000,
    findings: { 'phi-cleartext': { high: 2 } },
    store: { bytes: 4096, trouble: null, waiting: 5, waitingBytes: 900, refused: 1 },
    sinks: [soc],
    evidence: null,
    healthy: true,
    why: null,
    ...parts,
  };
}
