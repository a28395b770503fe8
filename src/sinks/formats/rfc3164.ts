import { headerWord, priority, type SyslogHeader } from './syslog-header.ts';

/**
 * RFC 3164 section 4, for old relays: `<PRI>Mmm dd hh:mm:ss HOSTNAME TAG[PID]: MSG`. The time is UTC, for a relay
 * cannot know our zone; the exact one is in the message. The tag is at most 32 letters, digits, `-`, `_` and `.`.
 */
export function rfc3164(header: SyslogHeader, message: string): string {
  const { time, host, app, process } = header;
  const tag = app.replace(/[^A-Za-z0-9._-]/g, '_').slice(0, 32);
  return `<${priority(header)}>${bsdTime(time)} ${headerWord(host, 255)} ${tag}[${process}]: ${message}`;
}

/** Days below ten have a space instead of a zero. */
function bsdTime(micros: number): string {
  const [, day, month, , clock] = new Date(Math.floor(micros / 1000)).toUTCString().split(' ');
  return `${month} ${String(Number(day)).padStart(2)} ${clock}`;
}
