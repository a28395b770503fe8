// Proves: what happens is stated in the order of the facts, once, by the side that did it, whenever records are
// drained.
import { describe, expect, it } from 'vitest';
import { commandField } from '../../src/protocols/dicom/dimse.ts';
import {
  abort,
  accept,
  client,
  command,
  ctStorage,
  dataSet,
  reject,
  releaseRequest,
  releaseResponse,
  request,
  response,
  server,
  store,
  studyRootFind,
} from './facts.ts';
import { bothSeen, high, low, Scribe } from './scribe.ts';

const kinds = (scribe: Scribe) => scribe.events.map(({ kind }) => kind);

describe('an association', () => {
  it('is requested, accepted, used and over', () => {
    const scribe = new Scribe();
    const slot = scribe.connect();
    scribe.say(slot, request(), accept(), ...store(), releaseRequest, releaseResponse).end(slot);
    expect(kinds(scribe)).toEqual([
      'association-requested',
      'association-accepted',
      'operation-requested',
      'object-sent',
      'operation-answered',
      'association-over',
    ]);
    expect(scribe.events.at(-1)).toMatchObject({
      outcome: 'released',
      accepted: true,
      byThem: true,
      services: [{ service: 'store', sopClasses: [ctStorage] }],
    });
    const [first] = scribe.events;
    for (const { of } of scribe.events) expect(of.associationId).toBe(first.of.associationId);
  });

  it('is rejected and over at once', () => {
    const scribe = new Scribe();
    const slot = scribe.connect();
    scribe.say(slot, request(), reject({ result: 1, source: 1, reason: 7 })).end(slot);
    expect(kinds(scribe)).toEqual(['association-requested', 'association-rejected', 'association-over']);
    expect(scribe.events[1]).toMatchObject({ result: 1, source: 1, reason: 7 });
    expect(scribe.events[2]).toMatchObject({ outcome: 'rejected', accepted: false });
  });

  it.each([
    ['fin', true],
    ['reset', true],
    ['expired', false],
    ['input-end', false],
  ] as const)('that ends by %s was ended by them: %s', (how, byThem) => {
    const scribe = new Scribe();
    const slot = scribe.connect();
    scribe.say(slot, request(), accept()).end(slot, how);
    expect(scribe.events.at(-1)).toMatchObject({ kind: 'association-over', outcome: 'cut', byThem });
  });

  it('is over when another is asked for on the connection', () => {
    const scribe = new Scribe();
    const slot = scribe.connect();
    scribe.say(slot, request(), accept(), request({ callingAe: 'SECOND' }), abort());
    expect(kinds(scribe)).toEqual([
      'association-requested',
      'association-accepted',
      'association-over',
      'association-requested',
      'association-over',
    ]);
    expect(scribe.events[3].of.callingAe).toBe('SECOND');
  });

  it('is stated alike however often records are drained', () => {
    const facts = [request(), accept(), ...store(), releaseRequest, releaseResponse];
    const told = [false, true].map((drains) => {
      const scribe = new Scribe();
      const slot = scribe.connect();
      for (const fact of facts) {
        scribe.say(slot, fact);
        if (drains) scribe.drain();
      }
      return scribe.end(slot).events;
    });
    expect(told[1]).toEqual(told[0]);
  });
});

describe('a query', () => {
  it('is asked with or without keys, and hands out records', () => {
    const scribe = new Scribe();
    const slot = scribe.connect();
    const find = { field: commandField.find, sopClass: studyRootFind, hasDataSet: true };
    scribe.say(
      slot,
      request(),
      accept(),
      command(find),
      dataSet({ restricted: false }),
      response(commandField.find, { sopClass: studyRootFind, status: 0xff00, hasDataSet: true }),
      dataSet({ side: server, patientHash: 'p1', studyHash: 's1' }),
      response(commandField.find, { sopClass: studyRootFind, status: 0 }),
    );
    expect(kinds(scribe).slice(2)).toEqual([
      'operation-requested',
      'query-asked',
      'record-handed-out',
      'operation-answered',
    ]);
    expect(scribe.events[3]).toMatchObject({ restricted: false, operation: { command: 'C-FIND', service: 'query' } });
    expect(scribe.events[4]).toMatchObject({ patientHash: 'p1', studyHash: 's1' });
  });
});

describe('what was not seen whole', () => {
  it('is partial, and joined in the middle has no titles', () => {
    const scribe = new Scribe();
    const slot = scribe.connect({ flags: bothSeen });
    scribe.say(slot, ...store());
    for (const { of } of scribe.events) expect(of).toMatchObject({ midStream: true, partial: true, callingAe: null });
    expect(scribe.events.some(({ kind }) => kind === 'association-accepted')).toBe(false);
  });

  it('tells who asked by the side that did', () => {
    const scribe = new Scribe();
    const slot = scribe.connect();
    scribe.say(slot, request(), accept(), command({ side: server }));
    expect(scribe.events.at(-1)).toMatchObject({ operation: { requester: 'server', command: 'C-STORE' } });
    scribe.say(slot, command({ side: client, messageId: 9 }));
    expect(scribe.events.at(-1)).toMatchObject({ operation: { requester: 'client' } });
  });
});

describe('what is odd', () => {
  it('is stated with the side that sent it', () => {
    const scribe = new Scribe();
    const slot = scribe.connect();
    const oddity = { kind: 'path', what: 'path traversal', where: 'PatientID' } as const;
    scribe.say(slot, request(), accept(), command({ hasDataSet: true }), dataSet({ oddities: [oddity] }));
    expect(scribe.events.filter(({ kind }) => kind === 'odd-value')).toMatchObject([
      { by: 'client', oddities: [oddity] },
    ]);
  });

  it('in a command comes before its request', () => {
    const scribe = new Scribe();
    const slot = scribe.connect();
    const oddity = { kind: 'path', what: 'path separator', where: 'SOPInstanceUID' } as const;
    scribe.say(slot, request(), accept(), command({ oddity }));
    expect(kinds(scribe).slice(2)).toEqual(['odd-value', 'operation-requested']);
  });

  it('of an object is its mark', () => {
    const scribe = new Scribe();
    const slot = scribe.connect();
    const fact = dataSet({ contentMark: '100-00000000', instanceHash: 'i1' });
    scribe.say(slot, request(), accept(), command({ hasDataSet: true }), fact);
    expect(scribe.events.at(-1)).toMatchObject({
      kind: 'object-sent',
      contentMark: '100-00000000',
      instanceHash: 'i1',
      transferSyntax: fact.transferSyntax,
    });
  });

  it('in the bytes is stated once there is an association', () => {
    const scribe = new Scribe();
    const slot = scribe.connect();
    const fault = { kind: 'malformed', side: server, offset: 9, field: 'pdu-type', reason: '11 is unknown' } as const;
    scribe.say(slot, fault, request(), fault);
    expect(scribe.events.slice(1)).toMatchObject([
      { kind: 'malformation', by: 'server', field: 'pdu-type', reason: '11 is unknown' },
    ]);
  });

  it.each([
    [150, ['malformation']],
    [0, []],
  ])('P-DATA %i facts before the acceptance', (between, expected) => {
    const scribe = new Scribe();
    const slot = scribe.connect();
    const other = scribe.connect({ ends: [low, { ...high, port: 4242 }] });
    scribe.say(slot, request(), command());
    for (let i = 0; i < between; i++) scribe.say(other, request());
    const before = scribe.events.length;
    scribe.say(slot, accept());
    expect(kinds(scribe).slice(before)).toEqual([...expected, 'association-accepted']);
  });
});
