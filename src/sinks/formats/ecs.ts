import type { OutKind } from '../message.ts';
import type { Fields } from './fields.ts';
import { asciiJson, type Json, placed } from './json.ts';
import { severityTable } from './tables/severities.ts';

/**
 * Elastic Common Schema 8 as one line of JSON. What ECS has no field for is below `dicomtap`, in snake case. Besides
 * the fields of the table: categories, the observer, `log.level` and `event.severity` by the severity table, `client`
 * and `server` equal to `source` and `destination`, and `related.ip`.
 */
export function ecs(fields: Fields): string {
  const document: Json = {
    '@timestamp': null,
    ecs: { version: '8.11.0' },
    event: { ...categories[fields.kind], dataset: `dicomtap.${fields.kind}`, module: 'dicomtap' },
    observer: { type: 'sensor', vendor: 'dicomtap', product: 'dicomtap' },
  };
  const { level, ecs: severity } = severityTable[fields.severity];
  document['log'] = { level };
  (document['event'] as Json)['severity'] = severity;
  if (fields.detection !== undefined) {
    document['rule'] = { ruleset: 'dicomtap' };
    (document['event'] as Json)['action'] = fields.detection;
  }
  placed(fields, 'ecs', document);
  const { clientAddress, serverAddress } = fields;
  if (clientAddress === undefined || serverAddress === undefined) return asciiJson(document);
  const type = String(clientAddress).includes(':') ? 'ipv6' : 'ipv4';
  document['network'] = { transport: 'tcp', protocol: 'dicom', type, ...(document['network'] as Json | undefined) };
  document['client'] = document['source'];
  document['server'] = document['destination'];
  document['related'] = { ip: [...new Set([clientAddress, serverAddress])] };
  return asciiJson(document);
}

/** Allowed values of `event.kind`, `event.category` and `event.type`. */
const categories: Readonly<Record<OutKind, Json>> = {
  alert: { kind: 'alert', category: ['intrusion_detection', 'network'], type: ['info'] },
  finding: { kind: 'alert', category: ['intrusion_detection', 'network'], type: ['info'] },
  association: { kind: 'event', category: ['network'], type: ['connection', 'protocol'] },
  health: { kind: 'metric', category: ['host'], type: ['info'] },
  heartbeat: { kind: 'metric', category: ['host'], type: ['info'] },
  gap: { kind: 'pipeline_error', category: ['host'], type: ['error'] },
  test: { kind: 'event', category: ['host'], type: ['info'] },
};
