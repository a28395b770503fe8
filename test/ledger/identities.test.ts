// Proves that a connection has one id, and that the same numbers a minute later are another connection.
import { beforeEach, describe, expect, it } from 'vitest';
import { identityOf } from '../../src/ledger/connection.ts';
import { Identities } from '../../src/ledger/identities.ts';
import { Flag, Slots } from '../../src/tcp/slots.ts';
import { addSlot, begin, bothSeen, type ConnectOptions, shaken } from './scribe.ts';

let identities: Identities;
let slots: Slots;
beforeEach(() => {
  identities = new Identities();
  slots = new Slots();
});

const idOf = (options: ConnectOptions = {}, tunnel: string[] = []) => identities.idFor(identity(options, tunnel));
const identity = (options: ConnectOptions = {}, tunnel: string[] = []) =>
  identityOf(slots, addSlot(slots, options), 0, tunnel);
const later = (seconds: number) => begin + seconds * 1e6;

describe('with a handshake', () => {
  it('the same within 60 s is the same: another part of the capture', () => {
    expect(idOf({ startMicros: later(60) })).toBe(idOf());
  });

  it('the same again after more than 60 s gets an ordinal, and so on', () => {
    const ids = [0, 60.000001, 130, 400].map((seconds) => idOf({ startMicros: later(seconds) }));
    expect(new Set(ids).size).toBe(4);
    const again = new Identities();
    const same = [0, 60.000001, 130, 400].map((seconds) => again.idFor(identity({ startMicros: later(seconds) })));
    expect(same).toEqual(ids);
  });

  it('another initial number is another connection at once', () => {
    expect(idOf({ initial: [1001, 5000] })).not.toBe(idOf());
  });

  it('SYN alone and SYN-ACK alone give the same id: the acknowledgement tells the number', () => {
    const ofSynAck = bothSeen | (Flag.synAck << 1) | Flag.initial | (Flag.initial << 1);
    const ofSyn = Flag.seen | Flag.syn | Flag.initial;
    expect(idOf({ flags: ofSynAck })).toBe(idOf({ flags: shaken }));
    expect(new Identities().idFor(identity({ flags: ofSyn }))).toBe(idOf());
  });

  it('VNIs and GRE keys tell connections apart, other tunnels do not', () => {
    expect(idOf({}, ['mpls', 'erspan:9', 'gre', 'vxlan:42', 'ipip'])).toBe(idOf({}, ['vxlan:42']));
    expect(idOf({}, ['pppoe', 'erspan:9'])).toBe(idOf());
    expect(
      new Set([idOf(), idOf({}, ['vxlan:42']), idOf({}, ['vxlan:43']), idOf({}, ['gre:42', 'vxlan:42'])]).size,
    ).toBe(4);
  });
});

describe('without a handshake', () => {
  it('time and number of the first packet tell', () => {
    const first = idOf({ flags: bothSeen });
    expect(idOf({ flags: bothSeen })).toBe(first);
    expect(idOf({ flags: bothSeen, startMicros: later(0.000001) })).not.toBe(first);
  });
});
