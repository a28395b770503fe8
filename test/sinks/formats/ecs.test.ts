// Proves that ECS documents hold every field at its place, for hostile titles too, with ECS's own categories.
import { describe, expect, it } from 'vitest';
import { severities } from '../../../src/model/records.ts';
import { ecs } from '../../../src/sinks/formats/ecs.ts';
import { fieldsOf } from '../../../src/sinks/formats/fields.ts';
import { alertMessage, everyKind, findingMessage, hostile, hostileTexts } from '../../support/out-messages.ts';
import { at, told } from './mapped.ts';

/** Of ECS 8.11: what the categorisation fields may say. */
const kinds = ['alert', 'asset', 'enrichment', 'event', 'metric', 'state', 'pipeline_error', 'signal'];
const categories = ['network', 'intrusion_detection', 'host', 'process'];
const types = ['info', 'connection', 'protocol', 'error', 'start', 'end', 'denied', 'allowed'];

describe.each(everyKind.map((message) => [message.kind, message] as const))('%s', (_, message) => {
  const fields = fieldsOf(message);
  const document = JSON.parse(ecs(fields)) as unknown;

  it('has every field at its place', () => {
    for (const { row, value } of told(fields)) expect(at(document, row.ecs), row.field).toEqual(value);
  });

  it('is categorised in words of ECS', () => {
    expect(kinds).toContain(at(document, 'event.kind'));
    for (const category of at(document, 'event.category') as string[]) expect(categories).toContain(category);
    for (const type of at(document, 'event.type') as string[]) expect(types).toContain(type);
    expect(at(document, 'event.dataset')).toBe(`dicomtap.${message.kind}`);
  });
});

it('says the ends twice, as ECS asks for, and the network', () => {
  expect(
    JSON.parse(ecs(fieldsOf(alertMessage({ serverAddress: '2001:db8::1', clientAddress: '2001:db8::2' })))),
  ).toMatchObject({
    source: { ip: '2001:db8::2', port: 50000 },
    client: { ip: '2001:db8::2', port: 50000 },
    destination: { ip: '2001:db8::1', port: 104 },
    server: { ip: '2001:db8::1', port: 104 },
    network: { type: 'ipv6', transport: 'tcp', protocol: 'dicom', community_id: '1:wCb3OG7yAFWelaUydu0D+125CLM=' },
    related: { ip: ['2001:db8::2', '2001:db8::1'] },
    rule: { id: 'phi-cleartext', ruleset: 'dicomtap' },
  });
});

it('graver is more', () => {
  const grades = severities.map((severity) =>
    at(JSON.parse(ecs(fieldsOf(findingMessage({ severity })))), 'event.severity'),
  );
  expect(grades).toEqual([1, 21, 47, 73, 99]);
});

it.each([...hostile, ...hostileTexts.map((text) => [text, text] as const)])('%j comes back', (_, title) => {
  const fields = fieldsOf(
    findingMessage({ callingAe: title, calledAe: title, summary: title, evidence: { [title]: title } }),
  );
  const text = ecs(fields);
  expect(text).toMatch(/^[ -~]+$/);
  for (const { row, value } of told(fields)) expect(at(JSON.parse(text), row.ecs), row.field).toEqual(value);
});
