// Proves that the Sigma rules are well-formed, name fields and detections that exist, and match what they are for.
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { catalogue } from '../../src/detections/catalogue.ts';
import { ecs } from '../../src/sinks/formats/ecs.ts';
import { fieldsOf } from '../../src/sinks/formats/fields.ts';
import { type FieldRow, mapping } from '../../src/sinks/formats/tables/mapping.ts';
import type { OutMessage } from '../../src/sinks/message.ts';
import { at } from '../sinks/formats/mapped.ts';
import {
  alertMessage,
  associationMessage,
  findingMessage,
  gapMessage,
  healthMessage,
  healthRecord,
  heartbeatMessage,
} from '../support/out-messages.ts';
import { filesBelow, root } from '../support/source-tree.ts';

interface Rule {
  readonly title: string;
  readonly id: string;
  readonly status: string;
  readonly description: string;
  readonly date: string;
  readonly level: string;
  readonly tags: readonly string[];
  readonly logsource: { readonly product: string; readonly service: string };
  readonly detection: { readonly condition: string } & Readonly<Record<string, unknown>>;
  readonly fields: readonly string[];
}

const rules = filesBelow('siem/sigma').map(
  (path) => [basename(path), parse(readFileSync(join(root, path), 'utf8')) as Rule] as const,
);
const known = new Set((mapping as readonly FieldRow[]).map(({ ecs }) => ecs));

describe.each(rules)('%s', (name, rule) => {
  const { condition, ...searches } = rule.detection;
  const named = condition.split(/\s+/).filter((word) => !['and', 'or', 'not'].includes(word));

  it('has what the specification asks for', () => {
    expect(name).toMatch(/^[a-z0-9_]{6,66}\.yml$/);
    expect(rule.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(['stable', 'test', 'experimental']).toContain(rule.status);
    expect(['informational', 'low', 'medium', 'high', 'critical']).toContain(rule.level);
    expect(rule.date).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(rule.logsource.product).toBe('dicomtap');
    expect(rule.title.length).toBeLessThanOrEqual(256);
    for (const tag of rule.tags) expect(tag).toMatch(/^attack\.(t\d{4}|[a-z-]+)$/);
  });

  it('names searches that are there, fields of ECS documents and detections of ours', () => {
    expect(new Set(named)).toEqual(new Set(Object.keys(searches)));
    const tests = Object.values(searches).flatMap((search) => Object.entries(search as Record<string, unknown>));
    for (const [field] of tests) expect(known).toContain(field);
    for (const field of rule.fields) expect(known).toContain(field);
    const slugs = new Set(catalogue.map(({ slug }) => slug));
    for (const [field, value] of tests) {
      if (field === 'rule.id') for (const slug of [value].flat()) expect(slugs).toContain(slug);
    }
  });
});

it('no two have the same id', () => {
  expect(new Set(rules.map(([, { id }]) => id)).size).toBe(rules.length);
});

describe('which rules match', () => {
  const blind = { ...healthMessage, health: { ...healthRecord, state: 'blind' as const } };
  it.each<[string, OutMessage, readonly string[]]>([
    ['patient data in clear', alertMessage(), ['dicomtap_patient_data_in_clear.yml']],
    ['the same, withdrawn', alertMessage({ withdrawn: true }), []],
    ['the same as a finding', findingMessage(), []],
    ['an AE title rejected', alertMessage({ detection: 'ae-not-allowed', severity: 'medium' }), []],
    [
      'an AE title accepted',
      alertMessage({ detection: 'ae-not-allowed', severity: 'high' }),
      ['dicomtap_unknown_application_entity.yml'],
    ],
    ['a sweep', alertMessage({ detection: 'dicom-sweep' }), ['dicomtap_reconnaissance.yml']],
    ['a theft', alertMessage({ detection: 'store-to-outside' }), ['dicomtap_theft_of_images.yml']],
    ['a deletion', alertMessage({ detection: 'destructive-operation' }), ['dicomtap_destructive_operation.yml']],
    ['a gap', gapMessage, ['dicomtap_sensor_gap.yml']],
    ['a sensor that sees nothing', blind, ['dicomtap_sensor_gap.yml']],
    ['health', healthMessage, []],
    ['a sign of life', heartbeatMessage, []],
    ['an association', associationMessage(), []],
  ])('%s', (_, message, expected) => {
    const document = JSON.parse(ecs(fieldsOf(message))) as unknown;
    expect(rules.filter(([, rule]) => matches(rule, document)).map(([name]) => name)).toEqual(expected);
  });
});

/** What these rules use of Sigma: equal values, lists of them, and conditions of `and`, `or` and `not`. */
function matches({ detection: { condition, ...searches } }: Rule, document: unknown): boolean {
  const found = (name: string) =>
    Object.entries(searches[name] as Record<string, unknown>).every(([field, value]) =>
      [value].flat().includes(at(document, field)),
    );
  return condition
    .split(' or ')
    .some((either) =>
      either.split(' and ').every((part) => (part.startsWith('not ') ? !found(part.slice(4)) : found(part))),
    );
}
