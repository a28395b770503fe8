// Makes a capture of C-STORE traffic: `node bench/bulk.mjs FILE MEGABYTES`. Deterministic. Eight associations at a time,
// objects of 512 KiB, segments of 1448 bytes, an acknowledgement for every second one, PDUs of 16 KiB as DCMTK sends.
import { closeSync, openSync, writeSync } from 'node:fs';

const [file, megabytes = '1024'] = process.argv.slice(2);
if (file === undefined) {
  console.error('usage: node bench/bulk.mjs FILE MEGABYTES');
  process.exit(1);
}
const total = Number(megabytes) * 1e6;
const objectBytes = 512 * 1024;
const associations = 8;
const mss = 1448;
const pduBytes = 16_384;
const storage = '1.2.840.10008.5.1.4.1.1.2';
const explicit = '1.2.840.10008.1.2.1';

const out = openSync(file, 'w');
const block = Buffer.alloc(4 << 20);
let used = 0;
let written = 0;
let micros = 1_767_600_000_000_000;

function flush() {
  writeSync(out, block, 0, used);
  used = 0;
}

const header = Buffer.alloc(24);
header.writeUInt32LE(0xa1b2c3d4, 0);
header.writeUInt16LE(2, 4);
header.writeUInt16LE(4, 6);
header.writeUInt32LE(262_144, 16);
header.writeUInt32LE(1, 20);
header.copy(block, 0);
used = 24;

/** One TCP segment, with its link, IP and TCP headers. */
function packet(conversation, fromClient, flags, payload) {
  const length = 14 + 20 + 20 + payload.length;
  if (used + 16 + length > block.length) flush();
  micros += 6;
  let at = used;
  block.writeUInt32LE(Math.floor(micros / 1e6), at);
  block.writeUInt32LE(micros % 1e6, at + 4);
  block.writeUInt32LE(length, at + 8);
  block.writeUInt32LE(length, at + 12);
  at += 16;
  block.fill(0, at, at + 54);
  block[at + 5] = fromClient ? 2 : 1;
  block[at + 11] = fromClient ? 1 : 2;
  block.writeUInt16BE(0x0800, at + 12);
  at += 14;
  block[at] = 0x45;
  block.writeUInt16BE(40 + payload.length, at + 2);
  block.writeUInt16BE(conversation.ipId[fromClient ? 0 : 1]++ & 0xffff, at + 4);
  block[at + 6] = 0x40;
  block[at + 8] = 64;
  block[at + 9] = 6;
  const client = [10, 20, 30, 10 + (conversation.number % associations)];
  const server = [10, 20, 30, 2];
  block.set(fromClient ? client : server, at + 12);
  block.set(fromClient ? server : client, at + 16);
  at += 20;
  const port = 40_000 + (conversation.number % 20_000);
  block.writeUInt16BE(fromClient ? port : 11_112, at);
  block.writeUInt16BE(fromClient ? 11_112 : port, at + 2);
  const mine = fromClient ? 0 : 1;
  block.writeUInt32BE(conversation.next[mine] >>> 0, at + 4);
  block.writeUInt32BE(conversation.next[1 - mine] >>> 0, at + 8);
  block[at + 12] = 0x50;
  block[at + 13] = flags;
  block.writeUInt16BE(65_535, at + 14);
  payload.copy(block, at + 20);
  used += 16 + length;
  written += 16 + length;
  conversation.next[mine] += payload.length + (flags & 3 ? 1 : 0);
}

const item = (type, body) => {
  const head = Buffer.from([type, 0, 0, 0]);
  head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, body]);
};
const text = (type, value) => item(type, Buffer.from(value, 'latin1'));
const pdu = (type, body) => {
  const head = Buffer.from([type, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(body.length, 2);
  return Buffer.concat([head, body]);
};
const u32be = (value) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

function associate(type, context) {
  const titles = Buffer.alloc(68);
  titles[1] = 1;
  titles.write('ARCHIVE'.padEnd(16), 4, 'latin1');
  titles.write('CT_ROOM1'.padEnd(16), 20, 'latin1');
  const user = Buffer.concat([
    item(0x51, u32be(pduBytes)),
    text(0x52, '1.2.276.0.7230010.3.0.3.6.7'),
    text(0x55, 'OFFIS_DCMTK_367'),
  ]);
  return pdu(type, Buffer.concat([titles, text(0x10, '1.2.840.10008.3.1.1.1'), context, item(0x50, user)]));
}
const request = associate(
  1,
  item(0x20, Buffer.concat([Buffer.from([1, 0, 0, 0]), text(0x30, storage), text(0x40, explicit)])),
);
const accept = associate(2, item(0x21, Buffer.concat([Buffer.from([1, 0, 0, 0]), text(0x40, explicit)])));

const element = (group, number, value) => {
  const head = Buffer.alloc(8);
  head.writeUInt16LE(group, 0);
  head.writeUInt16LE(number, 2);
  head.writeUInt32LE(value.length, 4);
  return Buffer.concat([head, value]);
};
const u16le = (value) => Buffer.from([value & 255, value >> 8]);
const even = (value) => Buffer.from(value.length % 2 ? `${value}\0` : value, 'latin1');
function commandSet(...elements) {
  const body = Buffer.concat(elements);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(body.length);
  return Buffer.concat([element(0, 0, length), body]);
}
const pdv = (control, bytes) => {
  const head = Buffer.alloc(6);
  head.writeUInt32BE(bytes.length + 2, 0);
  head[4] = 1;
  head[5] = control;
  return pdu(4, Buffer.concat([head, bytes]));
};

const explicitElement = (group, number, vr, value) => {
  const long = vr === 'OW';
  const head = Buffer.alloc(long ? 12 : 8);
  head.writeUInt16LE(group, 0);
  head.writeUInt16LE(number, 2);
  head.write(vr, 4, 'latin1');
  if (long) head.writeUInt32LE(value.length, 8);
  else head.writeUInt16LE(value.length, 6);
  return Buffer.concat([head, value]);
};
const pixels = Buffer.alloc(objectBytes);
for (let i = 0; i < objectBytes; i++) pixels[i] = (i * 2_654_435_761) >>> 24;

function object(number) {
  const instance = `1.2.826.0.1.3680043.8.498.${number}`;
  const patient = number % 50;
  const data = Buffer.concat([
    explicitElement(0x0008, 0x0016, 'UI', even(storage)),
    explicitElement(0x0008, 0x0018, 'UI', even(instance)),
    explicitElement(0x0008, 0x0020, 'DA', even('20260105')),
    explicitElement(0x0008, 0x0050, 'SH', even(`ACC${patient}`)),
    explicitElement(0x0008, 0x0060, 'CS', even('CT')),
    explicitElement(0x0010, 0x0010, 'PN', even(`Muster^Person${patient} `)),
    explicitElement(0x0010, 0x0020, 'LO', even(`BENCH-${patient}`)),
    explicitElement(0x0010, 0x0030, 'DA', even('19700101')),
    explicitElement(0x0010, 0x0040, 'CS', even('O ')),
    explicitElement(0x0020, 0x000d, 'UI', even(`1.2.826.0.1.3680043.8.499.${patient}`)),
    explicitElement(0x0028, 0x0010, 'US', u16le(512)),
    explicitElement(0x0028, 0x0011, 'US', u16le(512)),
    explicitElement(0x7fe0, 0x0010, 'OW', pixels),
  ]);
  const command = commandSet(
    element(0, 0x0002, even(storage)),
    element(0, 0x0100, u16le(1)),
    element(0, 0x0110, u16le((number % 65_000) + 1)),
    element(0, 0x0700, u16le(0)),
    element(0, 0x0800, u16le(1)),
    element(0, 0x1000, even(instance)),
  );
  const parts = [pdv(3, command)];
  for (let at = 0; at < data.length; at += pduBytes - 6) {
    const end = Math.min(data.length, at + pduBytes - 6);
    parts.push(pdv(end === data.length ? 2 : 0, data.subarray(at, end)));
  }
  const response = commandSet(
    element(0, 0x0002, even(storage)),
    element(0, 0x0100, u16le(0x8001)),
    element(0, 0x0120, u16le((number % 65_000) + 1)),
    element(0, 0x0800, u16le(0x0101)),
    element(0, 0x0900, u16le(0)),
    element(0, 0x1000, even(instance)),
  );
  return { stream: Buffer.concat(parts), response: pdv(3, response) };
}

const none = Buffer.alloc(0);
let conversations = 0;
let objects = 0;

/** One association of 200 objects, a step at a time. */
function* association() {
  const number = conversations++;
  const conversation = { number, next: [1000 + number * 7919, 9000 + number * 104_729], ipId: [1, 1] };
  packet(conversation, true, 2, none);
  packet(conversation, false, 0x12, none);
  packet(conversation, true, 0x10, none);
  packet(conversation, true, 0x18, request);
  packet(conversation, false, 0x18, accept);
  yield;
  for (let i = 0; i < 200 && written < total; i++) {
    const { stream, response } = object(objects++);
    let segments = 0;
    for (let at = 0; at < stream.length; at += mss) {
      packet(conversation, true, 0x10, stream.subarray(at, Math.min(stream.length, at + mss)));
      if (++segments % 2 === 0) packet(conversation, false, 0x10, none);
      if (segments % 4 === 0) yield;
    }
    packet(conversation, false, 0x18, response);
    yield;
  }
  packet(conversation, true, 0x18, pdu(5, Buffer.alloc(4)));
  packet(conversation, false, 0x18, pdu(6, Buffer.alloc(4)));
  packet(conversation, true, 0x11, none);
  packet(conversation, false, 0x11, none);
  packet(conversation, true, 0x10, none);
}

const running = Array.from({ length: associations }, association);
while (running.length > 0) {
  for (let i = running.length - 1; i >= 0; i--) {
    if (!running[i].next().done) continue;
    if (written < total) running[i] = association();
    else running.splice(i, 1);
  }
}
flush();
closeSync(out);
