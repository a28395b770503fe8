import { catalogue } from '../../detections/catalogue.ts';
import type { AssociationRecord, FindingRecord, Micros, Severity } from '../../model/records.ts';
import type { OutKind, OutMessage } from '../message.ts';
import { summaryOf } from './summary.ts';
import { type FieldName, mapping } from './tables/mapping.ts';
import { visible, visibleAll } from './visible.ts';

export type FieldValue = string | number | boolean | readonly string[] | Readonly<Record<string, unknown>>;

/** What every format says of a message, in the order of the table; what is not known is not there. Times are µs. */
export type Fields = Readonly<Partial<Record<Exclude<FieldName, keyof Certain>, FieldValue>>> & Certain;

interface Certain {
  readonly kind: OutKind;
  readonly id: string;
  readonly revision: number;
  readonly time: Micros;
  readonly severity: Severity;
}

/** The fields of a message. No text in them has a control character, whatever was in the message. */
export function fieldsOf(message: OutMessage): Fields {
  const { kind, id, revision, time, severity, sensor } = message;
  const given: Partial<Record<FieldName, unknown>> = {
    kind,
    id,
    revision,
    time,
    severity,
    sensor: sensor.name,
    version: sensor.version,
    ...toldBy(message),
  };
  const fields: Partial<Record<FieldName, FieldValue>> = {};
  for (const { field } of mapping) {
    const value = given[field];
    if (value !== undefined && value !== null) fields[field] = visibleAll(value) as FieldValue;
  }
  return fields as Fields;
}

type Given = Partial<Record<FieldName, unknown>>;

function toldBy(message: OutMessage): Given {
  const summary = summaryOf(message);
  switch (message.kind) {
    case 'alert': {
      const { kind: standing, findingId, count, firstTime, lastTime, related } = message.alert;
      const finding = ofFinding(message.finding, message.connection?.communityId);
      return { ...finding, standing, findingId, count, firstTime, lastTime, related: filled(related) };
    }
    case 'finding':
      return { ...ofFinding(message.finding, message.connection?.communityId), findingId: message.finding.id };
    case 'association':
      return {
        title: titles.association,
        summary,
        ...ofAssociation(message.association),
        communityId: message.connection?.communityId,
      };
    case 'health': {
      const { id: _, runId, begin, end, interface: name, state, why, ...counters } = message.health;
      const told = { interface: name, outcome: state, outcomeDetail: why, counters };
      return { title: titles.health, summary, ...told, firstTime: begin, lastTime: end };
    }
    case 'heartbeat':
      return { title: titles.heartbeat, summary, counters: { waiting: message.waiting } };
    case 'gap': {
      const { firstSeq, lastSeq, dropped, count, begin, end } = message;
      const counters = { firstSeq, lastSeq, dropped };
      return { title: titles.gap, summary, counters, count, firstTime: begin, lastTime: end };
    }
    case 'test':
      return { title: titles.test, summary };
  }
}

/** What kind of message it is, where no detection says it. */
const titles = {
  association: 'DICOM association',
  health: 'Health of the sensor',
  heartbeat: 'Sign of life',
  gap: 'Messages given up',
  test: 'Test message',
} as const;

const titlesOfDetections = new Map(catalogue.map(({ slug, title }) => [slug, title]));

/** `next` is in a finding's evidence, and a field of its own here. */
function ofFinding(finding: FindingRecord, communityId: string | undefined): Given {
  const { detection, summary, evidence, references, partial, withdrawn, capture, frame } = finding;
  const { clientAddress, clientPort, serverAddress, serverPort, callingAe, calledAe } = finding;
  const { associationId, connectionId } = finding;
  const { next, ...numbers } = evidence;
  return {
    detection,
    title: titlesOfDetections.get(detection) ?? detection,
    summary,
    next: typeof next === 'string' ? next : null,
    // About the sensor itself: it has no ends.
    ...(connectionId === '' ? {} : { clientAddress, clientPort, serverAddress, serverPort, connectionId }),
    callingAe,
    calledAe,
    associationId,
    communityId,
    partial: partial || null,
    withdrawn: withdrawn || null,
    ...(connectionId === '' ? {} : { capture, frame }),
    references: references.length === 0 ? null : references,
    evidence: filled(numbers),
  };
}

function ofAssociation(record: AssociationRecord): Given {
  const { clientAddress, clientPort, serverAddress, serverPort, callingAe, calledAe, connectionId } = record;
  const { outcome, outcomeDetail, tls, patientData, operations, objects, clientDataBytes, serverDataBytes } = record;
  return {
    clientAddress,
    clientPort,
    serverAddress,
    serverPort,
    callingAe,
    calledAe,
    associationId: record.id,
    connectionId,
    firstTime: record.start,
    lastTime: record.end,
    capture: record.firstCapture,
    frame: record.firstFrame,
    outcome,
    outcomeDetail,
    tls,
    patientData,
    operations,
    objects,
    patients: String(record.patients),
    studies: String(record.studies),
    clientDataBytes,
    serverDataBytes,
    implementation: record.clientImplementationVersion,
    incomplete: record.incomplete.length === 0 ? null : record.incomplete,
    partial: record.complete ? null : true,
  };
}

function filled(object: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | null {
  return Object.keys(object).length === 0 ? null : object;
}

/** A value as one text, where a format has no lists and objects: those are JSON. */
export function fieldText(value: FieldValue): string {
  return typeof value === 'object' ? visible(JSON.stringify(value)) : String(value);
}
