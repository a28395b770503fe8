import { ACK, FIN, PcapWriter, PSH, SYN } from './pcap-writer.mjs';

/** Packets of each connection: handshake, one request, one answer, both closes. */
const steps = 8;
const clients = 4000;
const headerBytes = 54;

/**
 * `total` connections of eight packets, none of them DICOM, of which `atOnce` are open at the same time: as one
 * closes, the next begins. `stepMicros` is the time between two packets. Which packet comes next follows from
 * counters alone, so a million open connections need no memory here.
 */
export function makeConnections(file, total, { atOnce, stepMicros }) {
  const writer = new PcapWriter(file, undefined, stepMicros);
  const rows = Math.min(atOnce, total);
  // Where connections follow each other, the rows are staggered, so that not all open in one moment.
  const stagger = total > rows ? steps : 1;
  const turns = Math.ceil(total / rows) * steps + stagger - 1;
  for (let turn = 0; turn < turns; turn++) {
    for (let row = 0; row < rows; row++) {
      const step = turn - (row % stagger);
      if (step < 0) continue;
      const number = Math.floor(step / steps) * rows + row;
      if (number < total) packet(writer, number, step % steps);
    }
  }
  writer.close();
}

const script = [
  { from: 0, flags: SYN, sent: [0, 0] },
  { from: 1, flags: SYN | ACK, sent: [1, 0] },
  { from: 0, flags: ACK, sent: [1, 1] },
  { from: 0, flags: ACK | PSH, sent: [1, 1], says: 'request' },
  { from: 1, flags: ACK | PSH, sent: [1, 1], says: 'answer', after: 'request' },
  { from: 0, flags: FIN | ACK, sent: [1, 1], after: 'answer' },
  { from: 1, flags: FIN | ACK, sent: [2, 1], after: 'answer' },
  { from: 0, flags: ACK, sent: [2, 2], after: 'answer' },
];

const http = {
  port: 80,
  request: Buffer.from('GET /status HTTP/1.1\r\nHost: intranet.example\r\nAccept: */*\r\nConnection: close\r\n\r\n'),
  answer: Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: 120\r\nConnection: close\r\n\r\n${'ok '.repeat(40)}`),
};
const redis = {
  port: 6379,
  request: Buffer.from('*2\r\n$3\r\nGET\r\n$21\r\nsession:0123456789abc\r\n'),
  answer: Buffer.from(`$90\r\n${'0123456789'.repeat(9)}\r\n`),
};
const kinds = [http, http, redis];
const none = Buffer.alloc(0);

function packet(writer, number, step) {
  const kind = kinds[number % kinds.length];
  const { from, flags, sent, says, after } = script[step];
  const payload = says === undefined ? none : kind[says];
  const requested = after === undefined ? 0 : kind.request.length;
  const answered = after === 'answer' ? kind.answer.length : 0;
  // Stream positions: SYN and FIN count as one byte each.
  const clientNext = Math.imul(number + 1, 7919) + sent[0] + requested;
  const serverNext = Math.imul(number + 1, 104_729) + sent[1] + answered;
  const sequence = (from === 0 ? clientNext : serverNext) >>> 0;
  const acknowledgement = (flags & ACK ? (from === 0 ? serverNext : clientNext) : 0) >>> 0;
  let at = writer.frame(headerBytes + payload.length);
  const { block } = writer;
  block.fill(0, at, at + headerBytes);
  block[at + 5] = 2 - from;
  block[at + 11] = from + 1;
  block[at + 12] = 8;
  at += 14;
  block[at] = 0x45;
  block.writeUInt16BE(40 + payload.length, at + 2);
  block.writeUInt16BE((number * steps + step) & 0xffff, at + 4);
  block[at + 6] = 0x40;
  block[at + 8] = 64;
  block[at + 9] = 6;
  const client = number % clients;
  const ends = [
    [10, 60, client >> 8, client & 255],
    [10, 50, 1, number % 200],
  ];
  block.set(ends[from], at + 12);
  block.set(ends[1 - from], at + 16);
  at += 20;
  const clientPort = 1024 + (Math.floor(number / clients) % 60_000);
  block.writeUInt16BE(from === 0 ? clientPort : kind.port, at);
  block.writeUInt16BE(from === 0 ? kind.port : clientPort, at + 2);
  block.writeUInt32BE(sequence, at + 4);
  block.writeUInt32BE(acknowledgement, at + 8);
  block[at + 12] = 0x50;
  block[at + 13] = flags;
  block.writeUInt16BE(65_535, at + 14);
  block.writeUInt16BE((sequence ^ (sequence >>> 16) ^ step) & 0xffff, at + 16);
  payload.copy(block, at + 20);
}
