// Proves B19 within TLS that does not encrypt, and B39: joined anywhere, its DICOM is read inside of its records and
// never with their headers and MACs; nothing is told that was not there. TLS that encrypts stays unread.
import { describe, expect, it } from 'vitest';
import { concat, counting, hex, u8, u16 } from '../support/bytes.ts';
import { seeded } from '../support/chunks.ts';
import { client, conversation, frames, type Segment, server } from '../support/conversation.ts';
import { associateAc, associateRq, releaseRp, releaseRq } from '../support/pdu.ts';
import { tiny, withPayload } from '../support/segments.ts';
import { said, sense } from '../support/sensing.ts';
import { withstand } from './withstand.ts';

const random = seeded(19);
const noise = (length: number) => Uint8Array.from({ length }, () => random() * 256);
const record = (type: number, body: Uint8Array) => concat(u8(type), hex('0303'), u16(body.length), body);
const handshake = record(22, counting(60));
const change = concat(record(20, hex('01')), record(22, counting(36)));

/** How application data is put into records. */
type Inside = (plaintext: Uint8Array) => Uint8Array;
const insides: Readonly<Record<string, Inside>> = {
  'TLS 1.2 with SHA-1': (plaintext) => record(23, concat(plaintext, noise(20))),
  'TLS 1.2 with SHA-256': (plaintext) => record(23, concat(plaintext, noise(32))),
  'TLS 1.2 with a truncated MAC': (plaintext) => record(23, concat(plaintext, noise(10))),
  'TLS 1.3 with SHA-256': (plaintext) => record(23, concat(plaintext, hex('17'), noise(32))),
  'TLS 1.3 with SHA-384 and zeros': (plaintext) => record(23, concat(plaintext, hex('17 000000'), noise(48))),
  'records of twelve bytes for the headers of P-DATA': (plaintext) =>
    plaintext[0] === 4
      ? concat(
          record(23, concat(plaintext.subarray(0, 12), noise(20))),
          record(23, concat(plaintext.subarray(12), noise(20))),
        )
      : record(23, concat(plaintext, noise(20))),
};

const turnsOf = (inside: Inside) => [
  client(handshake),
  server(handshake),
  client(change),
  server(change),
  client(inside(associateRq())),
  server(inside(associateAc())),
  ...[1, 2, 3].flatMap((id) =>
    said.store(id).map((turn) => (turn.turn === 'data' ? { ...turn, bytes: inRecords(turn.bytes, inside) } : turn)),
  ),
  client(inside(releaseRq())),
  server(inside(releaseRp())),
];

/** PDUs in records of their own. */
function inRecords(bytes: Uint8Array, inside: Inside): Uint8Array {
  const list: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const next = at + 6 + new DataView(bytes.buffer, bytes.byteOffset + at + 2).getUint32(0);
    list.push(inside(bytes.subarray(at, next)));
    at = next;
  }
  return concat(...list);
}

const hiding = new Set(['tls-null-cipher', 'phi-cleartext']);

describe.each(Object.entries(insides))('B19 joined within TLS that does not encrypt: %s', (_, inside) => {
  const wire = conversation(turnsOf(inside), { server: { port: 2762 } });
  const data = withPayload(wire);

  it('at any segment: all objects that come whole are read, and it is said to be in TLS', () => {
    const read: number[] = [];
    for (const from of data) {
      const late = wire.slice(from);
      const { associations, operations, connections, tlsSessions } = withstand(late).records;
      const slugs = slugsOf(late);
      read.push(operations.filter(({ statusKind }) => statusKind === 'success').length);
      expect(
        [...slugs].filter((slug) => !hiding.has(slug)),
        `from ${from}`,
      ).toEqual([]);
      for (const one of associations) expect(one, `from ${from}`).toMatchObject({ tls: true, outcome: 'released' });
      expect(operations.filter(({ command }) => command !== 'C-STORE')).toEqual([]);
      if (associations.length === 0) continue;
      expect(connections).toMatchObject([{ protocol: 'tls', why: 'its bytes in the middle' }]);
      expect(tlsSessions).toMatchObject([{ version: null, cipherSuite: null, grade: 'critical' }]);
      expect(slugs).toContain('tls-null-cipher');
    }
    // From the handshake on and at the request; then one less after each object, of which the answer alone is one too.
    expect(read.slice(0, 6)).toEqual([3, 3, 3, 3, 3, 3]);
    expect(read.at(6)).toBe(3);
    expect(Math.max(...read.slice(-2))).toBe(0);
  });

  it('in small segments, at any of them', () => {
    const small = tiny(wire, 61);
    for (const from of withPayload(small)) {
      const { associations, findings } = sense(frames(small.slice(from))).records;
      const slugs = findings.map(({ detection }) => detection).filter((slug) => !hiding.has(slug));
      expect(
        slugs.filter((slug) => slug !== 'evasion-suspected'),
        `from ${from}`,
      ).toEqual([]);
      expect(associations.every(({ tls }) => tls)).toBe(true);
    }
  });
});

function slugsOf(wire: readonly Segment[]): Set<string> {
  return new Set(sense(frames(wire)).records.findings.map(({ detection }) => detection));
}

it('B39 a stream that encrypts is not looked into, and DICOM in clear that follows such bytes is read as it is', () => {
  const sealed = [client(record(23, noise(300))), server(record(23, noise(300))), client(record(23, noise(9000)))];
  const { associations, connections } = withstand(
    conversation(sealed, { begin: 'mid-stream', server: { port: 2762 } }),
  ).records;
  expect(associations).toEqual([]);
  expect(connections.every(({ protocol }) => protocol === 'unknown')).toBe(true);
  const clear = [client(counting(300)), ...said.store(1), ...said.store(2), ...said.release()];
  const plain = withstand(conversation(clear, { begin: 'mid-stream', server: { port: 2762 } })).records;
  expect(plain.associations).toMatchObject([{ tls: false, midStream: true }]);
  expect(plain.connections).toMatchObject([{ protocol: 'dicom' }]);
});
