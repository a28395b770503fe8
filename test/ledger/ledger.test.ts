// Proves that facts of many connections become records in their order: when they are handed on, what belongs together,
// and who listens.
import { describe, expect, it } from 'vitest';
import { noHistory } from '../../src/model/history.ts';
import { Flag } from '../../src/tcp/slots.ts';
import {
  abort,
  accept,
  client,
  clientHello,
  command,
  dataSet,
  reject,
  releaseRequest,
  releaseResponse,
  request,
  response,
  server,
  serverHello,
  shown,
  store,
} from './facts.ts';
import { bothSeen, type ConnectOptions, type Place, recordsOf, Scribe } from './scribe.ts';

const opened = [request(), accept()] as const;
const released = [releaseRequest, releaseResponse] as const;

/** Ends whose client has another port: another connection. */
const from = (port: number): ConnectOptions => ({
  ends: [
    { address: '10.0.0.1', port },
    { address: '10.0.0.2', port: 104 },
  ],
});

describe('handing on', () => {
  it('gives an association while it lasts, and again when it is over', () => {
    const scribe = new Scribe();
    const slot = scribe.connect();
    scribe.say(slot, ...opened);
    expect(scribe.records()).toMatchObject({
      connections: [{ ended: 'open' }],
      associations: [{ ended: false, outcome: 'accepted' }],
    });
    scribe.say(slot, ...released).end(slot);
    expect(scribe.records()).toMatchObject({
      connections: [{ ended: 'fin' }],
      associations: [{ ended: true, outcome: 'released' }],
    });
    expect(scribe.records()).toMatchObject({ connections: [], associations: [] });
  });

  it('gives an operation when it is over, once', () => {
    const scribe = new Scribe();
    const slot = scribe.connect();
    scribe.say(slot, ...opened, ...store(1), command({ messageId: 2 }));
    expect(scribe.records().operations.map(({ messageId }) => messageId)).toEqual([1]);
    scribe.say(slot, response(1, { respondedTo: 2 }));
    expect(scribe.records().operations.map(({ messageId }) => messageId)).toEqual([2]);
  });

  it('hurries what was opened, accepted, proven or ended; the rest waits for its refreshing', () => {
    const scribe = new Scribe({ limits: { refreshMs: 60_000 } });
    const slot = scribe.connect();
    scribe.say(slot, request());
    expect(scribe.drain('asked').batch.associations).toHaveLength(1);
    scribe.say(slot, accept());
    expect(scribe.drain('asked').batch.associations).toHaveLength(1);
    scribe.say(slot, command({ hasDataSet: true }));
    expect(scribe.drain('asked').batch.associations).toHaveLength(0);
    scribe.say(slot, dataSet({ final: false, shown: shown('PatientName') }));
    expect(scribe.drain('asked').batch.associations).toMatchObject([{ patientData: true, ended: false }]);
    scribe.say(slot, dataSet({ shown: shown('PatientID') }));
    expect(scribe.drain('asked').batch.associations).toHaveLength(0);
    scribe.now += 60_000_000;
    expect(scribe.drain('asked').batch.associations).toHaveLength(1);
  });

  it('does not wait when told to give all', () => {
    const scribe = new Scribe();
    const slot = scribe.connect();
    scribe.say(slot, ...opened);
    scribe.records();
    scribe.say(slot, command());
    expect(scribe.drain('end').batch.associations).toHaveLength(1);
  });

  it('counts what waits', () => {
    const scribe = new Scribe();
    const slot = scribe.connect();
    expect(scribe.ledger.pending).toBe(0);
    scribe.say(slot, ...opened);
    expect(scribe.ledger.pending).toBeGreaterThan(0);
    scribe.records();
    expect(scribe.ledger.pending).toBe(0);
  });

  it('gives the connection with each record of it', () => {
    const scribe = new Scribe();
    const [one, other] = [scribe.connect(from(50_001)), scribe.connect(from(50_002))];
    scribe.say(one, ...opened).say(other, ...opened);
    scribe.records();
    scribe.say(one, ...released).end(one);
    const { connections, associations } = scribe.records();
    expect(connections.map(({ clientPort }) => clientPort)).toEqual([50_001]);
    expect(associations.map(({ connectionId }) => connectionId)).toEqual([connections[0].id]);
  });

  it('gives a connection that was identified and never said a thing', () => {
    expect(recordsOf([])).toMatchObject({ connections: [{ protocol: 'dicom', ended: 'fin' }], associations: [] });
  });

  it('knows nothing of a connection that is not one of ours', () => {
    const scribe = new Scribe();
    expect(scribe.ledger.ended(scribe.open(), 'fin', true)).toBeNull();
  });

  it('gives detections each association with what it showed, and the services with their times', () => {
    const scribe = new Scribe();
    const slot = scribe.connect();
    scribe.say(slot, ...opened, ...store(1, { shown: shown('PatientName') }));
    const [subject] = scribe.drain().subjects;
    expect(subject.exposure?.attributes).toMatchObject([{ attribute: 'PatientName', seenIn: 'stored' }]);
    expect(subject.services).toMatchObject([
      { service: 'store', role: 'client-scu', first: { packet: { capture: 'first-capture', frame: 3 } } },
    ]);
  });
});

describe('totals', () => {
  it('count associations, requests, patients and studies over all connections', () => {
    const scribe = new Scribe();
    for (const port of [50_001, 50_002]) {
      const slot = scribe.connect(from(port));
      scribe.say(
        slot,
        ...opened,
        ...store(1, { patientHash: 'p1', studyHash: `s${port}` }),
        response(0x30, { respondedTo: 9 }),
      );
      scribe.end(slot);
    }
    const { associations, operations, patientCount, studyCount } = scribe.ledger;
    expect({ associations, operations, patientCount, studyCount }).toEqual({
      associations: 2,
      operations: 2,
      patientCount: 1,
      studyCount: 2,
    });
    const records = scribe.records();
    expect(records.associations.map((association) => association.operations)).toEqual([1, 1]);
    expect(records.operations).toHaveLength(4);
  });

  it('say "10000+" beyond the bound', () => {
    const scribe = new Scribe({ limits: { distinctMax: 1 } });
    const slot = scribe.connect();
    scribe.say(slot, ...opened, ...store(1, { patientHash: 'p1' }), ...store(2, { patientHash: 'p2' }));
    expect(scribe.ledger.patientCount).toBe('10000+');
  });
});

describe('several associations on one connection', () => {
  it('are numbered, and each has its own operations', () => {
    const { associations, operations } = recordsOf([
      ...opened,
      ...store(),
      ...released,
      ...opened,
      ...store(),
      ...released,
    ]);
    expect(associations.map(({ ordinal, outcome, operations: count }) => [ordinal, outcome, count])).toEqual([
      [1, 'released', 1],
      [2, 'released', 1],
    ]);
    expect(new Set(associations.map(({ id }) => id)).size).toBe(2);
    expect(operations.map(({ associationId }) => associationId)).toEqual(associations.map(({ id }) => id));
  });

  it('a request in the middle of one ends it', () => {
    const { associations } = recordsOf([...opened, command(), ...opened, ...released]);
    expect(associations.map(({ outcome, outcomeDetail }) => [outcome, outcomeDetail])).toEqual([
      ['cut', 'another request came on the connection'],
      ['released', null],
    ]);
  });

  it('an abort after the end is not another end', () => {
    const [association] = recordsOf([...opened, ...released, abort({ side: server })]).associations;
    expect(association).toMatchObject({ outcome: 'released', abortSource: null });
  });
});

describe('who is the client without a handshake', () => {
  /** Side 0 has the lower port here, so that the higher port speaks for side 1. */
  const ends: readonly [Place, Place] = [
    { address: '10.0.0.1', port: 104 },
    { address: '10.0.0.2', port: 50_000 },
  ];
  const unshaken: ConnectOptions = { ends, flags: bothSeen };
  const told = (...facts: Parameters<typeof recordsOf>[0]) => {
    const { clientAddress, clientWhy } = recordsOf(facts, unshaken).connections[0];
    return [clientAddress, clientWhy];
  };

  it('is the higher port while nothing speaks', () => expect(told()).toEqual(['10.0.0.2', 'higher-port']));

  it('is who sent the request, or to whom its answer went', () => {
    expect(told(request({ side: 0 }))).toEqual(['10.0.0.1', 'associate-request']);
    expect(told(accept({ side: 1 }))).toEqual(['10.0.0.1', 'associate-request']);
    expect(told(reject({ side: 1 }))).toEqual(['10.0.0.1', 'associate-request']);
  });

  it('is who asks in DIMSE, but not who reports an event, by request or by response', () => {
    expect(told(command({ side: 0 }))).toEqual(['10.0.0.1', 'dimse-request']);
    expect(told(response(0x0001, { side: 1 }))).toEqual(['10.0.0.1', 'dimse-request']);
    expect(told(command({ side: 0, field: 0x0100 }))).toEqual(['10.0.0.2', 'higher-port']);
    expect(told(response(0x0100, { side: 1 }))).toEqual(['10.0.0.2', 'higher-port']);
  });

  it('is the first who asked: a sub-operation comes later', () => {
    expect(told(command({ side: 0, field: 0x0010 }), command({ side: 1 }))).toEqual(['10.0.0.1', 'dimse-request']);
  });

  it('is who talks to a listener known of an association before', () => {
    const scribe = new Scribe();
    const listener: Place = { address: '10.0.0.2', port: 50_000 };
    const before = scribe.connect({ ends: [{ address: '10.0.0.1', port: 40_000 }, listener] });
    scribe.say(before, ...opened).end(before);
    const slot = scribe.connect(unshaken);
    scribe.say(slot, command({ side: 1 })).end(slot);
    expect(scribe.records().connections[1]).toMatchObject({ clientAddress: '10.0.0.1', clientWhy: 'known-listener' });
  });

  it('is who talks to a listener known of the past', () => {
    const scribe = new Scribe({ history: { ...noHistory, listenerKnown: (address) => address === '10.0.0.2' } });
    const slot = scribe.connect(unshaken);
    scribe.end(slot);
    expect(scribe.records().connections[0]).toMatchObject({ clientAddress: '10.0.0.1', clientWhy: 'known-listener' });
  });

  it('is who sent the ClientHello, or to whom the ServerHello went', () => {
    const tls = { ...unshaken, protocol: 'tls' };
    const why = (fact: Parameters<Scribe['say']>[1]) => {
      const scribe = new Scribe({ configuredListener: () => true });
      const slot = scribe.connect(tls);
      scribe.say(slot, fact).end(slot);
      const { clientAddress, clientWhy } = scribe.records().connections[0];
      return [clientAddress, clientWhy];
    };
    expect(why(clientHello({ side: 0 }))).toEqual(['10.0.0.1', 'client-hello']);
    expect(why(serverHello({ side: 1 }))).toEqual(['10.0.0.1', 'client-hello']);
  });
});

describe('TLS', () => {
  const hellos = [clientHello(), serverHello()] as const;
  const to = (port: number, clientPort = 50_000): ConnectOptions => ({
    protocol: 'tls',
    ends: [
      { address: '10.0.0.1', port: clientPort },
      { address: '10.0.0.2', port },
    ],
  });
  const sessions = (scribe: Scribe, options: ConnectOptions) => {
    const slot = scribe.connect(options);
    scribe.say(slot, ...hellos).end(slot);
    const { connections, tlsSessions } = scribe.records();
    expect(connections).toHaveLength(tlsSessions.length);
    return tlsSessions.map(({ why, serverPort }) => [why, serverPort]);
  };

  it('to anything else is not kept', () => expect(sessions(new Scribe(), to(443))).toEqual([]));

  it('to port 2762 is DICOM’s', () => expect(sessions(new Scribe(), to(2762))).toEqual([['port-2762', 2762]]));

  it('from port 2762 is not', () => {
    const ends: readonly [Place, Place] = [
      { address: '10.0.0.1', port: 2762 },
      { address: '10.0.0.2', port: 443 },
    ];
    expect(sessions(new Scribe(), { protocol: 'tls', ends })).toEqual([]);
  });

  it('to an endpoint of the policy is, and that is said before the port', () => {
    const scribe = new Scribe({ configuredListener: (address) => address === '10.0.0.2' });
    expect(sessions(scribe, to(443))).toEqual([['policy', 443]]);
    expect(sessions(scribe, to(2762, 50_001))).toEqual([['policy', 2762]]);
  });

  it('to a listener that accepted an association in clear is', () => {
    const scribe = new Scribe();
    const clear = scribe.connect({ ...to(11_112), protocol: 'dicom' });
    scribe.say(clear, ...opened, ...released).end(clear);
    scribe.records();
    expect(sessions(scribe, to(11_112, 50_001))).toEqual([['known-listener', 11_112]]);
  });

  it('to a listener that only rejected is not', () => {
    const scribe = new Scribe();
    const clear = scribe.connect({ ...to(11_112), protocol: 'dicom' });
    scribe.say(clear, request(), reject()).end(clear);
    scribe.records();
    expect(sessions(scribe, to(11_112, 50_001))).toEqual([]);
  });

  it('is settled at its end: what is learnt later changes nothing, however late it is drained', () => {
    const early = (drainBetween: boolean) => {
      const scribe = new Scribe();
      const tls = scribe.connect(to(11_112));
      scribe.say(tls, ...hellos).end(tls);
      const between = drainBetween ? scribe.records().tlsSessions.length : 0;
      const clear = scribe.connect({ ...to(11_112, 50_001), protocol: 'dicom' });
      scribe.say(clear, ...opened, ...released).end(clear);
      return between + scribe.records().tlsSessions.length;
    };
    expect([early(true), early(false)]).toEqual([0, 0]);
  });

  it('that is still open when its listener becomes known is kept', () => {
    const scribe = new Scribe();
    const tls = scribe.connect(to(11_112));
    scribe.say(tls, ...hellos);
    expect(scribe.records().tlsSessions).toEqual([]);
    const clear = scribe.connect({ ...to(11_112, 50_001), protocol: 'dicom' });
    scribe.say(clear, ...opened).end(tls);
    expect(scribe.records().tlsSessions).toMatchObject([{ why: 'known-listener' }]);
  });
});

describe('an error of ours', () => {
  it('leaves a mark on the connection and its association', () => {
    const scribe = new Scribe();
    const slot = scribe.connect();
    scribe.say(slot, ...opened);
    scribe.ledger.failed(slot);
    scribe.end(slot, 'fin');
    const { connections, associations } = scribe.records();
    expect(connections[0].incomplete).toEqual(['lost-step']);
    expect(associations[0].incomplete).toEqual(['lost-step']);
  });

  it('on a connection that is not ours is nothing', () => {
    const scribe = new Scribe();
    scribe.ledger.failed(scribe.open());
    expect(scribe.records().connections).toEqual([]);
  });
});

describe('malformed bytes', () => {
  it('alone make a record no less whole', () => {
    const malformed = { kind: 'malformed', side: client, offset: 0, field: 'x', reason: 'y' } as const;
    const [association] = recordsOf([...opened, malformed, ...released]).associations;
    expect(association.complete).toBe(true);
  });
});

describe('one direction', () => {
  it('of the server tells of responses, answers and titles', () => {
    const { associations, operations } = recordsOf(
      [
        accept(),
        response(0x20, { status: 0xff00, hasDataSet: true }),
        dataSet({ side: server }),
        response(0x20),
        releaseResponse,
      ],
      { flags: Flag.seen << 1 },
    );
    expect(associations).toMatchObject([{ callingAe: 'MODALITY', outcome: 'released', operations: 0 }]);
    expect(associations[0].incomplete).toEqual(['mid-stream', 'one-direction']);
    expect(operations).toMatchObject([{ command: 'C-FIND', requester: 'client', answers: 1 }]);
  });

  it('of the client tells of requests and what they showed', () => {
    const { associations, operations } = recordsOf(
      [request(), command({ hasDataSet: true }), dataSet({ shown: shown('PatientName') }), releaseRequest],
      { flags: Flag.seen | Flag.syn | Flag.initial },
    );
    expect(associations).toMatchObject([
      { accepted: true, outcome: 'released', patientData: true, incomplete: ['one-direction'] },
    ]);
    expect(operations).toMatchObject([{ responses: 0, incomplete: ['cut'] }]);
  });
});
