import type { Micros } from '../../model/records.ts';

/** What traffic showed, as a policy is learnt from it: sums over associations of the same ends and AE titles. */
export interface Observed {
  readonly talks: readonly Talk[];
  readonly moves: readonly MoveSeen[];
  /** Listeners of DICOM over TLS, where titles are not to be seen. */
  readonly tlsListeners: readonly TlsListener[];
  readonly suspicions: readonly Suspicion[];
  /** Findings that do not speak against a talk, but that a person should know of. */
  readonly notable: readonly Notable[];
  /** Associations without AE titles (joined in the middle), by ends. */
  readonly unnamed: readonly UnnamedTalk[];
  /** First and last packet; null when there was none. */
  readonly first: Micros | null;
  readonly last: Micros | null;
}

export interface Between {
  readonly callingAe: string;
  readonly calledAe: string;
  readonly clientAddress: string;
  readonly serverAddress: string;
  readonly serverPort: number;
}

interface Seen {
  readonly first: Micros;
  readonly last: Micros;
}

/** Associations from one title and address to another, with a port. */
export interface Talk extends Between, Seen {
  readonly associations: number;
  readonly accepted: number;
  /** Accepted ones without TLS. */
  readonly clear: number;
  readonly rejected: number;
  readonly services: readonly ServiceSeen[];
}

/** Operations of one service within a talk. */
export interface ServiceSeen extends Seen {
  readonly service: string;
  /** Which end is its SCU. */
  readonly scu: 'client' | 'server';
  readonly sopClass: string | null;
  readonly operations: number;
}

/** C-MOVE requests of a talk to one destination. */
export interface MoveSeen extends Between, Seen {
  readonly destination: string;
  readonly operations: number;
  /** Sub-operations that were done. */
  readonly completed: number;
}

export interface TlsListener extends Seen {
  readonly address: string;
  readonly port: number;
  readonly sessions: number;
}

export interface UnnamedTalk extends Seen {
  readonly clientAddress: string;
  readonly serverAddress: string;
  readonly serverPort: number;
  readonly associations: number;
}

/** Findings on one client that make what it does no example to follow. */
export interface Suspicion {
  readonly clientAddress: string;
  readonly detection: string;
  readonly findings: number;
}

/** Findings of one detection between the same ends. */
export interface Notable extends Seen {
  readonly detection: string;
  readonly callingAe: string | null;
  readonly calledAe: string | null;
  readonly clientAddress: string;
  readonly serverAddress: string;
  readonly serverPort: number;
  readonly findings: number;
  /** Of `bulk-retrieval`, the address that objects were sent to. */
  readonly receiver: string | null;
  /** Of bulk: patients, those of queries that nothing restricted, and objects or records, in the busiest hour. */
  readonly patients: number | null;
  readonly unrestricted: number | null;
  readonly events: number | null;
}

/** Their detections: what a device may well do every day, such as a backup that receives everything. */
export const notable: readonly string[] = [
  'ae-collision',
  'capability-probe',
  'bulk-query',
  'bulk-retrieval',
  'move-destination-unknown',
  'object-replaced',
  'destructive-operation',
];

/** Detections whose findings are suspicions: a client that raises one is not to be imitated. */
export const suspicious: readonly string[] = [
  'ae-guessing',
  'dicom-sweep',
  'scanner-fingerprint',
  'path-in-identifier',
  'executable-content',
  'evasion-suspected',
];
