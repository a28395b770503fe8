// Proves who is taken for the client, rule by rule and in order, and what the record of a connection says.
import { describe, expect, it } from 'vitest';
import {
  began,
  type ClientEvidence,
  type ConnectionParts,
  clientOf,
  connectionRecord,
  endOf,
  identityOf,
  noEvidence,
} from '../../src/ledger/connection.ts';
import { Reasons } from '../../src/ledger/reasons.ts';
import { Flag, Slots } from '../../src/tcp/slots.ts';
import { addSlot, begin, bothSeen, type ConnectOptions, high, low, shaken } from './scribe.ts';

/** Every rule that needs no handshake, in its order, with what makes it speak for side 1. */
const evidences: [why: string, evidence: Partial<ClientEvidence>][] = [
  ['associate-request', { associateRequest: 1 }],
  ['client-hello', { clientHello: 1 }],
  ['known-listener', { knownListener: 1 }],
  ['dimse-request', { dimseRequest: 1 }],
];

function told(options: ConnectOptions, evidence: Partial<ClientEvidence> = {}) {
  const slots = new Slots();
  const slot = addSlot(slots, { flags: bothSeen, ...options });
  return clientOf(slots, slot, { ...noEvidence(), ...evidence });
}

describe('the client', () => {
  it.each<[flags: number, side: 0 | 1, why: string]>([
    [Flag.syn, 0, 'syn'],
    [Flag.syn << 1, 1, 'syn'],
    [Flag.synAck << 1, 0, 'syn-ack'],
    [Flag.synAck, 1, 'syn-ack'],
    [Flag.syn | (Flag.synAck << 1), 0, 'syn'],
    [(Flag.syn << 1) | Flag.synAck, 1, 'syn'],
  ])('by the handshake %i: side %i by %s', (flags, side, why) => {
    expect(told({ flags })).toEqual({ side, why });
  });

  it.each(evidences)('by %s alone', (why, evidence) => {
    expect(told({}, evidence)).toEqual({ side: 1, why });
  });

  it.each(evidences.map(([why, evidence], i) => [why, evidence, i] as const))(
    'by %s before all that comes after it',
    (why, evidence, i) => {
      const against: ClientEvidence = { associateRequest: 0, clientHello: 0, knownListener: 0, dimseRequest: 0 };
      for (const [, earlier] of evidences.slice(0, i)) Object.assign(against, nulled(earlier));
      expect(told({}, { ...against, ...evidence })).toEqual({ side: 1, why });
    },
  );

  it('by the handshake before all else', () => {
    const against: ClientEvidence = { associateRequest: 1, clientHello: 1, knownListener: 1, dimseRequest: 1 };
    expect(told({ flags: Flag.synAck << 1 }, against)).toEqual({ side: 0, why: 'syn-ack' });
  });

  it('by the higher port when nothing else is known, the first of equals', () => {
    expect(told({})).toEqual({ side: 0, why: 'higher-port' });
    const turned = [
      { address: '10.0.0.1', port: 104 },
      { address: '10.0.0.2', port: 50_000 },
    ] as const;
    expect(told({ ends: turned })).toEqual({ side: 1, why: 'higher-port' });
    const equal = [
      { address: '10.0.0.1', port: 104 },
      { address: '10.0.0.2', port: 104 },
    ] as const;
    expect(told({ ends: equal })).toEqual({ side: 0, why: 'higher-port' });
  });
});

describe('began', () => {
  it.each<[number, string]>([
    [shaken, 'syn'],
    [Flag.synAck << 1, 'syn-ack'],
    [Flag.synAck, 'syn-ack'],
    [bothSeen, 'mid-stream'],
  ])('%i: %s', (flags, how) => {
    const slots = new Slots();
    expect(began(slots, addSlot(slots, { flags }))).toBe(how);
  });
});

describe('the id', () => {
  it('does not depend on who is taken for the client without a handshake', () => {
    const slots = new Slots();
    const slot = addSlot(slots, { flags: bothSeen });
    expect(identityOf(slots, slot, 0, [])).toEqual(identityOf(slots, slot, 1, []));
  });
});

describe('the record', () => {
  const parts: ConnectionParts = {
    id: 'c1',
    vlan: [7],
    tunnel: ['vxlan:42'],
    evidence: noEvidence(),
    ended: 'fin',
    protocol: 'dicom',
    why: 'its first bytes',
    reasons: new Reasons(),
    captures: ['first-capture', 'second-capture'],
  };
  const recorded = (
    options: ConnectOptions = {},
    given: Partial<ConnectionParts> = {},
    change?: (slots: Slots) => void,
  ) => {
    const slots = new Slots();
    const slot = addSlot(slots, options);
    change?.(slots);
    return connectionRecord(slots, slot, { ...parts, ...given });
  };

  it('tells ends, bytes and packets from the client outwards', () => {
    const record = recorded({}, {}, (slots) => {
      slots.covered.set([10, 20]);
      slots.missed.set([3, 4]);
      slots.unseen.set(1, 3);
      slots.mac.set([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2]);
      slots.lastInput[0] = 1;
      slots.lastFrame[0] = 9;
      slots.lastSeconds[0] += 5;
    });
    expect(record).toMatchObject({
      clientAddress: low.address,
      clientPort: low.port,
      clientMac: '02:00:00:00:00:01',
      serverAddress: high.address,
      serverPort: high.port,
      serverMac: '02:00:00:00:00:02',
      clientBytes: 10,
      serverBytes: 20,
      clientMissed: 3,
      serverMissed: 4,
      clientUnseen: 0,
      serverUnseen: 3,
      start: begin,
      end: begin + 5e6,
      firstCapture: 'first-capture',
      firstFrame: 1,
      lastCapture: 'second-capture',
      lastFrame: 9,
      vlan: [7],
      tunnel: ['vxlan:42'],
      complete: true,
      incomplete: [],
    });
    expect(record.communityId).toMatch(/^1:[A-Za-z0-9+/]{27}=$/);
  });

  it('turns with the client', () => {
    const record = recorded({ flags: bothSeen | (Flag.syn << 1) }, {}, (slots) => slots.covered.set([10, 20]));
    expect(record).toMatchObject({ clientAddress: high.address, clientBytes: 20, serverBytes: 10, clientMac: null });
  });

  it.each<[reasons: string[], options: ConnectOptions, given: Partial<ConnectionParts>]>([
    [[], {}, {}],
    [[], {}, { ended: 'reset' }],
    [['cut'], {}, { ended: 'expired' }],
    [['cut'], {}, { ended: 'replaced' }],
    [['cut'], {}, { ended: 'input-end' }],
    [['evicted'], {}, { ended: 'evicted' }],
    [['mid-stream'], { flags: bothSeen }, {}],
    [['mid-stream', 'one-direction'], { flags: Flag.seen }, {}],
    [['one-direction'], { flags: shaken & ~(Flag.seen << 1) }, {}],
    [['missed-bytes'], { flags: shaken | (Flag.missed << 1) }, {}],
    [['ambiguous'], { flags: shaken | (Flag.ambiguous << 1) }, {}],
    [['truncated'], { flags: shaken | Flag.truncated }, {}],
    [['lost-step'], {}, { reasons: new Reasons('lost-step') }],
  ])('is incomplete because of %j', (reasons, options, given) => {
    const record = recorded(options, given);
    expect(record.incomplete).toEqual(reasons);
    expect(record.complete).toBe(reasons.length === 0);
  });

  it('writes addresses as text, IPv6 too', () => {
    const slots = new Slots();
    const slot = addSlot(slots, {
      ends: [
        { address: '2001:db8::1', port: 104 },
        { address: '2001:db8::2', port: 50_000 },
      ],
    });
    expect([endOf(slots, slot, 0), endOf(slots, slot, 1)]).toEqual([
      { address: '2001:db8::1', port: 104 },
      { address: '2001:db8::2', port: 50_000 },
    ]);
  });
});

function nulled(evidence: Partial<ClientEvidence>): Partial<ClientEvidence> {
  return Object.fromEntries(Object.keys(evidence).map((name) => [name, null]));
}
