import * as dicom from './dicom.mjs';
import { Connection, PcapWriter } from './pcap-writer.mjs';

const atOnce = 500;

/**
 * Other protocols: HTTP, TLS, SMB-like over TCP, DNS over UDP; one connection in a hundred is DICOM. About ten packets
 * each.
 */
export function makeBackground(file, connections) {
  const writer = new PcapWriter(file);
  let next = 0;

  function* conversation(number) {
    const client = [10, 40 + (number >> 16), (number >> 8) & 255, number & 255];
    const kind = number % 100 === 0 ? dicomKind : kinds[number % kinds.length];
    const connection = new Connection(
      writer,
      client,
      1024 + (number % 60_000),
      [10, 50, 0, number % 250],
      kind.port,
      number + 1,
    );
    writer.raw(dns(number));
    writer.raw(dns(number + 1));
    yield;
    connection.open();
    yield;
    for (const [from, bytes] of kind.turns(number)) {
      connection.send(from, bytes);
      yield;
    }
    connection.close();
  }

  const running = Array.from({ length: Math.min(atOnce, connections) }, () => conversation(next++));
  while (running.length > 0) {
    for (let i = running.length - 1; i >= 0; i--) {
      if (!running[i].next().done) continue;
      if (next >= connections) running.splice(i, 1);
      else running[i] = conversation(next++);
    }
  }
  writer.close();
}

const filler = Buffer.alloc(900, 0x41);

const http = {
  port: 80,
  turns: (number) => [
    [0, Buffer.from(`GET /page/${number} HTTP/1.1\r\nHost: intranet.example\r\n\r\n`)],
    [1, Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n'), filler])],
  ],
};

const tls = {
  port: 443,
  turns: () => [
    [
      0,
      Buffer.from(
        `1603010052010000${'4e'}0303${'ab'.repeat(32)}00000a130113021303c02bc02f0100001b00000010000e00000b6578616d706c652e636f6d002b0003020304`,
        'hex',
      ),
    ],
    [1, Buffer.concat([Buffer.from([0x17, 3, 3, 3, 0x84]), filler])],
  ],
};

const smb = {
  port: 445,
  turns: () => [
    [0, Buffer.concat([Buffer.from('000000a4fe534d4240000000', 'hex'), Buffer.alloc(156)])],
    [1, Buffer.concat([Buffer.from('000001f0fe534d4240000000', 'hex'), Buffer.alloc(488)])],
  ],
};

const kinds = [http, tls, smb, http];

const dicomKind = {
  port: 104,
  turns: () => [
    [0, dicom.associateRequest([dicom.verification])],
    [1, dicom.associateAccept(1)],
    [0, dicom.commandPdu(1, { 2: dicom.verification, 256: 0x30, 272: 1, 2048: 0x0101 })],
    [1, dicom.commandPdu(1, { 2: dicom.verification, 256: 0x8030, 288: 1, 2048: 0x0101, 2304: 0 })],
    [0, dicom.releaseRequest],
    [1, dicom.releaseResponse],
  ],
};

function dns(number) {
  const bytes = Buffer.alloc(14 + 20 + 8 + 34);
  bytes[12] = 8;
  bytes[14] = 0x45;
  bytes.writeUInt16BE(62, 16);
  bytes.writeUInt16BE(number & 0xffff, 18);
  bytes[22] = 64;
  bytes[23] = 17;
  bytes.set([10, 40, (number >> 8) & 255, number & 255], 26);
  bytes.set([10, 50, 0, 53], 30);
  bytes.writeUInt16BE(1024 + (number % 60_000), 34);
  bytes.writeUInt16BE(53, 36);
  bytes.writeUInt16BE(42, 38);
  bytes.writeUInt16BE(number & 0xffff, 42);
  bytes.write('\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x08intranet\x07example\x00\x00\x01\x00\x01', 44, 'latin1');
  return bytes;
}
