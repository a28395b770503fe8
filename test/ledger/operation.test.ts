// Proves that an operation adds up its request, responses and data sets, and says in words how it went and what is
// missing.
import { describe, expect, it } from 'vitest';
import { Operation } from '../../src/ledger/operation.ts';
import type { Stamp } from '../../src/ledger/stamp.ts';
import type { Command } from '../../src/model/facts.ts';
import { limits } from '../../src/model/limits.ts';
import type { SeenIn } from '../../src/model/records.ts';
import {
  client,
  command,
  ctStorage,
  dataSet,
  mpps,
  response,
  server,
  shown,
  storageCommitment,
  studyRootFind,
  studyRootGet,
  worklistFind,
} from './facts.ts';

const stamp = (micros: number): Stamp => ({ micros, capture: 'p1', frame: micros });

/** An operation that begins with this command, seen at 1 µs. */
function begun(first: Command | null, distinctMax: number = limits.distinctMax): Operation {
  return new Operation('o1', 1, client, first, 1, stamp(1), { ...limits, distinctMax });
}

const recorded = (operation: Operation) => operation.record('a1', 'c1', 'client');

describe('a request with its response', () => {
  const operation = begun(
    command({
      messageId: 7,
      instanceHash: 'i1',
      hasDataSet: true,
      moveOriginator: 'VIEWER',
      moveOriginatorMessageId: 3,
    }),
  );
  operation.dataSet(dataSet({ bytes: 900, patientHash: 'p1', studyHash: 's1' }), stamp(5));
  operation.answer(response(0x0001, { respondedTo: 7 }), stamp(9));

  it('is one record', () => {
    expect(recorded(operation)).toMatchObject({
      id: 'o1',
      associationId: 'a1',
      connectionId: 'c1',
      command: 'C-STORE',
      requester: 'client',
      contextId: 1,
      messageId: 7,
      sopClass: ctStorage,
      transferSyntax: '1.2.840.10008.1.2.1',
      transferSyntaxGuessed: false,
      status: 0,
      statusText: 'success',
      statusKind: 'success',
      responses: 1,
      answers: 0,
      requestBytes: 900,
      responseBytes: 0,
      missedBytes: 0,
      patientHash: 'p1',
      studyHash: 's1',
      instanceHash: 'i1',
      patients: 1,
      moveOriginator: 'VIEWER',
      moveOriginatorMessageId: 3,
      deidentified: 'no',
      patientData: false,
      start: 1,
      end: 9,
      durationMicros: 8,
      firstFrame: 1,
      lastFrame: 9,
      complete: true,
      incomplete: [],
    });
  });

  it('is over', () => expect(operation.over).toBe(true));
});

describe('responses', () => {
  it('that are pending keep it open; those with a data set are answers', () => {
    const operation = begun(command({ field: 0x0020, sopClass: studyRootFind }));
    operation.answer(response(0x0020, { status: 0xff00, hasDataSet: true }), stamp(2));
    operation.answer(response(0x0020, { status: 0xff01, hasDataSet: true }), stamp(3));
    operation.answer(response(0x0020, { status: 0xff00 }), stamp(4));
    expect(operation.over).toBe(false);
    operation.answer(response(0x0020), stamp(5));
    expect(operation.over).toBe(true);
    expect(recorded(operation)).toMatchObject({ responses: 4, answers: 2, statusKind: 'success' });
  });

  it('tell sub-operations, of which the last word counts', () => {
    const operation = begun(
      command({ field: 0x0021, sopClass: '1.2.840.10008.5.1.4.1.2.2.2', moveDestination: 'VIEWER' }),
    );
    operation.answer(response(0x0021, { status: 0xff00, remaining: 2, completed: 1, failed: 0, warning: 0 }), stamp(2));
    operation.answer(response(0x0021, { status: 0xb000, completed: 2, failed: 1, warning: 0 }), stamp(3));
    expect(recorded(operation)).toMatchObject({
      moveDestination: 'VIEWER',
      remaining: null,
      completed: 2,
      failed: 1,
      warning: 0,
      statusKind: 'warning',
    });
  });

  it.each<[status: number, kind: string]>([
    [0x0000, 'success'],
    [0xff00, 'pending'],
    [0xfe00, 'cancel'],
    [0xb000, 'warning'],
    [0xa700, 'failure'],
    [0xc123, 'failure'],
    [0x0122, 'failure'],
  ])('with status %i are said in words: %s', (status, kind) => {
    const operation = begun(command());
    operation.answer(response(0x0001, { status }), stamp(2));
    const { statusKind, statusText } = recorded(operation);
    expect(statusKind).toBe(kind);
    expect(statusText).toMatch(/^[a-z]/i);
  });

  it('without a status end it and say nothing', () => {
    const operation = begun(command());
    operation.answer(response(0x0001, { status: null }), stamp(2));
    expect(operation.over).toBe(true);
    expect(recorded(operation)).toMatchObject({ status: null, statusText: null, statusKind: null, responses: 1 });
  });

  it('bring what the request left out', () => {
    const operation = begun(command({ field: 0x0140, sopClass: null }));
    operation.answer(response(0x0140, { sopClass: mpps, instanceHash: 'i9', eventType: 1, actionType: 2 }), stamp(2));
    expect(recorded(operation)).toMatchObject({ sopClass: mpps, instanceHash: 'i9', eventType: 1, actionType: 2 });
  });

  it('without a request make an operation whose beginning was not seen', () => {
    const first = response(0x0020, { respondedTo: 12, sopClass: studyRootFind });
    const operation = begun(first);
    operation.answer(first, stamp(1));
    expect(operation.requestSeen).toBe(false);
    expect(recorded(operation)).toMatchObject({
      command: 'C-FIND',
      messageId: 12,
      complete: false,
      incomplete: ['mid-stream'],
    });
  });
});

describe('data sets', () => {
  it('stated in the middle and at the end count their bytes and losses once', () => {
    const operation = begun(command({ hasDataSet: true }));
    operation.dataSet(dataSet({ final: false, bytes: 600, missed: 10 }), stamp(2));
    operation.dataSet(dataSet({ bytes: 1000, missed: 30 }), stamp(3));
    expect(recorded(operation)).toMatchObject({ requestBytes: 1000, missedBytes: 30, incomplete: ['missed-bytes'] });
  });

  it('are told apart by who sent them', () => {
    const operation = begun(command({ field: 0x0020, sopClass: studyRootFind, hasDataSet: true }));
    operation.dataSet(dataSet({ bytes: 50 }), stamp(2));
    operation.dataSet(dataSet({ side: server, bytes: 70, instanceHash: 'theirs' }), stamp(3));
    operation.dataSet(dataSet({ side: server, bytes: 80 }), stamp(4));
    expect(recorded(operation)).toMatchObject({ requestBytes: 50, responseBytes: 150, instanceHash: null });
  });

  it('of one patient and study name them; of several name none', () => {
    const operation = begun(command({ field: 0x0020 }));
    operation.dataSet(dataSet({ side: server, patientHash: 'p1', studyHash: 's1' }), stamp(2));
    operation.dataSet(dataSet({ side: server, patientHash: 'p1', studyHash: 's1' }), stamp(2));
    expect(recorded(operation)).toMatchObject({ patients: 1, patientHash: 'p1', studyHash: 's1' });
    operation.dataSet(dataSet({ side: server, patientHash: 'p2', studyHash: 's2' }), stamp(2));
    expect(recorded(operation)).toMatchObject({ patients: 2, patientHash: null, studyHash: null });
  });

  it('of more patients than are counted say so', () => {
    const operation = begun(command({ field: 0x0020 }), 2);
    for (const patientHash of ['p1', 'p2', 'p3']) operation.dataSet(dataSet({ side: server, patientHash }), stamp(2));
    expect(recorded(operation).patients).toBe('10000+');
  });

  it.each([
    ['cut', ['cut']],
    ['gap', []],
    ['malformed', ['not-decodable']],
    ['limit', ['not-decodable']],
    ['syntax-unknown', ['not-decodable']],
    ['deflate-error', ['not-decodable']],
  ] as const)('whose scan ended by %s leave %j', (incomplete, reasons) => {
    const operation = begun(command());
    operation.dataSet(dataSet({ incomplete }), stamp(2));
    expect(recorded(operation).incomplete).toEqual(reasons);
  });

  it('make it patient data by what they show together', () => {
    const operation = begun(command());
    operation.showed(dataSet({ shown: shown('PatientSex') }));
    expect(recorded(operation).patientData).toBe(false);
    operation.showed(dataSet({ shown: shown('PatientAge') }));
    expect(recorded(operation).patientData).toBe(true);
  });

  it('keep that the syntax was guessed, and the level of the query', () => {
    const operation = begun(command({ field: 0x0020 }));
    operation.dataSet(dataSet({ transferSyntaxGuessed: true, queryLevel: 'STUDY' }), stamp(2));
    operation.dataSet(dataSet({ side: server, transferSyntax: null, queryLevel: 'SERIES' }), stamp(3));
    expect(recorded(operation)).toMatchObject({
      transferSyntax: '1.2.840.10008.1.2.1',
      transferSyntaxGuessed: true,
      queryLevel: 'STUDY',
    });
  });

  it('without any command are an unknown operation', () => {
    const operation = begun(null);
    operation.dataSet(dataSet(), stamp(2));
    expect(recorded(operation)).toMatchObject({ command: 'unknown', messageId: null, incomplete: ['mid-stream'] });
  });
});

describe('an end before the last response', () => {
  it('leaves it cut', () => {
    const operation = begun(command());
    operation.cut();
    expect(recorded(operation).incomplete).toEqual(['cut']);
  });

  it('takes nothing from one that is over', () => {
    const operation = begun(command());
    operation.answer(response(0x0001), stamp(2));
    operation.cut();
    expect(recorded(operation).complete).toBe(true);
  });

  it('is another thing than being dropped from memory', () => {
    const operation = begun(command());
    operation.dropped();
    expect(recorded(operation).incomplete).toEqual(['evicted']);
  });
});

describe('how data is seen', () => {
  it.each<[field: number, sopClass: string | null, asked: SeenIn, answered: SeenIn]>([
    [0x0001, ctStorage, 'stored', 'stored'],
    [0x0020, studyRootFind, 'query-key', 'query-answer'],
    [0x0010, studyRootGet, 'query-key', 'query-answer'],
    [0x0020, worklistFind, 'worklist-key', 'worklist-answer'],
    [0x0140, mpps, 'mpps', 'mpps'],
    [0x0130, storageCommitment, 'commitment', 'commitment'],
    [0x0100, storageCommitment, 'commitment', 'commitment'],
    [0x0100, '1.2.840.10008.5.1.4.34.6.4', 'event', 'event'],
    [0x0110, '1.2.3.4', 'other', 'other'],
  ])('command %i of %s: %s, answered as %s', (field, sopClass, asked, answered) => {
    const operation = begun(command({ field, sopClass }));
    expect([operation.seenIn(client), operation.seenIn(server)]).toEqual([asked, answered]);
  });

  it('is unknown without a command', () => expect(begun(null).seenIn(client)).toBe('unknown'));
});
