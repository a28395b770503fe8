// Proves that an association matches responses with requests, counts what passed, and hands on every operation once it
// is over.
import { describe, expect, it } from 'vitest';
import { Association } from '../../src/ledger/association.ts';
import type { Stamp } from '../../src/ledger/stamp.ts';
import type { Command, DataSet } from '../../src/model/facts.ts';
import { type Limits, limits } from '../../src/model/limits.ts';
import {
  abort,
  accept,
  client,
  command,
  ctStorage,
  dataSet,
  reject,
  request,
  response,
  server,
  shown,
  storageCommitment,
  store,
  studyRootFind,
  studyRootGet,
} from './facts.ts';

const C_FIND = 0x0020;
const C_GET = 0x0010;
const C_STORE = 0x0001;
const N_GET = 0x0110;
const N_EVENT_REPORT = 0x0100;
const C_CANCEL = 0x0fff;
const PENDING = 0xff00;

let now = 0;
const stamp = (): Stamp => ({ micros: ++now, capture: 'p1', frame: now });

function accepted(given: Partial<Limits> = {}): Association {
  const association = new Association('c1', 1, false, stamp(), { ...limits, ...given });
  association.request = request();
  association.accepted(accept());
  return association;
}

function hear(association: Association, ...facts: readonly (Command | DataSet)[]): Association {
  for (const fact of facts) {
    if (fact.kind === 'command') association.command(fact, stamp());
    else association.dataSet(fact, stamp());
  }
  return association;
}

/** What was handed on, each with what matters here. */
const done = (association: Association) =>
  association.done.map((operation) => {
    const {
      command: name,
      requester,
      messageId,
      responses,
      answers,
      incomplete,
    } = operation.record('a1', 'c1', operation.side === client ? 'client' : 'server');
    return [name, requester, messageId, responses, answers, ...incomplete];
  });

describe('matching', () => {
  it('joins a response to its request by message id', () => {
    const association = hear(accepted(), ...store(1), ...store(2));
    expect(done(association)).toEqual([
      ['C-STORE', 'client', 1, 1, 0],
      ['C-STORE', 'client', 2, 1, 0],
    ]);
    expect(association.operations).toBe(2);
  });

  it('takes interleaved operations apart', () => {
    const association = hear(
      accepted(),
      command({ messageId: 1 }),
      command({ messageId: 2, field: C_FIND, sopClass: studyRootFind }),
      response(C_FIND, { respondedTo: 2, status: PENDING, hasDataSet: true }),
      dataSet({ side: server }),
      response(C_STORE, { respondedTo: 1 }),
      response(C_FIND, { respondedTo: 2 }),
    );
    expect(done(association)).toEqual([
      ['C-STORE', 'client', 1, 1, 0],
      ['C-FIND', 'client', 2, 2, 1],
    ]);
  });

  it('takes a message id used again for a new request, and the one before for cut', () => {
    const association = hear(
      accepted(),
      command({ messageId: 5 }),
      command({ messageId: 5 }),
      response(C_STORE, { respondedTo: 5 }),
    );
    expect(done(association)).toEqual([
      ['C-STORE', 'client', 5, 0, 0, 'cut'],
      ['C-STORE', 'client', 5, 1, 0],
    ]);
  });

  it('gives each its own ordinal and id, though ids of messages repeat', () => {
    const association = hear(accepted(), ...store(1), ...store(1), ...store(1));
    expect(association.done.map(({ ordinal }) => ordinal)).toEqual([1, 2, 3]);
    expect(new Set(association.done.map(({ id }) => id)).size).toBe(3);
  });

  it('keeps the sub-operations of a C-GET apart from it: the server asks for them', () => {
    const association = hear(
      accepted(),
      command({ field: C_GET, messageId: 1, sopClass: studyRootGet, hasDataSet: true }),
      dataSet(),
      command({ side: server, messageId: 1, hasDataSet: true }),
      dataSet({ side: server, bytes: 500 }),
      response(C_STORE, { side: client, respondedTo: 1 }),
      response(C_GET, { respondedTo: 1, completed: 1 }),
    );
    expect(done(association)).toEqual([
      ['C-STORE', 'server', 1, 1, 0],
      ['C-GET', 'client', 1, 1, 0],
    ]);
    expect(association.objects).toBe(1);
    expect(association.dataBytes).toEqual([100, 500]);
  });

  it('notes a cancel on what it cancels, and makes no operation of it', () => {
    const association = hear(
      accepted(),
      command({ field: C_FIND, messageId: 3 }),
      command({ field: C_CANCEL, messageId: null, respondedTo: 3 }),
      command({ field: C_CANCEL, messageId: null, respondedTo: 99 }),
      response(C_FIND, { respondedTo: 3, status: 0xfe00 }),
    );
    expect(association.operations).toBe(1);
    const [operation] = association.done;
    expect(operation.record('a', 'c', 'client')).toMatchObject({
      cancelled: true,
      statusKind: 'cancel',
      complete: true,
    });
  });

  it('does not cancel the other side’s request of the same id', () => {
    const association = hear(
      accepted(),
      command({ field: C_FIND, messageId: 3 }),
      command({ side: server, field: C_CANCEL, respondedTo: 3 }),
    );
    association.end('released');
    association.connectionEnded('the connection was closed');
    expect(association.done[0].cancelled).toBe(false);
  });

  it('makes one operation of all responses to a request that was not seen, and counts no request', () => {
    const association = hear(
      accepted(),
      response(C_FIND, { respondedTo: 8, status: PENDING, hasDataSet: true }),
      dataSet({ side: server }),
      response(C_FIND, { respondedTo: 8 }),
    );
    expect(done(association)).toEqual([['C-FIND', 'client', 8, 2, 1, 'mid-stream']]);
    expect(association.operations).toBe(0);
  });

  it('takes a request that comes after its response for what was answered: two taps, a direction each', () => {
    const association = hear(
      accepted(),
      response(C_FIND, { respondedTo: 8, status: PENDING, hasDataSet: true }),
      dataSet({ side: server }),
      response(C_FIND, { respondedTo: 8 }),
      command({ field: C_FIND, messageId: 8 }),
      command({ field: C_FIND, messageId: 9 }),
      response(C_FIND, { respondedTo: 9 }),
    );
    const [first, second] = association.done;
    expect(first.record('a', 'c', 'client')).toMatchObject({ messageId: 8, responses: 2, answers: 1, complete: true });
    expect(second.record('a', 'c', 'client')).toMatchObject({ messageId: 9, responses: 1, complete: true });
    expect(association.operations).toBe(2);
  });

  it.each<[string, Partial<Command>]>([
    ['of another command', { field: 0x0021 }],
    ['on another context', { contextId: 3 }],
    ['of another SOP class', { sopClass: '1.2.3' }],
  ])('but not a request of that number %s', (_, parts) => {
    const association = hear(
      accepted(),
      response(C_FIND, { respondedTo: 8 }),
      command({ field: C_FIND, messageId: 8, ...parts }),
    );
    association.connectionEnded('the connection was closed');
    expect(new Set(association.done).size).toBe(2);
  });

  it('nor, where requests may have been lost, of a sender that numbers all alike', () => {
    for (const [lost, numbers, operations] of [
      [false, [5, 5], 2],
      [true, [5, 5], 3],
      [true, [5, 6], 2],
    ] as const) {
      const association = hear(
        accepted(),
        command({ messageId: numbers[0] }),
        response(0x0001, { respondedTo: numbers[0] }),
      );
      hear(association, response(0x0001, { respondedTo: numbers[1] }));
      if (lost) association.lostStep(client);
      hear(association, command({ messageId: numbers[1] }));
      association.connectionEnded('the connection was closed');
      expect(new Set(association.done).size, `${lost} ${numbers}`).toBe(operations);
    }
  });

  it('ends a request that is never answered with the connection', () => {
    const association = hear(accepted(), command({ messageId: 1 }));
    association.end('released');
    expect(done(association)).toEqual([]);
    association.connectionEnded('the connection was closed');
    expect(done(association)).toEqual([['C-STORE', 'client', 1, 0, 0, 'cut']]);
  });

  it('waits for the data set that a last response announces', () => {
    const association = hear(accepted(), command({ field: N_GET }), response(N_GET, { hasDataSet: true }));
    expect(association.done).toHaveLength(0);
    hear(association, dataSet({ side: server }));
    expect(done(association)).toEqual([['N-GET', 'client', 1, 1, 0]]);
  });

  it('says that such a data set never came', () => {
    const association = hear(accepted(), command({ field: N_GET }), response(N_GET, { hasDataSet: true }));
    association.end('released');
    association.connectionEnded('the connection was closed');
    expect(done(association)).toEqual([['N-GET', 'client', 1, 1, 0, 'cut']]);
  });

  it('takes a data set whose command was not seen for an operation nobody knows', () => {
    const association = hear(accepted(), dataSet({ final: false, bytes: 10 }), dataSet({ bytes: 30 }));
    expect(done(association)).toEqual([['unknown', 'client', null, 0, 0, 'mid-stream']]);
    expect(association.dataBytes).toEqual([30, 0]);
  });

  it('drops the oldest open request beyond the bound', () => {
    const association = accepted({ outstandingOperationsMax: 2 });
    for (const messageId of [1, 2, 3]) hear(association, command({ messageId }));
    expect(done(association)).toEqual([['C-STORE', 'client', 1, 0, 0, 'evicted']]);
  });
});

describe('counting', () => {
  it('counts objects, claims, patients, studies and bytes', () => {
    const association = hear(
      accepted(),
      ...store(1, { bytes: 100, patientHash: 'p1', studyHash: 's1' }),
      ...store(2, { bytes: 200, patientHash: 'p1', studyHash: 's2' }),
      ...store(3, { bytes: 300, patientHash: 'p2', studyHash: 's3', deidentified: 'yes' }),
    );
    expect(association.objects).toBe(3);
    expect(association.deidentifiedObjects).toBe(1);
    expect(association.patients.count).toBe(2);
    expect(association.studies.count).toBe(3);
    expect(association.dataBytes).toEqual([600, 0]);
  });

  it('counts an object stated twice once', () => {
    const association = hear(
      accepted(),
      command({ hasDataSet: true }),
      dataSet({ final: false, bytes: 60 }),
      dataSet({ bytes: 90 }),
    );
    expect([association.objects, association.dataBytes[0]]).toEqual([1, 90]);
  });

  it('counts no object of a data set that a store’s response should not have', () => {
    const association = hear(
      accepted(),
      command(),
      response(C_STORE, { hasDataSet: true }),
      dataSet({ side: server, deidentified: 'yes' }),
    );
    expect([association.objects, association.deidentifiedObjects, association.dataBytes]).toEqual([0, 0, [0, 100]]);
  });

  it('counts patients to the bound', () => {
    const association = accepted({ distinctMax: 1 });
    hear(association, ...store(1, { patientHash: 'p1' }), ...store(2, { patientHash: 'p2' }));
    expect(association.patients.count).toBe('10000+');
  });
});

describe('patient data', () => {
  it('is proven by the data set that shows it, once and for all', () => {
    const association = hear(accepted(), ...store(1, { shown: shown('PatientSex') }));
    expect(association.patientDataAt).toBeNull();
    hear(
      association,
      command({ messageId: 2, hasDataSet: true }),
      dataSet({ final: false, shown: shown('PatientName') }),
    );
    const at = association.patientDataAt;
    expect(at?.micros).toBe(now);
    hear(association, dataSet({ shown: shown('PatientID') }));
    expect(association.patientDataAt).toBe(at);
  });

  it('does not come of claimed objects, and of a claim not seen it does', () => {
    const association = hear(accepted(), ...store(1, { deidentified: 'yes', shown: shown('PatientName') }));
    expect(association.patientDataAt).toBeNull();
    expect(association.done[0].record('a', 'c', 'client')).toMatchObject({ patientData: false, deidentified: 'yes' });
    hear(association, ...store(2, { deidentified: 'not-seen', shown: shown('PatientName') }));
    expect(association.patientDataAt).not.toBeNull();
  });

  it('is seen as its operation shows it', () => {
    const association = hear(
      accepted(),
      command({ field: C_FIND, sopClass: studyRootFind, hasDataSet: true }),
      dataSet({ shown: shown('PatientID') }),
    );
    expect(association.exposure.exposed().attributes).toMatchObject([
      { attribute: 'PatientID', seenIn: 'query-key', count: 1 },
    ]);
  });
});

describe('services', () => {
  it('are told once each, with the side that uses them', () => {
    const association = hear(
      accepted(),
      ...store(1),
      ...store(2),
      command({ messageId: 3, field: 0x0030, sopClass: '1.2.840.10008.1.1' }),
    );
    expect(association.services.map(({ service, side }) => [service, side])).toEqual([
      ['store', client],
      ['echo', client],
    ]);
    expect(association.services.find(({ service }) => service === 'store')?.sopClasses).toEqual([ctStorage]);
  });

  it('of an event report belong to the side that is told: the provider sends it', () => {
    const association = hear(accepted(), command({ side: server, field: N_EVENT_REPORT, sopClass: storageCommitment }));
    expect(association.services.map(({ service, side }) => `${service} ${side}`)).toEqual(['commitment 0']);
  });
});

describe('the end', () => {
  it.each<[how: string, act: (association: Association) => void, outcome: string, cutBy: string | null]>([
    ['a rejection', (association) => association.rejected(reject()), 'rejected', null],
    ['an abort', (association) => association.aborted(abort()), 'aborted', null],
    ['a release', (association) => association.end('released'), 'released', null],
    [
      'the connection’s end',
      (association) => association.connectionEnded('the connection was reset'),
      'cut',
      'the connection was reset',
    ],
  ])('%s', (_, act, outcome, cutBy) => {
    const association = accepted();
    act(association);
    expect(association).toMatchObject({ ended: true, outcome, cutBy });
  });

  it('of a connection after a release request is a release', () => {
    const association = accepted();
    association.releaseRequested = true;
    association.connectionEnded('the connection was closed');
    expect(association).toMatchObject({ outcome: 'released', unansweredRelease: true, cutBy: null });
  });

  it('comes once: what follows changes nothing', () => {
    const association = accepted();
    association.end('released');
    association.aborted(abort());
    association.rejected(reject());
    association.accepted(accept({ callingAe: 'OTHER' }));
    association.connectionEnded('the connection was reset');
    expect(association).toMatchObject({ outcome: 'released', cutBy: null, reject: null, abort: null });
    expect(association.accept?.callingAe).toBe('MODALITY');
  });

  it('hands on what was still on its way, with the end of the connection', () => {
    const association = hear(accepted(), command({ field: C_FIND }));
    association.aborted(abort());
    hear(
      association,
      response(C_FIND, { status: PENDING, hasDataSet: true }),
      dataSet({ side: server }),
      response(C_FIND, { status: PENDING }),
    );
    association.connectionEnded('the connection was closed');
    expect(done(association)).toEqual([['C-FIND', 'client', 1, 2, 1, 'cut']]);
  });
});
