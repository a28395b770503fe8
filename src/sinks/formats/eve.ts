import { rfc3339 } from '../../bytes/rfc3339.ts';
import type { Fields } from './fields.ts';
import { asciiJson, type Json, placed } from './json.ts';
import { severityTable } from './tables/severities.ts';
import { generatorId, otherSignature, ownSignatures, type Signature, signatures } from './tables/signatures.ts';

/**
 * One line as Suricata writes them to eve.json. Alerts and findings, gaps and tests are `alert`s with a generator id
 * and signature ids of our own (`tables/signatures.ts`); associations are events of the protocol, as Suricata has them
 * of others; health and signs of life are `stats`. What Suricata has no field for is in the object `dicom`.
 */
export function eve(fields: Fields): string {
  const { kind, time, connectionId, clientAddress, severity } = fields;
  const type = kind === 'association' ? 'dicom' : kind === 'health' || kind === 'heartbeat' ? 'stats' : 'alert';
  const document: Json = { timestamp: null };
  if (typeof connectionId === 'string') document['flow_id'] = flowId(connectionId);
  document['event_type'] = type;
  // Only alerts have a title there: it is their signature.
  const { title, ...untitled } = fields;
  placed(type === 'alert' ? fields : (untitled as Fields), 'eve', document);
  // As Suricata writes the zone: without a colon.
  document['timestamp'] = rfc3339(time).replace('Z', '+0000');
  if (clientAddress !== undefined) {
    document['proto'] = 'TCP';
    document['app_proto'] = 'dicom';
  }
  if (type === 'stats') document['stats'] = stats(fields);
  if (type === 'alert') {
    const signature = signatureOf(fields);
    document['alert'] = {
      action: 'allowed',
      gid: generatorId,
      signature_id: signature.id,
      rev: 1,
      signature: title ?? kind,
      category: signature.category,
      severity: severityTable[severity].eve,
    };
  }
  return asciiJson(document);
}

/** The first ten characters of the id, 50 bits: a number in every reader of JSON, and the same for one connection. */
export function flowId(connectionId: string): number {
  let id = 0;
  for (const character of connectionId.slice(1, 11)) id = id * 32 + Math.max(0, BASE32.indexOf(character));
  return id;
}

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

function signatureOf({ kind, detection }: Fields): Signature {
  if (kind === 'gap' || kind === 'test') return ownSignatures[kind];
  return signatures[String(detection)] ?? otherSignature;
}

/** The counters that readers of Suricata's `stats` look for. */
function stats({ counters }: Fields): Json {
  const numbers = (counters ?? {}) as { packets?: number; bytes?: number; drops?: Record<string, number> };
  const drops = Object.values(numbers.drops ?? {}).reduce((sum, packets) => sum + packets, 0);
  if (numbers.packets === undefined) return {};
  return {
    capture: { kernel_packets: numbers.packets + drops, kernel_drops: drops },
    decoder: { pkts: numbers.packets, bytes: numbers.bytes ?? 0 },
  };
}
