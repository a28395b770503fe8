// Proves: the mark is the same however the bytes are cut, tells changes where it samples, and does not look elsewhere.
import { describe, expect, it } from 'vitest';
import { ContentMark } from '../../../src/protocols/dicom/content-mark.ts';

const object = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 31 + (i >> 8)) & 0xff);

function markOf(bytes: Uint8Array, step = bytes.length): string {
  const mark = new ContentMark();
  mark.begin();
  for (let at = 0; at < bytes.length; at += step) mark.data(bytes, at, Math.min(bytes.length, at + step));
  return mark.text;
}

const withByte = (at: number): Uint8Array => {
  const bytes = object.slice();
  bytes[at] ^= 1;
  return bytes;
};

it.each([1460, 4096, 16_384, 65_536, 65_537, 1])('is the same in pieces of %i', (step) => {
  expect(markOf(object, step)).toBe(markOf(object));
});

it('begins with the length, and begins anew', () => {
  const mark = new ContentMark();
  for (const _ of [1, 2]) {
    mark.begin();
    mark.data(object, 0, 1000);
    expect(mark.text).toBe(markOf(object.subarray(0, 1000)));
    expect(mark.text).toMatch(/^1000-[0-9a-f]{8}$/);
  }
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
