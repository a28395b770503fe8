import { deflateRawSync } from 'node:zlib';
import {
  clientHello,
  delimiter,
  fragmentRecord,
  headerBytes,
  long,
  nextRecord,
  patientHead,
  pcapHead,
  storing,
  tcpRecord,
} from './wire.mjs';

const start = Date.UTC(2026, 0, 5, 8) * 1000;
const explicit = '1.2.840.10008.1.2.1';
const deflated = '1.2.840.10008.1.2.1.99';
const target = 0x0a000002;
const blockBytes = 1 << 20;
const SYN = 2;
const ACK = 16;

/** The floods by name: `size` in units of its own, and the capture of one as blocks of bytes. */
export const floods = {
  'half-open': { size: 1_000_000, unit: 'SYNs', capture: halfOpen },
  requests: { size: 1_000_000, unit: 'association requests, each of a connection', capture: requests },
  hellos: { size: 1_000_000, unit: 'TLS ClientHellos, each of a connection', capture: hellos },
  'half-hellos': { size: 20_000, unit: 'TLS ClientHellos of 60 KB without their end', capture: halfHellos },
  fragments: { size: 1_000_000, unit: 'fragments', capture: fragments },
  'deflate-bomb': { size: 10, unit: 'objects of 1 GB', capture: bombs },
  'one-byte': { size: 100_000_000, unit: 'bytes, each a segment', capture: oneByte },
  nested: { size: 400, unit: 'objects of 10,000 nested sequences', capture: nested },
};

function* halfOpen(count) {
  yield* blocks(count, 70, (into, at, i) =>
    tcpRecord(into, at, {
      micros: start + 40 * i,
      source: 0x0b000000 + i,
      target,
      sourcePort: 1024 + (i % 60_000),
      targetPort: 104,
      sequence: Math.imul(i, 2_654_435_761),
      acknowledgement: 0,
      flags: SYN,
      payload: none,
    }),
  );
}

function* requests(count) {
  yield* openings(count, [storing(explicit, []).client.subarray(0, -10)]);
}

function* hellos(count) {
  yield* openings(count, [clientHello(0)]);
}

function* halfHellos(count) {
  const hello = clientHello(60_000);
  yield* openings(
    count,
    [0, 1, 2, 3].map((i) => hello.subarray(15_000 * i, 15_000 * (i + 1))),
  );
}

/**
 * Connections of inner hosts of their own (an outer one is a finding each), in which a client says `payloads` after its
 * SYN and then no more.
 */
function* openings(count, payloads) {
  const bytes = payloads.reduce((sum, { length }) => sum + 16 + headerBytes + length, 16 + headerBytes);
  yield* blocks(count, bytes, (into, from, i) => {
    const sequence = Math.imul(i, 2_654_435_761);
    const ends = { source: 0x0a010000 + i, target, sourcePort: 1024 + (i % 60_000), targetPort: 104 };
    const micros = start + 40 * i;
    let at = tcpRecord(into, from, { ...ends, micros, sequence, acknowledgement: 0, flags: SYN, payload: none });
    let next = sequence + 1;
    for (const payload of payloads) {
      at = tcpRecord(into, at, { ...ends, micros, sequence: next, acknowledgement: 1, flags: ACK, payload });
      next += payload.length;
    }
    return at;
  });
}

function* fragments(count) {
  yield* blocks(count, 130, (into, at, i) =>
    fragmentRecord(into, at, {
      micros: start + 40 * i,
      source: 0x0b000000 + (i >> 3),
      target,
      id: i & 0xffff,
      offset: 8 * (i % 100),
      bytes: 80,
    }),
  );
}

function* bombs(count) {
  const object = deflateRawSync(
    Buffer.concat([patientHead(), long(0x7fe0, 0x10, 'OW', 1 << 30), Buffer.alloc(1 << 30)]),
    { level: 9 },
  );
  yield* said(
    storing(
      deflated,
      Array.from({ length: count }, () => object),
    ),
    1460,
  );
}

function* oneByte(count) {
  yield* said(
    storing(explicit, [Buffer.concat([patientHead(), long(0x7fe0, 0x10, 'OW', count, Buffer.alloc(count))])]),
    1,
  );
}

/** Half of them of undefined length, half of known. */
function* nested(count) {
  const depth = 10_000;
  const sequence = (length) => long(0x0008, 0x1140, 'SQ', length);
  const open = Buffer.concat([sequence(-1), delimiter(0xe000, -1)]);
  const close = Buffer.concat([delimiter(0xe00d, 0), delimiter(0xe0dd, 0)]);
  const undefinedLength = Buffer.concat([patientHead(), ...Array(depth).fill(open), ...Array(depth).fill(close)]);
  const known = Array.from({ length: depth }, (_, i) =>
    Buffer.concat([sequence(20 * (depth - 1 - i) + 8), delimiter(0xe000, 20 * (depth - 1 - i))]),
  );
  const knownLength = Buffer.concat([patientHead(), ...known]);
  yield* said(
    storing(
      explicit,
      Array.from({ length: count }, (_, i) => (i % 2 === 0 ? undefinedLength : knownLength)),
    ),
    1460,
  );
}

/** A connection in which both sides say what they have to, in segments of `bytes`. */
function* said({ client, server }, bytes) {
  const ends = { source: 0x0a000001, target, sourcePort: 50_000, targetPort: 104 };
  const back = { source: target, target: ends.source, sourcePort: 104, targetPort: 50_000 };
  const opening = Buffer.alloc(4096);
  // The acceptance comes first in the file, as from a tap of its own: the client's bytes need not be cut at it.
  let at = tcpRecord(opening, 0, {
    ...ends,
    micros: start,
    sequence: 0,
    acknowledgement: 0,
    flags: SYN,
    payload: none,
  });
  at = tcpRecord(opening, at, {
    ...back,
    micros: start,
    sequence: 0,
    acknowledgement: 1,
    flags: SYN | ACK,
    payload: none,
  });
  at = tcpRecord(opening, at, { ...back, micros: start, sequence: 1, acknowledgement: 1, flags: ACK, payload: server });
  const answered = { ...ends, acknowledgement: 1 + server.length, flags: ACK };
  const template = Buffer.alloc(16 + headerBytes + bytes);
  tcpRecord(template, 0, { ...answered, micros: start, sequence: 1, payload: client.subarray(0, bytes) });
  const whole = Math.floor(client.length / bytes);
  const next = { micros: 0, sequence: 0, payload: client, from: 0, bytes };
  const write = (into, to, i) => {
    next.micros = start + 10 + i;
    next.sequence = 1 + i * bytes;
    next.from = i * bytes;
    return nextRecord(into, to, template, next);
  };
  yield* blocks(whole, template.length, write, opening.subarray(0, at));
  const rest = client.subarray(whole * bytes);
  if (rest.length === 0) return;
  const end = Buffer.alloc(16 + headerBytes + rest.length);
  tcpRecord(end, 0, { ...answered, micros: start + 10 + whole, sequence: 1 + whole * bytes, payload: rest });
  yield end;
}

/** `count` records of at most `bytes` each, written by `write`, in blocks, behind the head of the file and `first`. */
function* blocks(count, bytes, write, first = none) {
  yield Buffer.concat([pcapHead(), first]);
  let block = Buffer.allocUnsafe(blockBytes);
  let at = 0;
  for (let i = 0; i < count; i++) {
    at = write(block, at, i);
    if (at + bytes <= blockBytes && i < count - 1) continue;
    yield block.subarray(0, at);
    block = Buffer.allocUnsafe(blockBytes);
    at = 0;
  }
}

const none = Buffer.alloc(0);
