import type { OutMessage } from './message.ts';
import type { AuditSink, FormatName, SinkSettings, SyslogSink } from './settings.ts';

/**
 * One message as text: no line break in it, no control character, well-formed UTF-8, at most `bytesMax` bytes.
 * A larger one is shortened at a field, and says so. Pure: the same message gives the same text.
 */
export type Format = (message: OutMessage, bytesMax: number) => string;

/** Body of a message, by the name a configuration gives it. */
export const formats: Readonly<Record<FormatName, Format>> = {
  ecs: provisional,
  cef: provisional,
  leef: provisional,
  eve: provisional,
  sentence: provisional,
};

/** A message as the sink sends it, syslog's header and structured data included; framing is the transport's. */
export function rendered(message: OutMessage, sink: SinkSettings): string {
  if (sink.kind === 'syslog' || sink.kind === 'audit') return syslogText(message, sink);
  return formats[sink.format](message, sink.messageBytesMax);
}

/** RFC 5424, until the envelopes are there. */
function syslogText(message: OutMessage, sink: SyslogSink | AuditSink): string {
  const { sensor } = message;
  const stamp = new Date(message.time / 1000).toISOString();
  const header = `<134>1 ${stamp} ${sensor.host} ${sink.appName} ${sensor.pid} ${message.kind} - `;
  return header + provisional(message, sink.messageBytesMax - header.length);
}

/** Until the formats are there. */
function provisional({ id, revision, kind, severity }: OutMessage, _bytesMax: number): string {
  return JSON.stringify({ id, revision, kind, severity });
}
