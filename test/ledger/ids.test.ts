// Proves that ids are what contracts say: stable, of one shape, equal to published Community ID vectors.
import { describe, expect, it } from 'vitest';
import {
  alertId,
  type ConnectionIdentity,
  captureId,
  childId,
  communityId,
  connectionId,
  endpointId,
  findingId,
} from '../../src/ledger/ids.ts';

/** From the Community ID specification's baselines and Zeek's tests: TCP, seed 0. */
const vectors: [string, number, string, number, string][] = [
  ['128.232.110.120', 34855, '66.35.250.204', 80, '1:LQU9qZlK+B5F3KDmev6m5PMibrg='],
  ['1.2.3.4', 1122, '5.6.7.8', 3344, '1:wCb3OG7yAFWelaUydu0D+125CLM='],
  [
    '2001:470:e5bf:dead:4957:2174:e82c:4887',
    63943,
    '2607:f8b0:400c:c03:0:0:0:1a',
    25,
    '1:/qFaeAR+gFe1KYjMzVDsMv+wgU4=',
  ],
];

describe('communityId', () => {
  it.each(vectors)('%s:%i to %s:%i', (source, sourcePort, target, targetPort, expected) => {
    const ends = inOrder([mapped(source), sourcePort], [mapped(target), targetPort]);
    expect(communityId(ends[0][0], ends[0][1], ends[1][0], ends[1][1])).toBe(expected);
  });
});

describe('connectionId', () => {
  const identity: ConnectionIdentity = {
    address0: mapped('10.0.0.1'),
    port0: 104,
    address1: mapped('10.0.0.2'),
    port1: 50000,
    tunnels: [],
    isn: 7,
    firstMicros: 1_700_000_000_000_001,
    firstSequence: 8,
    ordinal: 0,
  };
  const id = connectionId(identity);

  it('is a letter and 26 base32 characters', () => expect(id).toMatch(/^c[a-z2-7]{26}$/));

  it('never changes between versions of this program', () => expect(id).toBe('c6kxvz4colz6v3unvqvroz7hm2m'));

  it('does not depend on the first packet when the handshake was seen', () => {
    expect(connectionId({ ...identity, firstMicros: 5, firstSequence: 6 })).toBe(id);
  });

  const differing: [string, Partial<ConnectionIdentity>][] = [
    ['address', { address0: mapped('10.0.0.3') }],
    ['port', { port1: 50001 }],
    ['tunnel', { tunnels: [42] }],
    ['nesting of tunnels', { tunnels: [42, 42] }],
    ['initial sequence number', { isn: 8 }],
    ['no handshake', { isn: null }],
    ['first packet time', { isn: null, firstMicros: 1_700_000_000_000_002 }],
    ['first packet sequence', { isn: null, firstSequence: 9 }],
    ['ordinal', { ordinal: 1 }],
    ['more tunnels than the scratch holds', { tunnels: Array.from({ length: 20 }, (_, i) => i) }],
  ];
  it('differs with each part of the identity', () => {
    const ids = differing.map(([, change]) => connectionId({ ...identity, ...change }));
    expect(new Set([id, ...ids]).size).toBe(differing.length + 1);
  });
});

describe('ids of other records', () => {
  it('carry their kind and differ by each part', () => {
    const ids = [
      childId('a', 'x', 1),
      childId('a', 'x', 2),
      childId('o', 'x', 1),
      childId('t', 'x', 1),
      findingId('phi-cleartext', 'x'),
      findingId('phi-cleartext', 'y'),
      endpointId('PACS', '10.0.0.1', 104, 'store', 'scp'),
      endpointId('PACS', '10.0.0.1', null, 'store', 'scp'),
      endpointId('PACS', '10.0.0.1', null, 'store', 'scu'),
      alertId('phi-cleartext', 'k', 0),
      alertId('phi-cleartext', 'k', 1),
      captureId('a.pcap', 1, new Uint8Array(300), 1, 2),
      captureId('a.pcap', 1, new Uint8Array(300), 1, 3),
      captureId('b.pcap', 1, new Uint8Array(300), 1, 2),
    ];
    expect(ids.map((id) => id[0]).join('')).toBe('aaotffeeellppp');
    for (const id of ids) expect(id).toMatch(/^[a-z][a-z2-7]{26}$/);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('look at the first 256 bytes of a capture only', () => {
    expect(captureId('a', 1, new Uint8Array(300), 1, 2)).toBe(captureId('a', 1, new Uint8Array(256), 1, 2));
  });
});

function mapped(text: string): Uint8Array {
  if (text.includes(':')) {
    const words = text.split(':').map((word) => Number.parseInt(word, 16));
    return Uint8Array.from(words.flatMap((word) => [word >> 8, word & 255]));
  }
  return Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, ...text.split('.').map(Number)]);
}

function inOrder(a: [Uint8Array, number], b: [Uint8Array, number]): [[Uint8Array, number], [Uint8Array, number]] {
  const order = Buffer.compare(a[0], b[0]) || a[1] - b[1];
  return order <= 0 ? [a, b] : [b, a];
}
