import type { Losses, Micros, Severity, StreamBytes } from './records.ts';

/** How one interface is being listened to. */
export interface InterfaceStatus {
  /** As configured, such as `eth1`. */
  readonly name: string;
  /** `dumpcap`, `tcpdump`, `cap`, or `socket` where a unit of its own captures. */
  readonly engine: string;
  /** `capturing`, `waiting` (for the interface, the helper or the socket) or `stopped`. */
  readonly state: 'capturing' | 'waiting' | 'stopped';
  /** Why it waits, in words, or waited when it was stopped; null for one that captures, or did until then. */
  readonly why: string | null;
  /** Packets and their bytes on the wire that reached this process, since the program began. */
  readonly packets: number;
  readonly bytes: number;
  /**
   * Packets that came to the capture, by the engine's own count; null where it does not say. `packets` and the `drops`
   * of `kernel` and `helper` together are never more; what is less is on its way here, and nothing of it is left when
   * the capture has ended. What the interface itself lost never came to the capture.
   */
  readonly received: number | null;
  /** Packets lost at each place: `interface` (NIC), `kernel` (ring full), `helper`. */
  readonly drops: Readonly<Record<string, number>>;
  /** Starts of the capture; every one after the first was a recovery. */
  readonly starts: number;
  /** Wall clock of the last packet that came, in µs; null before the first. */
  readonly lastPacket: Micros | null;
}

/** How one sink is doing. */
export interface SinkStatus {
  readonly name: string;
  /** Such as `syslog-tls` or `file`. */
  readonly kind: string;
  /** Last sequence number of the log that is done with, and how many wanted ones come after it. */
  readonly cursor: number;
  readonly waiting: number;
  /** Age of the oldest one that waits, µs of wall clock; 0 when none does. */
  readonly lagMicros: Micros;
  /**
   * Messages confirmed as far as the transport can, sent again, and given up for the quota, since the program began.
   */
  readonly delivered: number;
  readonly repeated: number;
  readonly dropped: number;
  readonly connected: boolean;
  /** Never a secret; null when the last attempt went well. */
  readonly lastError: string | null;
}

/** How the store is doing. */
export interface StoreStatus {
  /** Database, write-ahead log and shared memory. */
  readonly bytes: number;
  /** Null while it takes records; else why not, in words. */
  readonly trouble: string | null;
  /** Records (and their bytes) that wait in memory to be written, and those refused since the program began. */
  readonly waiting: number;
  readonly waitingBytes: number;
  readonly refused: number;
}

/** How the ring of kept packets is doing. */
export interface EvidenceStatus {
  /** Of its files, and what they may have at most. */
  readonly bytes: number;
  readonly bytesMax: number;
  readonly files: number;
  /** When the oldest packet that is kept came, to the second, in µs; null while none is. */
  readonly oldest: Micros | null;
  /**
   * Packets that were written, and those that could not be: the disk was slow, full or broken. Since the program began.
   */
  readonly kept: number;
  readonly missed: number;
  /** Null while it keeps packets; else why not, in words. */
  readonly trouble: string | null;
}

/** A live sensor at one moment: what metrics, `/healthz`, the log's line a minute and the health record are made of. */
export interface LiveStatus {
  readonly sensor: string;
  readonly version: string;
  /** Wall clock, µs. */
  readonly begun: Micros;
  readonly now: Micros;
  readonly interfaces: readonly InterfaceStatus[];
  /** Since the program began. */
  readonly packets: number;
  readonly bytes: number;
  readonly connections: number;
  readonly associations: number;
  readonly operations: number;
  /** Every counter of what could not be used, cause to packets and bytes. */
  readonly losses: Losses;
  /** What became of the bytes of TCP connections that are over. */
  readonly streams: StreamBytes;
  /** What is held in memory, by name (`Sensor.held`). */
  readonly held: Readonly<Record<string, number>>;
  /** How far behind the wire the sensor is: wall clock less packet time when a batch is done. */
  readonly lagMicros: Micros;
  readonly memoryBytes: number;
  /** Findings raised since the program began: detection, then severity, to how many. */
  readonly findings: Readonly<Record<string, Readonly<Partial<Record<Severity, number>>>>>;
  readonly store: StoreStatus;
  readonly sinks: readonly SinkStatus[];
  /** Null where no packets are to be kept. */
  readonly evidence: EvidenceStatus | null;
  /** False when blind: no interface captures, or loss is above what `sensor-blind` allows. `why` says it in words. */
  readonly healthy: boolean;
  readonly why: string | null;
}
