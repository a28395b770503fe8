// Proves that messages of the DICOM audit trail are valid by the standard's schema, read back, and never of a patient.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { catalogue } from '../../../src/detections/catalogue.ts';
import { severities } from '../../../src/model/records.ts';
import { rendered } from '../../../src/sinks/format.ts';
import { fieldsOf } from '../../../src/sinks/formats/fields.ts';
import { eventTypes } from '../../../src/sinks/formats/tables/audit-events.ts';
import type { OutMessage } from '../../../src/sinks/message.ts';
import { sinkOf } from '../../../src/sinks/settings.ts';
import {
  alertMessage,
  everyKind,
  findingMessage,
  hostile,
  hostileTexts,
  sensorMessage,
} from '../../support/out-messages.ts';
import { parse5424 } from '../../support/syslog-parser.ts';
import { type Element, parseXml } from '../../support/xml-parser.ts';

const schema = join(import.meta.dirname, '../../support/audit-schema.rnc');
const sink = sinkOf('arr', { kind: 'audit', address: 'arr.example:6514', site_id: 'Hospital & Söhne' });

function xmlOf(message: OutMessage): string {
  return parse5424(rendered(message, sink)).message;
}

/** What jing says of documents by the schema: nothing when all are valid. */
function judged(documents: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'dicomtap-audit-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const files = documents.map((document, i) => {
    const file = join(folder, `${i}.xml`);
    writeFileSync(file, document);
    return file;
  });
  const { status, stdout, error } = spawnSync('jing', ['-c', schema, ...files], { encoding: 'utf8', timeout: 250_000 });
  if (error !== undefined) throw error;
  return status === 0 ? '' : stdout.replaceAll(folder, '');
}

describe('the standard’s schema', () => {
  it('accepts every kind, every detection, every severity and every hostile title and text', () => {
    const messages = [
      ...everyKind,
      sensorMessage(),
      ...catalogue.map(({ slug }) => findingMessage({ detection: slug })),
      ...severities.map((severity) => findingMessage({ severity })),
      ...[...hostile.map(([, title]) => title), ...hostileTexts].map((text) =>
        alertMessage({ callingAe: text, calledAe: text, summary: text, evidence: { next: text } }),
      ),
      alertMessage({ clientAddress: '2001:db8::2', serverAddress: '2001:db8::1', callingAe: null, calledAe: null }),
    ];
    expect(judged(messages.map(xmlOf))).toBe('');
  });

  it.each([
    [
      'an outcome that is none',
      (text: string) => text.replace(/EventOutcomeIndicator="\d+"/, 'EventOutcomeIndicator="5"'),
    ],
    ['no participant', (text: string) => text.replace(/<ActiveParticipant.*<AuditSource/, '<AuditSource')],
    ['no source', (text: string) => text.replace(/<AuditSourceIdentification.*<\/AuditSourceIdentification>/, '')],
    ['a code of RFC 3881', (text: string) => text.replace('csd-code', 'code')],
    ['a detail that is not base64', (text: string) => text.replace(/ value="[^"]*"/, ' value="in clear"')],
    ['a time that is none', (text: string) => text.replace(/EventDateTime="[^"]*"/, 'EventDateTime="today"')],
  ])('would not accept %s', (_, broken) => {
    const text = xmlOf(alertMessage());
    expect(broken(text)).not.toBe(text);
    expect(judged([broken(text)])).toMatch(/error/);
  });
});

describe('a security alert', () => {
  const message = parse5424(rendered(alertMessage(), sink));
  const root = parseXml(message.message);

  it('comes as PS3.15 A.6 has it', () => {
    expect(message).toMatchObject({ facility: 10, severity: 4, messageId: 'DICOM+RFC3881', marked: true, data: {} });
    expect(parse5424(rendered(alertMessage({ severity: 'info' }), sink)).severity).toBe(5);
  });

  it('says what happened', () => {
    const [event] = named(root, 'EventIdentification');
    expect(event.attributes).toEqual({
      EventActionCode: 'E',
      EventDateTime: '2026-03-01T10:00:00.000001Z',
      EventOutcomeIndicator: '12',
    });
    expect(event.children.map(({ name, attributes }) => [name, attributes['csd-code'] ?? null])).toEqual([
      ['EventID', '110113'],
      ['EventTypeCode', '110129'],
      ['EventOutcomeDescription', null],
    ]);
  });

  it('says who: the sensor reports, client and server perform, none requests', () => {
    const all = named(root, 'ActiveParticipant');
    expect(all.map(({ attributes }) => [attributes['UserID'], attributes['AlternativeUserID']])).toEqual([
      ['tap-1', '4711'],
      ['10.0.0.2', 'AETITLES=MODALITY'],
      ['10.0.0.1', 'AETITLES=PACS'],
    ]);
    expect(new Set(all.map(({ attributes }) => attributes['UserIsRequestor']))).toEqual(new Set(['false']));
    expect(named(root, 'AuditSourceIdentification')[0].attributes).toEqual({
      AuditEnterpriseSiteID: 'Hospital & Söhne',
      AuditSourceID: 'tap-1',
    });
  });

  it('says of what: a node, with the sentence and the id', () => {
    const [object] = named(root, 'ParticipantObjectIdentification');
    const details = Object.fromEntries(
      named(object, 'ParticipantObjectDetail').map(({ attributes: { type, value } }) => [
        type,
        Buffer.from(value, 'base64').toString(),
      ]),
    );
    const fields = fieldsOf(alertMessage());
    expect(object.attributes['ParticipantObjectID']).toBe('10.0.0.1');
    expect(details).toMatchObject({
      'Alert Description': fields.summary,
      'dicomtap id': fields.id,
      'dicomtap revision': '2',
      'dicomtap severity': 'high',
      'dicomtap detection': 'phi-cleartext',
    });
  });
});

it('no message has an object that is a person, a study or a report', () => {
  for (const message of everyKind) {
    const objects = named(parseXml(xmlOf(message)), 'ParticipantObjectIdentification');
    expect(objects.map(({ attributes }) => attributes['ParticipantObjectTypeCode'])).toEqual(['2']);
    expect(objects.map(({ attributes }) => attributes['ParticipantObjectTypeCodeRole'])).toEqual(['13']);
    expect(objects.flatMap((object) => named(object, 'ParticipantObjectDescription'))).toEqual([]);
  }
});

it.each(hostile)('a title with %s comes back', (_, title) => {
  const [, client] = named(parseXml(xmlOf(findingMessage({ callingAe: title }))), 'ActiveParticipant');
  expect(client.attributes['AlternativeUserID']).toBe(`AETITLES=${title.replaceAll(';', '\\x3B')}`);
});

it('every detection and kind has an event type', () => {
  for (const { slug } of catalogue) expect(eventTypes[slug], slug).toBeDefined();
  for (const { kind } of everyKind) if (kind !== 'alert' && kind !== 'finding') expect(eventTypes[kind]).toBeDefined();
});

function named({ children }: Element, name: string): readonly Element[] {
  return children.filter((child) => child.name === name);
}
