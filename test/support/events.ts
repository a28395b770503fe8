import type { Correlation } from '../../src/detections/detection.ts';
import { Watches } from '../../src/detections/watches.ts';
import type { Acted, Event, Participants } from '../../src/ledger/events.ts';
import type { Oddity } from '../../src/model/facts.ts';
import { type History, noHistory } from '../../src/model/history.ts';
import type { FindingRecord } from '../../src/model/records.ts';
import { withoutPolicy } from '../../src/policy/compile.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { START } from './subject.ts';

/** What one event is but for what is given: of CT01 (10.20.1.11) and ARCHIVE (10.20.5.10:104), at `START`. */
export type Given = Partial<Participants> & {
  /** Seconds after `START`. */
  readonly at?: number;
};

function participants(given: Partial<Participants> = {}): Participants {
  return {
    associationId: 'aaaaaaaaaaaaaaaaaaaaaaaaaaa',
    connectionId: 'caaaaaaaaaaaaaaaaaaaaaaaaaa',
    clientAddress: '10.20.1.11',
    clientPort: 50_000,
    serverAddress: '10.20.5.10',
    serverPort: 104,
    callingAe: 'CT01',
    calledAe: 'ARCHIVE',
    implementationUid: null,
    implementationVersion: null,
    midStream: false,
    tls: false,
    partial: false,
    ...given,
  };
}

export function happened({ at = 0, ...of }: Given) {
  const micros = START + Math.round(at * 1e6);
  return { at: { micros, capture: 'capture-1', frame: 1 + Math.round(at) }, of: participants(of) };
}

export function requested(
  given: Given,
  abstractSyntaxes: readonly string[] = ['1.2.840.10008.1.1'],
  tinySegments = 0,
): Event {
  return { kind: 'association-requested', ...happened(given), offered: abstractSyntaxes.map(proposed), tinySegments };
}

export function accepted(given: Given): Event {
  return { kind: 'association-accepted', ...happened(given) };
}

/** By the service user, because the called title is not recognised. */
export function rejected(given: Given, numbers: { result?: number; source?: number; reason?: number } = {}): Event {
  return { kind: 'association-rejected', ...happened(given), result: 1, source: 1, reason: 7, ...numbers };
}

/** An association that was accepted, did what `services` say, and was released. */
export function over(
  given: Given,
  services: readonly (readonly [service: string, ...sopClasses: string[]])[] = [],
  parts: Partial<Extract<Event, { kind: 'association-over' }>> = {},
): Event {
  return {
    kind: 'association-over',
    ...happened(given),
    outcome: 'released',
    accepted: true,
    byThem: true,
    ambiguous: false,
    strangeReset: false,
    offered: [],
    operations: services.length,
    services: services.map(([service, ...sopClasses]) => ({ service, sopClasses })),
    ...parts,
  };
}

/** A connection to a port of DICOM whose SYN nobody answered. */
export function unanswered(given: Given): Event {
  const ends = { associationId: null, callingAe: null, calledAe: null, ...given };
  return { kind: 'connection-over', ...happened(ends), how: 'no-answer' };
}

export function acted(given: Partial<Acted> = {}): Acted {
  return {
    id: 'oaaaaaaaaaaaaaaaaaaaaaaaaaa',
    command: 'C-STORE',
    service: 'store',
    sopClass: '1.2.840.10008.5.1.4.1.1.2',
    requester: 'client',
    messageId: 1,
    moveDestination: null,
    moveOriginator: null,
    moveOriginatorMessageId: null,
    ...given,
  };
}

export function asked(given: Given, operation: Partial<Acted> = {}): Event {
  return { kind: 'operation-requested', ...happened(given), operation: acted(operation) };
}

export function answered(given: Given, operation: Partial<Acted> = {}, status = 0): Event {
  return { kind: 'operation-answered', ...happened(given), operation: acted(operation), status };
}

export function sent(
  given: Given,
  patient: string | null,
  operation: Partial<Acted> = {},
  object: { instanceHash?: string | null; transferSyntax?: string | null; contentMark?: string | null } = {},
): Event {
  const unknown = { instanceHash: null, transferSyntax: null, contentMark: null };
  const told = { ...unknown, ...object, patientHash: patient };
  return { kind: 'object-sent', ...happened(given), operation: acted(operation), ...told };
}

export function odd(given: Given, oddities: readonly Oddity[], by: 'client' | 'server' = 'client'): Event {
  return { kind: 'odd-value', ...happened(given), by, operation: acted(), oddities };
}

export function malformed(given: Given, field = 'pdu-type', reason = 'is not known'): Event {
  return { kind: 'malformation', ...happened(given), by: 'client', field, reason };
}

export function proposed(abstractSyntax: string, index = 0) {
  return { id: 2 * index + 1, abstractSyntax, transferSyntaxes: ['1.2.840.10008.1.2'] };
}

/** `count` times what `make` gives for 0, 1, 2 … */
export function times<T>(count: number, make: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => make(i));
}

/** Findings of one correlation on what happened, each as said last. */
export function findingsOf(
  correlation: Correlation,
  events: readonly Event[],
  policy: Policy = withoutPolicy,
  history: Partial<History> = {},
): FindingRecord[] {
  const watches = new Watches(policy, { ...noHistory, ...history }, [correlation]);
  const last = new Map<string, FindingRecord>();
  for (const event of events) {
    watches.observe(event);
    for (const finding of watches.drain().findings) last.set(finding.id, finding);
  }
  return [...last.values()];
}
