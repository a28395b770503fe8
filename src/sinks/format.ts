import { type AuditSource, audit, auditMessageId } from './formats/audit.ts';
import { cef } from './formats/cef.ts';
import { ecs } from './formats/ecs.ts';
import { eve } from './formats/eve.ts';
import { type Fields, fieldsOf } from './formats/fields.ts';
import { fitted } from './formats/fitted.ts';
import { leef } from './formats/leef.ts';
import { rfc3164 } from './formats/rfc3164.ts';
import { rfc5424, structuredData } from './formats/rfc5424.ts';
import { sentence } from './formats/sentence.ts';
import { priority, type SyslogHeader } from './formats/syslog-header.ts';
import { severityTable } from './formats/tables/severities.ts';
import { visible } from './formats/visible.ts';
import type { OutMessage } from './message.ts';
import type { AuditSink, FormatName, SinkSettings, SyslogSink } from './settings.ts';
import { facilities } from './tables/syslog.ts';

/**
 * One message as text: no line break in it, no control character, well-formed UTF-8, at most `bytesMax` bytes.
 * A larger one is shortened at a field, and says so. Pure: the same message gives the same text.
 */
export type Format = (message: OutMessage, bytesMax: number) => string;

/** The fields of a message in one format, however long they are. */
const bodies: Readonly<Record<FormatName, (fields: Fields) => string>> = { ecs, cef, leef, eve, sentence };

/** Body of a message, by the name a configuration gives it. */
export const formats: Readonly<Record<FormatName, Format>> = {
  ecs: (message, bytesMax) => fitted(fieldsOf(message), bytesMax, ecs),
  cef: (message, bytesMax) => fitted(fieldsOf(message), bytesMax, cef),
  leef: (message, bytesMax) => fitted(fieldsOf(message), bytesMax, leef),
  eve: (message, bytesMax) => fitted(fieldsOf(message), bytesMax, eve),
  sentence: (message, bytesMax) => fitted(fieldsOf(message), bytesMax, sentence),
};

/** A message as the sink sends it, syslog's header and structured data included; framing is the transport's. */
export function rendered(message: OutMessage, sink: SinkSettings): string {
  if (sink.kind === 'syslog') return syslogText(message, sink);
  if (sink.kind === 'audit') return auditText(message, sink);
  return formats[sink.format](message, sink.messageBytesMax);
}

function syslogText(message: OutMessage, sink: SyslogSink): string {
  const { rfc, format, pen, messageBytesMax } = sink;
  const header = headerOf(message, sink, severityTable[message.severity].syslog);
  const body = bodies[format];
  // The program that passes it on puts the rest of the header before it.
  if (sink.transport === 'unix')
    return fitted(fieldsOf(message), messageBytesMax, (fields) => `<${priority(header)}>${body(fields)}`);
  if (rfc === 3164) return fitted(fieldsOf(message), messageBytesMax, (fields) => rfc3164(header, body(fields)));
  const envelope = { ...header, messageId: message.kind };
  return fitted(fieldsOf(message), messageBytesMax, (fields) => {
    const text = body(fields);
    return rfc5424(envelope, structuredData(fields, pen), text, format === 'sentence' && /[^ -~]/.test(text));
  });
}

/** PS3.15 A.6: severity 5, and 4 for what is more than information; the message is UTF-8 with its mark. */
function auditText(message: OutMessage, sink: AuditSink): string {
  const severity = severityTable[message.severity].audit === 0 ? 5 : 4;
  const header = { ...headerOf(message, sink, severity), messageId: auditMessageId };
  const { name, host, pid } = message.sensor;
  const source: AuditSource = {
    sourceId: visible(sink.sourceId ?? name),
    siteId: sink.siteId === null ? null : visible(sink.siteId),
    host: visible(host),
    process: pid,
  };
  return fitted(fieldsOf(message), sink.messageBytesMax, (fields) => rfc5424(header, [], audit(fields, source), true));
}

function headerOf({ time, sensor }: OutMessage, sink: SyslogSink | AuditSink, severity: number): SyslogHeader {
  const facility = facilities.indexOf(sink.facility);
  return { facility, severity, time, host: sensor.host, app: sink.appName, process: sensor.pid };
}
