// Proves that a message's fields are those of its records, in the table's order, without a character that is not text.
import { expect, it } from 'vitest';
import { cef } from '../../../src/sinks/formats/cef.ts';
import { ecs } from '../../../src/sinks/formats/ecs.ts';
import { eve } from '../../../src/sinks/formats/eve.ts';
import { fieldsOf, fieldText } from '../../../src/sinks/formats/fields.ts';
import { leef } from '../../../src/sinks/formats/leef.ts';
import { mapping } from '../../../src/sinks/formats/tables/mapping.ts';
import {
  alertMessage,
  associationMessage,
  everyKind,
  findingMessage,
  gapMessage,
  hostileTexts,
  sensorMessage,
} from '../../support/out-messages.ts';
import { SECOND, T0 } from '../../support/records.ts';

it('of an alert', () => {
  expect(fieldsOf(alertMessage())).toEqual({
    kind: 'alert',
    id: 'laaaaaaaaaaaaaaaaaaaaaaaaaa',
    revision: 2,
    time: T0 + 1,
    severity: 'high',
    detection: 'phi-cleartext',
    title: 'Patient data without encryption',
    summary: expect.stringMatching(/^Patient data observed/),
    next: 'Turn on DICOM TLS between these two (PS3.15 B.12).',
    sensor: 'tap-1',
    version: '0.1.0',
    clientAddress: '10.0.0.2',
    clientPort: 50000,
    serverAddress: '10.0.0.1',
    serverPort: 104,
    callingAe: 'MODALITY',
    calledAe: 'PACS',
    associationId: 'aaaaaaaaaaaaaaaaaaaaaaaaaaa',
    connectionId: 'cfwv3rgqmxh5jn6q5x2a7bzdkeu',
    communityId: '1:wCb3OG7yAFWelaUydu0D+125CLM=',
    findingId: 'faaaaaaaaaaaaaaaaaaaaaaaaaa',
    standing: 'condition',
    count: 3,
    firstTime: T0 + 1,
    lastTime: T0 + 60 * SECOND,
    related: { 'ae-not-allowed': 2 },
    partial: true,
    capture: 'p1',
    frame: 9,
    references: ['45 CFR 164.312(e)(1)', 'DICOM PS3.15 Annex B'],
    evidence: { objects: 1, patients: 1, attributes: { direct: { PatientID: 1, PatientName: 1 } }, outside: [] },
  });
});

it('of an association: a flag that is not so is said', () => {
  const fields = fieldsOf(associationMessage({ incomplete: [], complete: true }));
  expect(fields).toMatchObject({ outcome: 'rejected', tls: false, patientData: true, patients: '1', frame: 4 });
  expect(fields).not.toHaveProperty('partial');
  expect(fields).not.toHaveProperty('incomplete');
});

it('of a gap', () => {
  expect(fieldsOf(gapMessage)).toMatchObject({
    count: 23,
    counters: { firstSeq: 10, lastSeq: 40, dropped: { low: 20, high: 3 } },
  });
});

it('what is not known is not there; a withdrawn finding says so', () => {
  const fields = fieldsOf(
    findingMessage({ callingAe: null, associationId: null, references: [], evidence: {}, withdrawn: true }),
  );
  for (const field of ['callingAe', 'associationId', 'references', 'evidence', 'next']) {
    expect(fields).not.toHaveProperty(field);
  }
  expect(fields).toMatchObject({ withdrawn: true });
});

it('a detection of another version has its slug for a title', () => {
  expect(fieldsOf(findingMessage({ detection: 'of-tomorrow' })).title).toBe('of-tomorrow');
});

it('come in the order of the table', () => {
  const order = mapping.map(({ field }) => field as string);
  for (const message of everyKind) {
    const names = Object.keys(fieldsOf(message));
    expect(names).toEqual(order.filter((name) => names.includes(name)));
  }
});

it('have no control character, whatever was in the message', () => {
  for (const text of hostileTexts) {
    const fields = fieldsOf(
      findingMessage({ summary: text, callingAe: text, evidence: { [text]: [text], next: text }, references: [text] }),
    );
    // JSON escapes what is left of them, which would show as \u.
    expect(JSON.stringify(fields)).toMatch(/^[ -~\u00a0-\u{10ffff}]*$/u);
    expect(JSON.stringify(fields)).not.toMatch(/[^\\](\\\\)*\\[nrtbfu]/);
    expect(fieldText(fields.evidence ?? '')).toMatch(/^[ -~\u00a0-\u{10ffff}]*$/u);
  }
});

it('a finding about the sensor itself has no ends: in no format is there an empty address or a port 0', () => {
  const fields = fieldsOf(sensorMessage());
  expect(fields).toMatchObject({ detection: 'sensor-blind', evidence: { interface: 'eth1' } });
  const ends = ['clientAddress', 'clientPort', 'serverAddress', 'serverPort', 'connectionId', 'capture', 'frame'];
  for (const field of ends) expect(fields).not.toHaveProperty(field);
  expect(JSON.parse(ecs(fields))).not.toHaveProperty('source');
  expect(JSON.parse(eve(fields))).not.toHaveProperty('src_ip');
  for (const text of [cef(fields), leef(fields)]) expect(text).not.toMatch(/(src|dst|spt|dpt|Port)=/);
});
