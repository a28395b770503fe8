// Packets and PDUs of the floods, as bytes: Ethernet, IPv4 and TCP without options; checksums are left 0, as offload
// does.

const linkBytes = 14;
export const headerBytes = linkBytes + 40;

/** The head of a pcap file of Ethernet frames, in microseconds. */
export function pcapHead() {
  const head = Buffer.alloc(24);
  head.writeUInt32LE(0xa1b2c3d4, 0);
  head.writeUInt16LE(2, 4);
  head.writeUInt16LE(4, 6);
  head.writeUInt32LE(262_144, 16);
  head.writeUInt32LE(1, 20);
  return head;
}

/**
 * One record of a pcap file in `into` at `at`: a TCP segment with `payload`, an array of bytes. Addresses are numbers.
 * Answers where it ends.
 */
export function tcpRecord(
  into,
  at,
  { micros, source, target, sourcePort, targetPort, sequence, acknowledgement, flags, payload },
) {
  const length = headerBytes + payload.length;
  const start = record(into, at, micros, length);
  const ip = start + linkBytes;
  ipHead(into, ip, { source, target, length: length - linkBytes, id: sequence & 0xffff, fragment: 0x4000 });
  const tcp = ip + 20;
  into.writeUInt16BE(sourcePort, tcp);
  into.writeUInt16BE(targetPort, tcp + 2);
  into.writeUInt32BE(sequence >>> 0, tcp + 4);
  into.writeUInt32BE(acknowledgement >>> 0, tcp + 8);
  into.writeUInt16BE(0x5000 | flags, tcp + 12);
  into.writeUInt16BE(0xffff, tcp + 14);
  into.writeUInt32BE(0, tcp + 16);
  into.set(payload, tcp + 20);
  return start + length;
}

/**
 * The record of `tcpRecord` in `template` once more, with another time, number and payload: what differs between
 * millions.
 */
export function nextRecord(into, at, template, { micros, sequence, payload, from, bytes }) {
  into.set(template, at);
  const tcp = at + 16 + linkBytes + 20;
  put32le(into, at, Math.floor(micros / 1e6));
  put32le(into, at + 4, micros % 1e6);
  into[tcp - 16] = sequence >>> 8;
  into[tcp - 15] = sequence;
  into[tcp + 4] = sequence >>> 24;
  into[tcp + 5] = sequence >>> 16;
  into[tcp + 6] = sequence >>> 8;
  into[tcp + 7] = sequence;
  for (let i = 0; i < bytes; i++) into[tcp + 20 + i] = payload[from + i];
  return at + template.length;
}

function put32le(into, at, number) {
  into[at] = number;
  into[at + 1] = number >>> 8;
  into[at + 2] = number >>> 16;
  into[at + 3] = number >>> 24;
}

/** One fragment of an IPv4 datagram that never becomes whole. */
export function fragmentRecord(into, at, { micros, source, target, id, offset, bytes }) {
  const length = linkBytes + 20 + bytes;
  const start = record(into, at, micros, length);
  ipHead(into, start + linkBytes, { source, target, length: length - linkBytes, id, fragment: 0x2000 | (offset / 8) });
  into.fill(0x41, start + linkBytes + 20, start + length);
  return start + length;
}

function record(into, at, micros, length) {
  into.writeUInt32LE(Math.floor(micros / 1e6), at);
  into.writeUInt32LE(micros % 1e6, at + 4);
  into.writeUInt32LE(length, at + 8);
  into.writeUInt32LE(length, at + 12);
  const start = at + 16;
  into.fill(2, start, start + 12);
  into.writeUInt16BE(0x0800, start + 12);
  return start;
}

function ipHead(into, ip, { source, target, length, id, fragment }) {
  into.writeUInt16BE(0x4500, ip);
  into.writeUInt16BE(length, ip + 2);
  into.writeUInt16BE(id, ip + 4);
  into.writeUInt16BE(fragment, ip + 6);
  into.writeUInt32BE(0x40060000, ip + 8);
  into.writeUInt32BE(source >>> 0, ip + 12);
  into.writeUInt32BE(target >>> 0, ip + 16);
}

const ctStorage = '1.2.840.10008.5.1.4.1.1.2';

/**
 * What a client says that stores `objects` one after the other, in `transferSyntax`, and what the server answers
 * before.
 */
export function storing(transferSyntax, objects) {
  const titles = Buffer.from(`${'ARCHIVE'.padEnd(16)}${'FLOOD'.padEnd(16)}`);
  const fixed = Buffer.concat([
    Buffer.from([0, 1, 0, 0]),
    titles,
    Buffer.alloc(32),
    item(0x10, Buffer.from('1.2.840.10008.3.1.1.1')),
  ]);
  const syntax = item(0x40, Buffer.from(transferSyntax));
  const asked = item(0x20, Buffer.from([1, 0, 0, 0]), item(0x30, Buffer.from(ctStorage)), syntax);
  const answered = item(0x21, Buffer.from([1, 0, 0, 0]), syntax);
  const user = item(0x50, item(0x51, Buffer.from([0, 0, 0x40, 0])));
  return {
    client: Buffer.concat([
      pdu(1, fixed, asked, user),
      ...objects.flatMap((object, i) => [command(i + 1), ...values(object, 16_000)]),
      pdu(5, Buffer.alloc(4)),
    ]),
    server: pdu(2, fixed, answered, user),
  };
}

/**
 * A TLS 1.2 ClientHello with one cipher suite and a padding of `padding` bytes (RFC 7685), in records of 16 KB, the
 * last of which, where there are several, lacks its last byte.
 */
export function clientHello(padding) {
  const number = (value, bytes) => {
    const buffer = Buffer.alloc(bytes);
    buffer.writeUIntBE(value, 0, bytes);
    return buffer;
  };
  const extension = Buffer.concat([number(21, 2), number(padding, 2), Buffer.alloc(padding)]);
  const body = Buffer.concat([
    Buffer.from([3, 3]),
    Buffer.alloc(33),
    Buffer.from([0, 2, 0xc0, 0x2f, 1, 0]),
    number(extension.length, 2),
    extension,
  ]);
  const message = Buffer.concat([Buffer.from([1]), number(body.length, 3), body]);
  const records = [];
  for (let at = 0; at < message.length; at += 16_384) {
    const content = message.subarray(at, at + 16_384);
    records.push(Buffer.from([22, 3, 1]), number(content.length, 2), content);
  }
  const all = Buffer.concat(records);
  return records.length > 3 ? all.subarray(0, -1) : all;
}

function command(messageId) {
  const number = (tag, value) => implicit(tag, Buffer.from([value & 0xff, value >> 8]));
  const rest = Buffer.concat([
    implicit(2, Buffer.from(`${ctStorage}\0`)),
    number(0x100, 1),
    number(0x110, messageId),
    number(0x800, 1),
    implicit(0x1000, Buffer.from('1.2.3\0')),
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(rest.length);
  return value(3, Buffer.concat([implicit(0, length), rest]));
}

function values(bytes, size) {
  const list = [];
  for (let at = 0; at < bytes.length; at += size)
    list.push(value(at + size >= bytes.length ? 2 : 0, bytes.subarray(at, at + size)));
  return list;
}

function value(control, bytes) {
  const head = Buffer.alloc(6);
  head.writeUInt32BE(bytes.length + 2);
  head[4] = 1;
  head[5] = control;
  return pdu(4, head, bytes);
}

function pdu(type, ...parts) {
  const body = Buffer.concat(parts);
  const head = Buffer.from([type, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(body.length, 2);
  return Buffer.concat([head, body]);
}

function item(type, ...parts) {
  const body = Buffer.concat(parts);
  const head = Buffer.from([type, 0, 0, 0]);
  head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, body]);
}

function implicit(tag, bytes) {
  const head = Buffer.alloc(8);
  head.writeUInt16LE(tag, 2);
  head.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([head, bytes]);
}

/** An element of explicit VR little endian with four bytes of length, of which `length` is written. */
export function long(group, element, vr, length, bytes = Buffer.alloc(0)) {
  const head = Buffer.alloc(12);
  head.writeUInt16LE(group, 0);
  head.writeUInt16LE(element, 2);
  head.write(vr, 4);
  head.writeUInt32LE(length >>> 0, 8);
  return Buffer.concat([head, bytes]);
}

/** The head of an invented patient's object, in explicit VR little endian. */
export function patientHead() {
  const short = (group, element, vr, text) => {
    const head = Buffer.alloc(8);
    head.writeUInt16LE(group, 0);
    head.writeUInt16LE(element, 2);
    head.write(vr, 4);
    head.writeUInt16LE(text.length, 6);
    return Buffer.concat([head, Buffer.from(text)]);
  };
  return Buffer.concat([short(0x10, 0x10, 'PN', 'Invented^Ida'), short(0x10, 0x20, 'LO', 'FL-001')]);
}

/** An item or a delimiter, (FFFE,element). */
export function delimiter(element, length) {
  const head = Buffer.alloc(8);
  head.writeUInt16LE(0xfffe, 0);
  head.writeUInt16LE(element, 2);
  head.writeUInt32LE(length >>> 0, 4);
  return head;
}
