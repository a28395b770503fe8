// Proves deflated bytes come out as zlib has them, whole, broken and in pieces, and that odd tables of codes cost
// nothing.
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { CodeTable } from '../../../src/protocols/dicom/code-table.ts';
import { Inflater } from '../../../src/protocols/dicom/inflater.ts';
import { concat } from '../../support/bytes.ts';

function inflate(bytes: Uint8Array, piece = Math.max(1, bytes.length)): { out: Uint8Array; state: string } {
  const out: Uint8Array[] = [];
  const inflater = new Inflater((held, start, end) => out.push(held.slice(start, end)) > 0);
  for (let at = 0; at < bytes.length && inflater.state === 'more'; at += piece)
    inflater.push(bytes.subarray(at, at + piece));
  return { out: concat(...out), state: inflater.state };
}

/** What zlib makes of bytes that may be cut; null where it refuses them. */
function zlibs(bytes: Uint8Array): Uint8Array | null {
  try {
    return inflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return null;
  }
}

const options = fc.record({
  level: fc.integer({ min: 0, max: 9 }),
  strategy: fc.constantFrom(constants.Z_DEFAULT_STRATEGY, constants.Z_FIXED, constants.Z_HUFFMAN_ONLY, constants.Z_RLE),
});
/** Bytes with something to refer to, near and far. */
const plain = fc
  .array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 900 })), { maxLength: 12 })
  .map((parts) => concat(...parts.map(([bytes, times]) => Buffer.alloc(bytes.length * times, bytes))));

test('what zlib compressed, in pieces of any size', () => {
  const property = fc.property(plain, options, fc.integer({ min: 1, max: 5000 }), (bytes, how, piece) => {
    const { out, state } = inflate(deflateRawSync(bytes, how), piece);
    expect(state).toBe('over');
    expect(Buffer.compare(out, bytes)).toBe(0);
  });
  fc.assert(property, { numRuns: 60, seed: 1 });
});

test('damaged, it says what zlib says, and gives what comes before', () => {
  const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 3 });
  const property = fc.property(plain, options, damage, (bytes, how, changes) => {
    const deflated = new Uint8Array(deflateRawSync(bytes, how));
    for (const [at, byte] of changes) deflated[at % Math.min(deflated.length, 300)] = byte;
    agrees(deflated);
  });
  fc.assert(property, { numRuns: 60, seed: 2 });
});

test('noise: the same', () => {
  const property = fc.property(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 0, max: 2 }), (noise, type) => {
    if (noise.length > 0) noise[0] = (noise[0] & ~7) | (type << 1);
    agrees(noise);
  });
  fc.assert(property, { numRuns: 2000, seed: 3 });
});

function agrees(bytes: Uint8Array): void {
  const { out, state } = inflate(bytes);
  expect(inflate(bytes, 1)).toEqual({ out, state });
  const whole = zlibs(bytes);
  if (whole !== null) {
    expect(state).not.toBe('broken');
    expect(Buffer.compare(out, whole)).toBe(0);
    return;
  }
  // An error may be seen in the last bytes only when more came: zlib needs fewer.
  expect(state).not.toBe('over');
  let [good, bad] = [0, bytes.length];
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1;
    if (zlibs(bytes.subarray(0, middle)) === null) bad = middle;
    else good = middle;
  }
  const before = zlibs(bytes.subarray(0, good)) ?? new Uint8Array(0);
  expect(Buffer.compare(out.subarray(0, before.length), before)).toBe(0);
  if (bad + 6 < bytes.length) expect(state).toBe('broken');
}

/** Bits as they come: those of a number lowest first. */
class Bits {
  readonly bytes: number[] = [];
  private count = 0;

  put(value: number, bits: number): void {
    for (let i = 0; i < bits; i++, this.count++) {
      if (this.count % 8 === 0) this.bytes.push(0);
      this.bytes[this.count >> 3] |= ((value >> i) & 1) << (this.count & 7);
    }
  }
}

// Some 30 bytes, for which an inflater that believes them enters millions of codes.
test('a table of 285 codes of one bit and one of fifteen is refused at the first', () => {
  const head = new Bits();
  for (let i = 0; i < 60; i++) {
    head.put(0b100, 3);
    head.put(29, 5);
    head.put(29, 5);
    head.put(15, 4);
    // The lengths of 16 (once more), 15 and 1, in the order of RFC 1951 section 3.2.7.
    for (const symbol of [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15])
      head.put(symbol === 16 ? 1 : symbol === 15 || symbol === 1 ? 2 : 0, 3);
    head.put(0b11, 2);
    head.put(0b01, 2);
    for (let left = 314; left > 0; left -= 6) {
      head.put(0, 1);
      head.put(3, 2);
    }
  }
  const fills = vi.spyOn(CodeTable.prototype, 'fill');
  const { state } = inflate(Uint8Array.from(head.bytes));
  expect(fills.mock.calls.length).toBeLessThanOrEqual(3);
  fills.mockRestore();
  expect(state).toBe('broken');
});

test('whoever is told has enough: no more is made', () => {
  let told = 0;
  const inflater = new Inflater((_, start, end) => {
    told += end - start;
    return false;
  });
  inflater.push(deflateRawSync(new Uint8Array(8 << 20), { level: 9 }));
  expect(inflater.state).toBe('stopped');
  expect(told).toBeLessThanOrEqual(65_536);
});
