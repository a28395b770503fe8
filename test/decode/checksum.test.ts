// Proves that right, wrong and unfinished checksums are told apart, and payloads by their headers.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { added, headerSum, ipHeaderHolds, payloadMark, payloadSum, Sum } from '../../src/decode/checksum.ts';
import { Decoder } from '../../src/decode/decode.ts';
import { Next, type Packet } from '../../src/decode/packet.ts';
import { limits } from '../../src/model/limits.ts';
import { batchOf } from '../support/batch.ts';
import { concat, counting, u16 } from '../support/bytes.ts';
import { ethernet } from '../support/link.ts';
import { ip, type TcpOptions, tcp, tcpOption } from '../support/packet.ts';

const v4 = { source: '10.0.0.7', target: '10.0.0.8' } as const;
const v6 = { source: '2001:db8::1', target: 'fe80::ffff:9' } as const;
const header = { sourcePort: 5000, targetPort: 104, sequence: 0xfffffff0, acknowledgement: 0xf000_0001 };

function decoded(bytes: Uint8Array, captured = bytes.length): Packet {
  const decoder = new Decoder(limits);
  const frame = { bytes: bytes.subarray(0, captured), seconds: 0, nanos: 0, original: bytes.length };
  expect(decoder.decode(batchOf([frame]), 0)).toBe(Next.tcp);
  return decoder.packet;
}

const tcpSum = (packet: Packet) => payloadSum(headerSum(packet), packet.bytes, packet.payloadStart, packet.payloadEnd);

const framed = (payload: Uint8Array, options: Partial<TcpOptions> = {}, ends: typeof v4 | typeof v6 = v4) =>
  ethernet(ip(tcp(payload, { ...ends, ...header, ...options }), ends));

describe.each([
  ['IPv4', v4],
  ['IPv6', v6],
])('of a segment over %s', (_, ends) => {
  it.each([0, 1, 2, 7, 1460])('of %i bytes it is right, and of no other byte', (length) => {
    const bytes = framed(counting(length), { options: tcpOption.timestamps(1, 2) }, ends);
    expect(tcpSum(decoded(bytes))).toBe(Sum.right);
    for (const back of [1, 2, 3]) {
      const broken = Uint8Array.from(bytes);
      broken[broken.length - back] ^= 0x10;
      expect(tcpSum(decoded(broken))).toBe(Sum.wrong);
    }
  });

  it('one that the card was to fill in is known', () => {
    const right = framed(counting(100), {}, ends);
    const at = right.length - 100 - 4;
    const words = concat(...[ends.source, ends.target].map((address) => addressWords(address)));
    let sum = 6;
    for (let i = 0; i < words.length; i += 2) sum += (words[i] << 8) | words[i + 1];
    for (const pseudo of [sum, sum + 120]) {
      right.set(u16((pseudo & 0xffff) + (pseudo >>> 16)), at);
      expect(tcpSum(decoded(right))).toBe(Sum.offloaded);
    }
    right.set(u16(0), at);
    expect(tcpSum(decoded(right))).toBe(Sum.offloaded);
  });
});

it('of any length, wherever in memory a segment lies', () => {
  const decoder = new Decoder(limits);
  for (let length = 0; length < 160; length++) {
    const frame = framed(counting(length, length));
    for (let shift = 0; shift < 4; shift++) {
      const batch = batchOf([
        { bytes: new Uint8Array(shift), seconds: 0, nanos: 0 },
        { bytes: frame, seconds: 0, nanos: 0 },
      ]);
      expect(decoder.decode(batch, 1)).toBe(Next.tcp);
      expect(tcpSum(decoder.packet), `${length} bytes at ${shift}`).toBe(Sum.right);
      batch.bytes[batch.bytes.length - 1 - (length >> 1)] ^= 4;
      expect(tcpSum(decoder.packet), `${length} bytes at ${shift}, broken`).toBe(Sum.wrong);
    }
  }
});

it('words are added as their definition has it, wherever in memory they lie', () => {
  const memory = fc.uint8Array({ minLength: 0, maxLength: 400 });
  const edge = fc.nat(3);
  fc.assert(
    fc.property(memory, edge, edge, edge, (bytes, before, from, less) => {
      const lies = new Uint8Array(concat(new Uint8Array(before), bytes).buffer, before);
      const to = Math.max(from, lies.length - less);
      expect(added(lies, from, to) % 0xffff).toBe(definition(lies.subarray(from, to)) % 0xffff);
    }),
  );
  const most = new Uint8Array(600_000).fill(0xff);
  for (const from of [0, 1])
    expect(added(most, from, most.length) % 0xffff).toBe(definition(most.subarray(from)) % 0xffff);
});

/** RFC 1071 section 1, before the carries are added; each zero of ones' complement is one. */
function definition(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i++) sum += bytes[i] * (i % 2 === 0 ? 256 : 1);
  return sum;
}

it('of a segment that was cut nothing is known', () => {
  const bytes = framed(counting(100));
  expect(tcpSum(decoded(bytes, bytes.length - 1))).toBe(Sum.unknown);
});

it('of an IP header each wrong byte shows', () => {
  const bytes = framed(counting(10));
  expect(ipHeaderHolds(decoded(bytes))).toBe(true);
  for (const at of [15, 18, 22, 24, 26, 33]) {
    const broken = Uint8Array.from(bytes);
    broken[at] ^= 1;
    expect(ipHeaderHolds(decoded(broken))).toBe(false);
  }
  expect(ipHeaderHolds(decoded(framed(counting(10), {}, v6)))).toBe(true);
});

it('the mark of a payload is the same when it is sent again, and another of other bytes', () => {
  const mark = (payload: Uint8Array, options: Partial<TcpOptions> = {}) =>
    payloadMark(decoded(framed(payload, options)));
  const payload = counting(333);
  const first = mark(payload);
  const again: Partial<TcpOptions>[] = [
    { acknowledgement: 7 },
    { flags: 'PA', window: 9, urgent: 4 },
    { options: tcpOption.timestamps(77_777, 0xffffffff) },
  ];
  for (const options of again) expect(mark(payload, options)).toBe(first);
  const other = Uint8Array.from(payload);
  other[100] ^= 0x40;
  expect(mark(other)).not.toBe(first);
});

function addressWords(address: string): Uint8Array {
  const bytes = ip(new Uint8Array(0), { source: address, target: address });
  return address.includes(':') ? bytes.slice(8, 24) : bytes.slice(12, 16);
}
