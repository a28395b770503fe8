// Proves that lines in Suricata's format are what its importers read, with ids of our own that never meet one another.
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../../src/detections/catalogue.ts';
import { severities } from '../../../src/model/records.ts';
import { eve, flowId } from '../../../src/sinks/formats/eve.ts';
import { fieldsOf } from '../../../src/sinks/formats/fields.ts';
import { otherSignature, ownSignatures, signatures } from '../../../src/sinks/formats/tables/signatures.ts';
import {
  alertMessage,
  everyKind,
  findingMessage,
  healthMessage,
  hostile,
  hostileTexts,
} from '../../support/out-messages.ts';
import { at, told } from './mapped.ts';

const eventTypes = {
  alert: 'alert',
  finding: 'alert',
  association: 'dicom',
  health: 'stats',
  heartbeat: 'stats',
  gap: 'alert',
  test: 'alert',
} as const;

describe.each(everyKind.map((message) => [message.kind, message] as const))('%s', (kind, message) => {
  const fields = fieldsOf(message);
  const document = JSON.parse(eve(fields)) as Record<string, unknown>;

  it('has every field at its place', () => {
    for (const { row, value } of told(fields)) {
      if (row.field === 'title' && document['event_type'] !== 'alert') continue;
      const there = at(document, row.eve);
      expect(row.field === 'time' ? String(there).replace('+0000', 'Z') : there, row.field).toEqual(value);
    }
  });

  it('is of a type that importers know', () => {
    expect(document['event_type']).toBe(eventTypes[kind]);
    expect(document['timestamp']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+0000$/);
    expect('alert' in document).toBe(document['event_type'] === 'alert');
    expect('stats' in document).toBe(document['event_type'] === 'stats');
  });
});

it('an alert is as Suricata writes one', () => {
  expect(JSON.parse(eve(fieldsOf(alertMessage())))).toMatchObject({
    flow_id: flowId('cfwv3rgqmxh5jn6q5x2a7bzdkeu'),
    event_type: 'alert',
    src_ip: '10.0.0.2',
    src_port: 50000,
    dest_ip: '10.0.0.1',
    dest_port: 104,
    proto: 'TCP',
    app_proto: 'dicom',
    community_id: '1:wCb3OG7yAFWelaUydu0D+125CLM=',
    alert: {
      action: 'allowed',
      gid: 11112,
      signature_id: 1111201,
      rev: 1,
      signature: 'Patient data without encryption',
      category: 'Information Leak',
      severity: 1,
    },
    dicom: { calling_ae: 'MODALITY', severity: 'high', revision: 2 },
  });
});

it('health has the counters of stats', () => {
  expect(JSON.parse(eve(fieldsOf(healthMessage)))).toMatchObject({
    stats: { capture: { kernel_packets: 1007, kernel_drops: 7 }, decoder: { pkts: 1000, bytes: 900_000 } },
  });
});

it('graver is never a higher number', () => {
  const grades = severities.map((severity) =>
    at(JSON.parse(eve(fieldsOf(findingMessage({ severity })))), 'alert.severity'),
  );
  expect(grades).toEqual([4, 3, 2, 1, 1]);
});

it('every detection has a signature id, and no two have the same', () => {
  for (const { slug } of catalogue) expect(signatures[slug], slug).toBeDefined();
  const ids = [...Object.values(signatures), ...Object.values(ownSignatures), otherSignature].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  // Numbers for rules of a site's own.
  for (const id of ids) expect(id > 1_000_000 && id < 2_000_000).toBe(true);
  expect(at(JSON.parse(eve(fieldsOf(findingMessage({ detection: 'of-tomorrow' })))), 'alert.signature_id')).toBe(
    1_111_200,
  );
});

it('a flow id is exact in every reader, the same for a connection, another for another', () => {
  expect(flowId('c7777777777aaaaaaaaaaaaaaaa')).toBe(2 ** 50 - 1);
  expect(flowId('caaaaaaaaabaaaaaaaaaaaaaaaa')).toBe(1);
  expect(flowId('cfwv3rgqmxh5jn6q5x2a7bzdkeu')).not.toBe(flowId('cfwv3rgqmxg5jn6q5x2a7bzdkeu'));
});

it.each([...hostile, ...hostileTexts.map((text) => [text, text] as const)])('%j comes back', (_, title) => {
  const fields = fieldsOf(
    findingMessage({ callingAe: title, calledAe: title, summary: title, evidence: { [title]: title } }),
  );
  const text = eve(fields);
  expect(text).toMatch(/^[ -~]+$/);
  for (const { row, value } of told(fields)) {
    if (row.type !== 'time') expect(at(JSON.parse(text), row.eve), row.field).toEqual(value);
  }
});
