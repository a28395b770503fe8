import { rfc3339 } from '../../bytes/rfc3339.ts';
import type { Fields } from './fields.ts';

/**
 * One line for people: `dicomtap alert ID revision 2 HIGH phi-cleartext 2026-03-01T10:00:00.000000Z: sentence Next: …`.
 * What comes from the wire stands behind the first `: ` only, so no AE title can be taken for an id or a severity.
 */
export function sentence(fields: Fields): string {
  const { kind, id, revision, severity, detection, time, summary, next, count, withdrawn, truncated } = fields;
  const head = ['dicomtap', kind, id, 'revision', revision, severity.toUpperCase()];
  if (detection !== undefined) head.push(String(detection));
  head.push(rfc3339(time));
  const said: string[] = [];
  if (withdrawn === true) said.push('Withdrawn.');
  if (summary !== undefined) said.push(String(summary));
  if (kind === 'alert' && Number(count ?? 1) > 1) said.push(`Stands for ${count} findings.`);
  if (next !== undefined) said.push(`Next: ${next}`);
  if (truncated === true) said.push('(truncated)');
  return `${head.join(' ')}: ${said.join(' ')}`;
}
