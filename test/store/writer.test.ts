// Proves the rules of the writer: what changes, what is logged, and whose records stand.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RecordBatch } from '../../src/model/records.ts';
import { openStore } from '../../src/store/store.ts';
import {
  association,
  batch,
  connection,
  exposure,
  finding,
  operation,
  SECOND,
  sighting,
  T0,
  tlsSession,
} from '../support/records.ts';
import { dumpOf, newRun, runInto, temporaryFolder } from '../support/stores.ts';

/** One connection with everything that can hang on it. */
function everything(id = 'c1', parts: Parameters<typeof connection>[1] = {}): RecordBatch {
  const a = `a-${id}`;
  return batch({
    connections: [connection(id, parts)],
    associations: [association(a, id)],
    operations: [operation(`o1-${id}`, a, id), operation(`o2-${id}`, a, id, { ordinal: 2 })],
    exposures: [exposure(a, id)],
    endpoints: [sighting(a, id)],
    tlsSessions: [tlsSession(`t-${id}`, id)],
    findings: [finding('phi-cleartext', a, id), finding('no-authentication', a, id, { severity: 'medium' })],
  });
}

const all = [
  'connection',
  'association',
  'operation',
  'exposure',
  'endpoint',
  'endpoint_sighting',
  'tls_session',
  'finding',
  'alert',
  'log',
  'meta',
] as const;

describe('one run', () => {
  it('stores every kind of record, with a line in the log for those that sinks want', () => {
    const path = join(temporaryFolder(), 'one.db');
    runInto(path, [everything()]);
    const lines = dumpOf(path, all);
    expect(count(lines)).toEqual({
      connection: 1,
      association: 1,
      operation: 2,
      exposure: 1,
      endpoint: 1,
      endpoint_sighting: 1,
      tls_session: 1,
      finding: 2,
      alert: 1,
      log: 6,
      meta: 1,
    });
    expect(dumpOf(path, ['alert'])[0]).toContain('"related":"{\\"no-authentication\\":1}"');
  });

  it('logs a changed record as its next revision, and an unchanged one not at all', () => {
    const path = join(temporaryFolder(), 'one.db');
    const open = everything();
    const ended = { ...everything().associations[0], operations: 7 };
    runInto(path, [open, batch({ associations: [ended] }), batch({ associations: [ended] })]);
    const revisions = dumpOf(path, ['log']).filter((line) => line.includes('"association"'));
    expect(revisions.map((line) => JSON.parse(line.slice(4)).revision)).toEqual([1, 2]);
  });

  it('refuses a record whose connection it was never told', () => {
    const path = join(temporaryFolder(), 'one.db');
    expect(() => runInto(path, [batch({ associations: [association('a1', 'c1')] })])).toThrow(/before the connection/);
    expect(dumpOf(path)).toEqual([]);
  });
});

describe('replaying the same again', () => {
  it('changes nothing, not even the log', () => {
    const path = join(temporaryFolder(), 'twice.db');
    const batches = [everything('c1'), everything('c2', { communityId: '1:other' })];
    runInto(path, batches);
    const once = dumpOf(path, all);
    runInto(path, batches);
    expect(dumpOf(path, all)).toEqual(once);
    expect(dumpOf(path, ['run'])).toHaveLength(2);
  });

  it('completes what a killed run left open', () => {
    const path = join(temporaryFolder(), 'killed.db');
    const open = batch({ connections: [connection('c1', { ended: 'open' })] });
    const store = openStore(path);
    store.begin(newRun()).write(open);
    store.close();
    runInto(path, [open, everything('c1')]);
    const whole = join(temporaryFolder(), 'whole.db');
    runInto(whole, [everything('c1')]);
    expect(dumpOf(path)).toEqual(dumpOf(whole));
  });
});

describe('halves and whole', () => {
  const half = 10 * SECOND;
  /** Second association only in the second half: joined in the middle there, with an id of its own. */
  const first = (): RecordBatch[] => [
    batch({
      connections: [
        connection('cX', {
          end: T0 + half - 1,
          clientBytes: 500,
          ended: 'input-end',
          lastCapture: 'pA',
          firstCapture: 'pA',
        }),
        connection('cSmall', { communityId: '1:small', firstCapture: 'pA', lastCapture: 'pA' }),
      ],
      associations: [
        association('aX1', 'cX', { ended: false, outcome: 'cut', patients: 0 }),
        association('aSmall', 'cSmall', { firstCapture: 'pA' }),
      ],
      endpoints: [
        sighting('aX1', 'cX', { lastSeen: T0 + half - 1 }),
        sighting('aSmall', 'cSmall', { implementationUid: '1.2.3' }),
      ],
      findings: [
        finding('dicom-cleartext', 'aX1', 'cX', { severity: 'low', key: 'k' }),
        finding('phi-cleartext', 'aSmall', 'cSmall', { capture: 'pA', time: T0 + 5 }),
      ],
    }),
  ];
  const second = (): RecordBatch[] => [
    batch({
      connections: [
        connection('cY', { start: T0 + half, end: T0 + 2 * half, began: 'mid-stream', firstCapture: 'pB' }),
      ],
      associations: [association('aY1', 'cY', { midStream: true, calledAe: null })],
      operations: [operation('oY1', 'aY1', 'cY')],
      endpoints: [sighting('aY1', 'cY', { aeTitle: 'GHOST', firstSeen: T0 + half })],
      findings: [finding('phi-cleartext', 'aY1', 'cY', { key: 'ghost', time: T0 + half + 7 })],
    }),
  ];
  /** In two batches, so that the whole grows past the first half on its way. */
  const whole = (): RecordBatch[] => [
    batch({
      connections: [connection('cX', { end: T0 + 3 * SECOND, clientBytes: 100, ended: 'open', firstCapture: 'pW' })],
      associations: [association('aX1', 'cX', { ended: false, outcome: 'accepted', patients: 0 })],
      endpoints: [sighting('aX1', 'cX', { lastSeen: T0 + 3 * SECOND })],
      findings: [finding('dicom-cleartext', 'aX1', 'cX', { severity: 'low', key: 'k' })],
    }),
    batch({
      connections: [
        connection('cX', {
          end: T0 + 2 * half,
          clientBytes: 1500,
          serverBytes: 1000,
          ended: 'fin',
          firstCapture: 'pW',
        }),
        connection('cSmall', { communityId: '1:small', firstCapture: 'pW', lastCapture: 'pW' }),
      ],
      associations: [
        association('aX1', 'cX', { end: T0 + half }),
        association('aX2', 'cX', { ordinal: 2, start: T0 + half }),
        association('aSmall', 'cSmall', { firstCapture: 'pW' }),
      ],
      operations: [operation('oX1', 'aX1', 'cX'), operation('oX2', 'aX2', 'cX')],
      exposures: [exposure('aX2', 'cX')],
      endpoints: [
        sighting('aX1', 'cX', { lastSeen: T0 + half, implementationUid: '1.2.4' }),
        sighting('aX2', 'cX', { firstSeen: T0 + half, lastSeen: T0 + 2 * half, sopClasses: ['1.2.3'] }),
        sighting('aSmall', 'cSmall', { implementationUid: '1.2.3' }),
      ],
      findings: [
        finding('dicom-cleartext', 'aX1', 'cX', { severity: 'low', key: 'k', withdrawn: true }),
        finding('phi-cleartext', 'aX1', 'cX', { time: T0 + 4 }),
        finding('phi-cleartext', 'aX2', 'cX', { time: T0 + half + 7, severity: 'critical' }),
        finding('phi-cleartext', 'aSmall', 'cSmall', { capture: 'pW', time: T0 + 5 }),
      ],
    }),
  ];
  const parts = { first, second, whole };
  const orders: (keyof typeof parts)[][] = [
    ['first', 'second', 'whole'],
    ['first', 'whole', 'second'],
    ['second', 'first', 'whole'],
    ['second', 'whole', 'first'],
    ['whole', 'first', 'second'],
    ['whole', 'second', 'first'],
  ];

  function storeAfter(order: (keyof typeof parts)[]): string[] {
    const path = join(temporaryFolder(), 'order.db');
    for (const part of order) runInto(path, parts[part]());
    return dumpOf(path);
  }

  it.each(orders)('%s, %s, %s end in the same store', (...order) => {
    const reference = storeAfter(['whole', 'first', 'second']);
    expect(storeAfter(order)).toEqual(reference);
    expect(count(reference)).toMatchObject({ connection: 2, association: 3, operation: 2, finding: 4 });
  });

  it('keeps both halves while the whole was never seen', () => {
    const path = join(temporaryFolder(), 'halves.db');
    runInto(path, second());
    runInto(path, first());
    expect(count(dumpOf(path))).toMatchObject({ connection: 3, association: 3, endpoint: 2 });
  });

  it('does not take two connections of one run for parts of each other', () => {
    const path = join(temporaryFolder(), 'same-run.db');
    runInto(path, [...second(), ...whole()]);
    runInto(path, [...whole(), ...second()]);
    expect(count(dumpOf(path, ['connection']))).toEqual({ connection: 3 });
  });

  it('keeps a part that this run saw beside a connection that grew', () => {
    const path = join(temporaryFolder(), 'beside.db');
    runInto(path, [...second(), ...whole().slice(0, 1)]);
    runInto(path, [...second(), ...whole()]);
    expect(count(dumpOf(path, ['connection']))).toEqual({ connection: 3 });
    const removed = dumpOf(path, ['log']).filter((line) => line.includes('"removed":1'));
    expect(removed.filter((line) => line.includes('"aY1"'))).toEqual([]);
  });
});

describe('judging again', () => {
  it('replaces the findings under another policy and withdraws those no longer raised', () => {
    const path = join(temporaryFolder(), 'policy.db');
    runInto(path, [everything()], { policyDigest: 'one' });
    const again = { ...everything(), findings: [finding('phi-cleartext', 'a-c1', 'c1', { severity: 'critical' })] };
    runInto(path, [again], { policyDigest: 'two' });
    const findings = dumpOf(path, ['finding']).map((line) => JSON.parse(line.slice(8)));
    expect(findings.map(({ detection, severity, withdrawn }) => [detection, severity, withdrawn]).sort()).toEqual([
      ['no-authentication', 'medium', 1],
      ['phi-cleartext', 'critical', 0],
    ]);
    expect(dumpOf(path, ['alert'])[0]).toContain('"severity":"critical"');
    expect(dumpOf(path, ['alert'])[0]).toContain('"related":"{}"');
  });

  it('does not let a run that saw less judge again', () => {
    const path = join(temporaryFolder(), 'less.db');
    runInto(path, [everything()], { policyDigest: 'one' });
    const before = dumpOf(path, all);
    const less = { ...everything('c1', { clientBytes: 10 }), findings: [] };
    runInto(path, [less], { policyDigest: 'two' });
    expect(dumpOf(path, all)).toEqual(before);
  });
});

function count(lines: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const line of lines) {
    const name = line.slice(0, line.indexOf(' '));
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
