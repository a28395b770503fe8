import { statSync } from 'node:fs';
import { secretPath } from './secret-file.ts';
import type { SinkSettings } from './settings.ts';
import { documentationPen } from './tables/syslog.ts';

/**
 * What is probably not meant in the sinks of a configuration, or must be known of them: a sentence each, without its
 * full stop.
 */
export function sinkConcerns(sinks: readonly SinkSettings[]): string[] {
  return sinks.flatMap((sink) => [
    ...ofSecrets(sink).map((sentence) => `${sink.name}: ${sentence}`),
    ...ofSending(sink).map((sentence) => `${sink.name}: ${sentence}`),
  ]);
}

function ofSending(sink: SinkSettings): string[] {
  const concerns: string[] = [];
  if (sink.kind === 'syslog' && sink.pen === documentationPen && sink.rfc === 5424 && sink.transport !== 'unix')
    concerns.push(`pen ${documentationPen} is for documentation only (RFC 5612): give your own`);
  if (sink.kind !== 'syslog' && sink.kind !== 'audit') {
    if (sink.kind === 'http' && sink.tokenFile !== null && sink.tls === null)
      concerns.push('the token goes out without TLS: use https');
    return concerns;
  }
  if (sink.transport === 'udp') concerns.push('UDP is best effort: messages may be lost unseen');
  if (sink.transport === 'unix') concerns.push('the local log is best effort: messages may be lost unseen');
  if (sink.transport === 'tcp' && sink.confirm === 'written')
    concerns.push('written is not received: what is under way when the collector ends is lost unseen');
  return concerns;
}

function ofSecrets(sink: SinkSettings): string[] {
  const tls = 'tls' in sink ? sink.tls : null;
  const files: [what: string, name: string | null, secret: boolean][] = [
    ['token', sink.kind === 'http' ? sink.tokenFile : null, true],
    ['key', tls?.key ?? null, true],
    ['certificate', tls?.cert ?? null, false],
    ['authority', tls?.ca ?? null, false],
  ];
  const concerns: string[] = [];
  for (const [what, name, secret] of files) {
    const path = name === null ? null : secretPath(name);
    const mode = path === null ? null : modeOf(path);
    if (mode === 'none') concerns.push(`the file of the ${what} is not there, or may not be looked at: ${path}`);
    else if (mode !== null && secret && (mode & OTHERS) !== 0)
      concerns.push(`the file of the ${what} can be read by every user: chmod o= ${path}`);
  }
  if (tls !== null && (tls.cert === null) !== (tls.key === null)) concerns.push('cert and key go together');
  return concerns;
}

function modeOf(path: string): number | 'none' {
  try {
    return statSync(path).mode;
  } catch {
    return 'none';
  }
}

const OTHERS = 0o006;
