// Proves a deflated stream comes out the same for pieces of any size, within its bound, and that broken ones say so.
import { constants, deflateRawSync, deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { DeflatedStream } from '../../../src/protocols/dicom/inflate.ts';
import { concat, counting } from '../../support/bytes.ts';

function inflate(
  bytes: Uint8Array,
  chunk = bytes.length,
  bytesMax = 1 << 30,
): { out: Uint8Array; ended: string | null } {
  const out: Uint8Array[] = [];
  const stream = new DeflatedStream(bytesMax, (piece, start, end) => out.push(piece.slice(start, end)));
  for (let at = 0; at < bytes.length; at += chunk) stream.data(bytes, at, Math.min(bytes.length, at + chunk));
  stream.finish();
  return { out: concat(...out), ended: stream.ended };
}

const plain = concat(counting(70_000), new Uint8Array(70_000), counting(50_000, 7));

describe.each([
  ['compressed', deflateRawSync(plain)],
  ['stored', deflateRawSync(plain, { level: 0 })],
  ['with a zlib header and trailer', deflateSync(plain)],
  ['followed by other bytes', concat(deflateRawSync(plain), counting(200_000))],
])('%s', (_, bytes) => {
  test.each([bytes.length, 2048, 1460, 7, 1])('in pieces of %i', (chunk) => {
    const { out, ended } = inflate(bytes, chunk);
    expect(Buffer.compare(out, plain)).toBe(0);
    expect(ended).toBeNull();
  });
});

test('a bomb gives no more than its bound', () => {
  const bomb = deflateRawSync(new Uint8Array(64 << 20), { level: 9 });
  const { out, ended } = inflate(bomb, bomb.length, 100_000);
  expect(out).toHaveLength(100_000);
  expect(ended).toBe('limit');
});

describe('a broken stream gives what comes before the byte at fault', () => {
  const words = Buffer.from(Array.from({ length: 3000 }, (_, i) => `word ${(i * i) % 977} `).join(''));
  const whole = deflateRawSync(words);
  /** How far the output agrees with what was compressed. */
  const agreeing = (out: Uint8Array) => {
    const at = out.findIndex((byte, i) => byte !== words[i]);
    return at < 0 ? out.length : at;
  };

  test.each([whole.length, 1460, 7, 1])('in pieces of %i', (chunk) => {
    for (const part of [0.1, 0.4, 0.9]) {
      const at = Math.floor(whole.length * part);
      // A block of type 3, which there is none of, in place of what follows.
      const head = deflateRawSync(words.subarray(0, Math.floor(words.length * part)), { finishFlush: 2 });
      const broken = concat(head, new Uint8Array(50).fill(0xff));
      const { out, ended } = inflate(broken, chunk);
      expect(ended, `at ${at}`).toBe('deflate-error');
      expect(out.length).toBe(Math.floor(words.length * part));
      expect(agreeing(out)).toBe(out.length);
    }
  });

  test('and no more than its bound', () => {
    const bomb = concat(deflateRawSync(new Uint8Array(1 << 20), { finishFlush: 2 }), new Uint8Array(50).fill(0xff));
    expect(inflate(bomb, bomb.length, 1000)).toMatchObject({ ended: 'limit', out: { length: 1000 } });
  });
});

test('noise never throws', () => {
  let errors = 0;
  for (let seed = 1; seed < 200; seed++) {
    let state = seed;
    const noise = Uint8Array.from({ length: 5000 }, () => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return state >>> 24;
    });
    if (inflate(noise, 999, 1 << 20).ended === 'deflate-error') errors++;
  }
  expect(errors).toBeGreaterThan(50);
});

test('an error of whoever reads the output is not taken for one of the stream', () => {
  const stream = new DeflatedStream(1 << 20, () => {
    throw new TypeError('ours');
  });
  expect(() => {
    stream.data(deflateRawSync(plain), 0, 100);
    stream.finish();
  }).toThrow('ours');
});

// Found by fuzzing: an inflater that was asked again after an error, byte by byte, lost the time or the output.
test('a slice with an error in it gives what comes before the error', () => {
  const broken = concat(
    deflateRawSync(plain.subarray(0, 300), { finishFlush: constants.Z_SYNC_FLUSH }),
    counting(1500, 7),
  );
  const { out, ended } = inflate(broken);
  expect(ended).toBe('deflate-error');
  expect(Buffer.compare(out.subarray(0, 300), plain.subarray(0, 300))).toBe(0);
});
