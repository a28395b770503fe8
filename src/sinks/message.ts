import type {
  AlertRecord,
  AssociationRecord,
  ConnectionRecord,
  FindingRecord,
  HealthRecord,
  Micros,
  Severity,
  TlsSessionRecord,
} from '../model/records.ts';

/**
 * What a sink sends: a record as the store had it when it was read, or a word of the sensor itself. Formats turn it
 * into text. The same `id` and `revision` are the same message: sent again after an outage it is the same text.
 */
export type OutMessage =
  | AlertMessage
  | FindingMessage
  | AssociationMessage
  | HealthMessage
  | HeartbeatMessage
  | GapMessage
  | TestMessage;

export type OutKind = OutMessage['kind'];

interface Common {
  /** The record's id; of words of the sensor one made of sink and time. */
  readonly id: string;
  /** From 1. A higher one says the same thing newer: collectors keep the highest. */
  readonly revision: number;
  readonly severity: Severity;
  /** Packet time at which it was proven; of words of the sensor, wall clock. */
  readonly time: Micros;
  /** Packet times it is about; equal to `time` where it is a moment. */
  readonly begin: Micros;
  readonly end: Micros;
  readonly sensor: Sensor;
  /** The run whose connection it is of, where that is known. */
  readonly runId: number | null;
}

/** Who says it. */
export interface Sensor {
  /** As configured, else the machine's name. */
  readonly name: string;
  readonly version: string;
  /** Name of the machine, for syslog's HOSTNAME, and the process there. */
  readonly host: string;
  readonly pid: number;
}

/** Connection and association of a finding; null where it has none, or the store no longer has it. */
export interface Subject {
  readonly connection: ConnectionRecord | null;
  readonly association: AssociationRecord | null;
  /** Of findings on TLS. */
  readonly tlsSession: TlsSessionRecord | null;
}

export interface AlertMessage extends Common, Subject {
  readonly kind: 'alert';
  readonly alert: AlertRecord;
  /** The finding that shows it: the gravest, then the first. */
  readonly finding: FindingRecord;
}

export interface FindingMessage extends Common, Subject {
  readonly kind: 'finding';
  readonly finding: FindingRecord;
}

export interface AssociationMessage extends Common {
  readonly kind: 'association';
  readonly association: AssociationRecord;
  readonly connection: ConnectionRecord | null;
}

export interface HealthMessage extends Common {
  readonly kind: 'health';
  readonly health: HealthRecord;
}

/** Says that sensor and path are alive, and how far behind the sink is. */
export interface HeartbeatMessage extends Common {
  readonly kind: 'heartbeat';
  /** Messages that wait to be delivered by this sink. */
  readonly waiting: number;
}

/** Says what this sink will never deliver: lines of the log from `firstSeq` to `lastSeq`. */
export interface GapMessage extends Common {
  readonly kind: 'gap';
  readonly why: 'quota' | 'trimmed';
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Messages given up, by severity; empty where it is no longer known. */
  readonly dropped: Readonly<Partial<Record<Severity, number>>>;
  readonly count: number;
}

/** Of `dicomtap sink test`: nothing happened. */
export interface TestMessage extends Common {
  readonly kind: 'test';
  readonly sink: string;
}
