import { rfc3339 } from '../../bytes/rfc3339.ts';
import { type Fields, fieldText } from './fields.ts';
import {
  type Code,
  destinationRole,
  eventTypes,
  nodeId,
  otherEventType,
  securityAlert,
  sourceRole,
} from './tables/audit-events.ts';
import type { FieldName } from './tables/mapping.ts';
import { severityTable } from './tables/severities.ts';
import { xml, xmlText } from './xml.ts';

/** Who speaks, as an audit record repository knows it. */
export interface AuditSource {
  /** AuditSourceID, and AuditEnterpriseSiteID if there is one. */
  readonly sourceId: string;
  readonly siteId: string | null;
  /** Name of the machine and the process on it. */
  readonly host: string;
  readonly process: number;
}

/** MSGID of syslog by PS3.15 A.6, as audit record repositories look for it. */
export const auditMessageId = 'DICOM+RFC3881';

/**
 * A Security Alert of the DICOM audit trail (PS3.15 A.5.3.11) in the schema of A.5.1. The sensor reports; client and
 * server of the association perform, by address and AE title; the server is the subject of the alert. There is never a
 * participant object for a patient, a study or an object.
 */
export function audit(fields: Fields, source: AuditSource): string {
  const { clientAddress, serverAddress, callingAe, calledAe } = fields;
  const message = xml('AuditMessage', {}, [
    eventIdentification(fields),
    reporter(source),
    ...performer(clientAddress, callingAe, sourceRole),
    ...performer(serverAddress, calledAe, destinationRole),
    xml('AuditSourceIdentification', { AuditEnterpriseSiteID: source.siteId, AuditSourceID: source.sourceId }, [
      // 9: other.
      xml('AuditSourceTypeCode', { 'csd-code': '9' }),
    ]),
    subject(fields, String(serverAddress ?? source.host)),
  ]);
  return `<?xml version="1.0" encoding="UTF-8"?>${message}`;
}

function eventIdentification(fields: Fields): string {
  const { time, severity, detection, kind, title } = fields;
  const outcome = severityTable[severity].audit;
  const attributes = {
    EventActionCode: 'E',
    EventDateTime: rfc3339(time),
    EventOutcomeIndicator: String(outcome),
  };
  return xml('EventIdentification', attributes, [
    coded('EventID', securityAlert),
    coded('EventTypeCode', eventTypes[String(detection ?? kind)] ?? otherEventType),
    xml('EventOutcomeDescription', {}, [xmlText(String(title ?? kind))]),
  ]);
}

/** Reporting process (1..2). */
function reporter({ sourceId, host, process }: AuditSource): string {
  return xml('ActiveParticipant', {
    UserID: sourceId,
    AlternativeUserID: String(process),
    UserName: 'dicomtap',
    UserIsRequestor: 'false',
    NetworkAccessPointID: host,
    NetworkAccessPointTypeCode: '1',
  });
}

/** Performing process (0..N): an end of the association. */
function performer(address: unknown, title: unknown, role: Code): string[] {
  if (address === undefined) return [];
  const attributes = {
    UserID: String(address),
    // A.5.2: titles are listed with semicolons between them, so one within is escaped.
    AlternativeUserID: title === undefined ? null : `AETITLES=${String(title).replaceAll(';', '\\x3B')}`,
    UserIsRequestor: 'false',
    NetworkAccessPointID: String(address),
    NetworkAccessPointTypeCode: '2',
  };
  return [xml('ActiveParticipant', attributes, [coded('RoleIDCode', role)])];
}

/** Alert subject: a node, by its address. What the alert is about is in details, whose values are base64. */
function subject(fields: Fields, node: string): string {
  const attributes = {
    ParticipantObjectID: node,
    ParticipantObjectTypeCode: '2',
    ParticipantObjectTypeCodeRole: '13',
  };
  const description = String(fields.summary ?? fields.title ?? fields.kind);
  const details = detailed.flatMap((field) => {
    const value = fields[field];
    return value === undefined ? [] : [detail(`dicomtap ${field}`, fieldText(value))];
  });
  return xml('ParticipantObjectIdentification', attributes, [
    coded('ParticipantObjectIDTypeCode', nodeId),
    xml('ParticipantObjectName', {}, [xmlText(node)]),
    detail('Alert Description', description),
    ...details,
  ]);
}

/** What of the fields is told as a detail: the rest is in elements of its own, or not an audit repository's matter. */
const detailed: readonly FieldName[] = [
  'kind',
  'id',
  'revision',
  'severity',
  'detection',
  'count',
  'associationId',
  'communityId',
  'withdrawn',
  'next',
  'references',
  'truncated',
];

function detail(type: string, value: string): string {
  return xml('ParticipantObjectDetail', { type, value: Buffer.from(value).toString('base64') });
}

function coded(name: string, [code, meaning]: Code): string {
  return xml(name, { 'csd-code': code, codeSystemName: 'DCM', originalText: meaning });
}
