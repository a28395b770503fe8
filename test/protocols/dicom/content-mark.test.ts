// Proves: the mark is keyed, is the same however the bytes are cut, tells changes where it samples, and does not look
// elsewhere.
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { keyedHash } from '../../../src/hash-key.ts';
import { ContentMark } from '../../../src/protocols/dicom/content-mark.ts';

const object = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 31 + (i >> 8)) & 0xff);

const hash = keyedHash(new Uint8Array(32).fill(7));

function markOf(bytes: Uint8Array, step = bytes.length): string {
  const mark = new ContentMark();
  mark.begin();
  for (let at = 0; at < bytes.length; at += step) mark.data(bytes, at, Math.min(bytes.length, at + step));
  return mark.text(hash);
}

const withByte = (at: number): Uint8Array => {
  const bytes = object.slice();
  bytes[at] ^= 1;
  return bytes;
};

it.each([1460, 4096, 16_384, 65_536, 65_537, 1])('is the same in pieces of %i', (step) => {
  expect(markOf(object, step)).toBe(markOf(object));
});

it('begins anew', () => {
  const mark = new ContentMark();
  for (const _ of [1, 2]) {
    mark.begin();
    mark.data(object, 0, 1000);
    expect(mark.text(hash)).toBe(markOf(object.subarray(0, 1000)));
  }
});

it('says 64 bits that without the key say nothing: neither the length nor the checksum', () => {
  const mark = new ContentMark();
  mark.begin();
  mark.data(object, 0, 1000);
  expect(mark.text(hash)).toMatch(/^[0-9a-f]{16}$/);
  expect(mark.text(keyedHash(new Uint8Array(32).fill(8)))).not.toBe(mark.text(hash));
  const hashed: Buffer[] = [];
  mark.text((domain, bytes, start, end) => {
    hashed.push(Buffer.from(bytes.slice(start, end)));
    return domain;
  });
  // 1000 as a number of 64 bits, then the CRC-32.
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(object.subarray(0, 1000)));
  expect(hashed).toEqual([Buffer.concat([Buffer.from('408f400000000000', 'hex'), sum])]);
});

describe('a byte that changed', () => {
  it.each([0, 16_383, 65_536, 65_536 + 4095, 131_072, 262_144])('is told at %i', (at) => {
    expect(markOf(withByte(at))).not.toBe(markOf(object));
  });
  it.each([16_384, 65_535, 65_536 + 4096, 299_999])('is missed at %i', (at) => {
    expect(markOf(withByte(at))).toBe(markOf(object));
  });
});

it('tells another length', () => {
  expect(markOf(object.subarray(0, 299_999))).not.toBe(markOf(object));
});
