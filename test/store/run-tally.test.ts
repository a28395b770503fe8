// Proves that a run tells what its own inputs showed.
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { HeldBack } from '../../src/detections/held-back.ts';
import type { ExposedAttribute, FindingRecord, RecordBatch } from '../../src/model/records.ts';
import { alertSums, RunNotes, type RunTally } from '../../src/store/run-tally.ts';
import { association, batch, connection, exposure, finding, SECOND, T0 } from '../support/records.ts';

const none = () => ({ ...alertSums([]), first: [] });

function tally(...batches: RecordBatch[]): RunTally {
  const database = new Sqlite(':memory:');
  const findings = new Map(batches.flatMap((one) => one.findings).map((one) => [one.id, one]));
  const finding = (_: string, id: string): FindingRecord => findings.get(id) as FindingRecord;
  const notes = new RunNotes(database, { alone: false, alerts: none, finding });
  for (const one of batches) notes.note(one);
  const result = notes.tally();
  database.close();
  return result;
}

const shown = (parts: Partial<ExposedAttribute>): ExposedAttribute => ({
  attribute: 'PatientName',
  tag: '00100010',
  class: 'direct',
  seenIn: 'stored',
  count: 1,
  deidentifiedCount: 0,
  ...parts,
});

describe('associations of a run', () => {
  it('count once, as they were last', () => {
    // Proves that an association written while it lasts is not counted twice.
    const open = association('a1', 'c1', { ended: false, outcome: 'accepted', complete: false });
    const result = tally(
      batch({ associations: [open] }),
      batch({ associations: [association('a1', 'c1'), association('a2', 'c2', { outcome: 'rejected', tls: true })] }),
    );
    expect(result.outcomes).toEqual({ released: 1, rejected: 1 });
    expect(result).toMatchObject({ tls: 1, midStream: 0, incomplete: 0 });
  });

  it('are in clear when they showed patient data without TLS', () => {
    // Proves what is summed, and what is not.
    const result = tally(
      batch({
        associations: [
          association('a1', 'c1', { objects: 3, clientDataBytes: 100, serverDataBytes: 5 }),
          association('a2', 'c2', { objects: 7, tls: true }),
          association('a3', 'c3', { objects: 9, patientData: false }),
        ],
      }),
    );
    expect(result.clear).toEqual({ associations: 1, objects: 3, bytes: 105 });
  });
});

describe('attributes shown', () => {
  it('are summed over associations without TLS, gravest class first', () => {
    // Proves the order, and that objects declared de-identified are left out.
    const attributes = [
      shown({ attribute: 'StudyDate', class: 'quasi', count: 9 }),
      shown({ count: 2, seenIn: 'query-key' }),
      shown({ count: 3 }),
      shown({ attribute: 'PatientID', count: 4, deidentifiedCount: 4 }),
    ];
    const result = tally(
      batch({
        associations: [association('a1', 'c1'), association('a2', 'c2', { tls: true })],
        exposures: [exposure('a1', 'c1', { attributes }), exposure('a2', 'c2', { attributes })],
      }),
    );
    expect(result.shown).toEqual([
      { class: 'direct', attribute: 'PatientName', count: 5 },
      { class: 'quasi', attribute: 'StudyDate', count: 9 },
    ]);
  });
});

describe('alerts of a run', () => {
  it('stand for findings of one key; the gravest condition and the gravest event of an association are alerted, the others named', () => {
    // Proves that a run folds findings as the store does.
    const result = tally(
      batch({
        findings: [
          finding('phi-cleartext', 'a1', 'c1', { id: 'f1', key: 'k' }),
          finding('no-authentication', 'a1', 'c1', { id: 'f2', key: 'n', severity: 'medium' }),
          finding('ae-not-allowed', 'a1', 'c1', { id: 'f4', key: 'e', severity: 'medium' }),
          finding('phi-cleartext', 'a2', 'c2', { id: 'f3', key: 'k', time: T0 + 9 * SECOND }),
        ],
      }),
    );
    expect(result.alerts.map(({ alert, finding: { id } }) => ({ ...alert, id }))).toMatchObject([
      { id: 'f1', count: 2, severity: 'high', related: { 'no-authentication': 1 } },
      { id: 'f4', count: 1, severity: 'medium', related: {} },
    ]);
  });

  it('are of findings as they were last', () => {
    // Proves that a finding raised again with its final numbers is one.
    const result = tally(
      batch({ findings: [finding('phi-cleartext', 'a1', 'c1', { summary: 'early' })] }),
      batch({ findings: [finding('phi-cleartext', 'a1', 'c1', { summary: 'final', severity: 'critical' })] }),
    );
    expect(result.alerts.map(({ alert, finding: { summary } }) => [alert.severity, alert.count, summary])).toEqual([
      ['critical', 1, 'final'],
    ]);
  });

  it('come gravest first, then by time', () => {
    // Proves the order in which a person reads them.
    const result = tally(
      batch({
        findings: [
          finding('phi-cleartext', 'a1', 'c1', { id: 'f1', key: 'x', severity: 'low', time: T0 }),
          finding('phi-cleartext', 'a2', 'c2', { id: 'f2', key: 'y', severity: 'critical', time: T0 + 2 * SECOND }),
          finding('phi-cleartext', 'a3', 'c3', { id: 'f3', key: 'z', severity: 'critical', time: T0 + SECOND }),
        ],
      }),
    );
    expect(result.alerts.map(({ alert }) => alert.findingId)).toEqual(['f3', 'f2', 'f1']);
  });
});

describe('findings held back', () => {
  const held = (findingId: string, parts: Partial<HeldBack> = {}): HeldBack => ({
    findingId,
    detection: 'ae-not-allowed',
    associationId: 'a1',
    connectionId: 'c1',
    by: 'exception',
    index: 0,
    until: '2027-01-31',
    reason: 'monitoring',
    ...parts,
  });

  function counted(...notes: [RecordBatch, HeldBack[]][]): RunTally['heldBack'] {
    const database = new Sqlite(':memory:');
    const shown = () => finding('phi-cleartext', 'a1', 'c1');
    const run = new RunNotes(database, { alone: false, alerts: none, finding: shown });
    for (const [one, some] of notes) run.note(one, some);
    const { heldBack } = run.tally();
    database.close();
    return heldBack;
  }

  it('count once, by what they were held back by when last judged', () => {
    const open = batch({ associations: [association('a1', 'c1', { ended: false })] });
    const over = batch({ associations: [association('a1', 'c1')] });
    expect(counted([open, [held('f1')]], [open, [held('f1')]], [over, [held('f1', { index: 1 })]])).toEqual([
      { detection: 'ae-not-allowed', by: 'exception', index: 1, until: '2027-01-31', reason: 'monitoring', count: 1 },
    ]);
    expect(counted([open, [held('f1')]], [over, []])).toEqual([]);
  });

  it('of several associations count once, however often they are told', () => {
    const over = batch({ connections: [connection('c1')] });
    const sweep = held('f1', { associationId: null, detection: 'dicom-sweep' });
    expect(counted([over, [sweep]], [over, [sweep]])).toMatchObject([{ detection: 'dicom-sweep', count: 1 }]);
  });

  it('come by kind, the most first', () => {
    const associations = ['a1', 'a2', 'a3'].map((id) => association(id, `c${id}`));
    const some = ['a2', 'a3'].map((id) => held(`f${id}`, { associationId: id, connectionId: `c${id}` }));
    const off = held('f9', { connectionId: 'ca1', by: 'severity', index: null, detection: 'public-address' });
    const kinds = counted([batch({ associations }), [off, ...some]]);
    expect(kinds.map(({ detection, by, count }) => [detection, by, count])).toEqual([
      ['ae-not-allowed', 'exception', 2],
      ['public-address', 'severity', 1],
    ]);
  });
});
