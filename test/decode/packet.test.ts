// Proves that outcomes and flags are told apart by their numbers, and that a packet has room for every tag.
import { expect, it } from 'vitest';
import { ACK, FIN, Next, Packet, RST, SYN } from '../../src/decode/packet.ts';
import { limits } from '../../src/model/limits.ts';

it('every outcome of a header has a number of its own', () => {
  const outcomes = Object.values(Next);
  expect(new Set(outcomes).size).toBe(outcomes.length);
});

it('flags are the bits of RFC 9293 section 3.1', () => {
  expect([FIN, SYN, RST, ACK]).toEqual([0x01, 0x02, 0x04, 0x10]);
});

it('a packet has room for as many tags as are followed, and for two addresses', () => {
  const packet = new Packet();
  expect([packet.vlans.length, packet.words.length]).toEqual([limits.encapsulationsMax, 8]);
});
