// The next PDU is found in the middle of a stream, and not where there is none.
import { describe, expect, test } from 'vitest';
import { limits } from '../../../src/model/limits.ts';
import { findStep, Hunt, needsMore, notThere } from '../../../src/protocols/dicom/resync.ts';
import { concat, u8, u32 } from '../../support/bytes.ts';
import { seeded } from '../../support/chunks.ts';
import {
  associateRq,
  commandField,
  commandSet,
  explicitPixelData,
  pData,
  pDataPieces,
  pdu,
  releaseRq,
  verification,
} from '../../support/pdu.ts';

const echo = pData([{ command: true, bytes: commandSet({ sopClass: verification, field: commandField.echoRq }) }]);
const noise = explicitPixelData(200).subarray(12);
const find = (bytes: Uint8Array, need = 2) => findStep(bytes, 0, bytes.length, need);

describe('findStep', () => {
  test('finds one whole command set', () => {
    expect(find(concat(noise, echo))).toBe(noise.length);
    expect(find(concat(noise, echo), 3)).toBe(noise.length);
  });

  test('finds as many data PDUs as are asked for, or fewer and a release', () => {
    const two = pDataPieces({ bytes: new Uint8Array(100) }, 50);
    const three = pDataPieces({ bytes: new Uint8Array(150) }, 50);
    expect(find(concat(noise, two))).toBe(noise.length);
    expect(find(concat(noise, two), 3)).toBe(needsMore);
    expect(find(concat(noise, three), 3)).toBe(noise.length);
    expect(find(concat(noise, pData([{ bytes: noise }]), releaseRq()), 3)).toBe(noise.length);
  });

  test('finds a request', () => {
    expect(find(concat(noise, associateRq()))).toBe(noise.length);
  });

  test('does not take a lone release, abort or rejection for a step', () => {
    expect(find(concat(noise, releaseRq(), noise))).toBe(notThere);
  });

  test('passes over a place of which it cannot be told yet', () => {
    const open = concat(u8(4), u8(0), u32(400), u32(396), u8(1), u8(0));
    expect(find(open)).toBe(needsMore);
    expect(find(concat(open, echo))).toBe(open.length);
  });

  test('looks between start and end only', () => {
    const bytes = concat(echo, noise, echo);
    expect(findStep(bytes, 1, bytes.length, 2)).toBe(echo.length + noise.length);
    expect(findStep(bytes, 1, echo.length, 2)).toBeLessThan(0);
  });

  test('finds nothing in a mebibyte of noise, nor in small numbers as pixels have them', () => {
    const random = seeded(3);
    expect(find(Uint8Array.from({ length: 1 << 20 }, () => random() * 256))).toBeLessThan(0);
    const pixels = Uint8Array.from({ length: 1 << 20 }, (_, i) => (i % 2 === 0 ? random() * 8 : 0));
    expect(find(pixels)).toBeLessThan(0);
  });
});

describe('Hunt', () => {
  const stream = concat(noise, pDataPieces({ bytes: new Uint8Array(300) }, 100), echo);

  function hunted(bytes: Uint8Array, chunk: number, resyncBytesMax: number = limits.resyncBytesMax): number {
    const hunt = new Hunt({ ...limits, resyncBytesMax }, 2);
    hunt.begin(1000);
    for (let at = 0; at < bytes.length; ) {
      at += hunt.take(bytes, at, Math.min(bytes.length, at + chunk));
      if (hunt.search(false)) return hunt.offset + hunt.step;
    }
    return hunt.search(true) ? hunt.offset + hunt.step : -1;
  }

  test('finds the same step however the bytes are cut', () => {
    for (const chunk of [1, 2, 7, 64, 1460]) expect(hunted(stream, chunk)).toBe(1000 + noise.length);
  });

  // Found by fuzzing: a candidate was waited for or not by where in the bytes kept it happened to lie.
  test.each([
    [500, true],
    [860, true],
    [890, false],
    [950, false],
    [1000, false],
  ])('of a bound of 1024, a PDU of %i bytes is found however the bytes are cut: %s', (length, found) => {
    const part = pData([{ bytes: new Uint8Array(length - 12), last: false }]);
    for (const before of [0, 12, 100, 126, 200, 700]) {
      const bytes = concat(new Uint8Array(before).fill(0x77), part, part, new Uint8Array(3000).fill(0x77));
      const steps = [1, 7, 64, 1000, 8000].map((chunk) => hunted(bytes, chunk, 1024));
      expect(steps).toEqual(new Array(5).fill(found ? 1000 + before : -1));
    }
  });

  test('goes on past an undecided candidate when no more bytes come', () => {
    const open = concat(u8(4), u8(0), u32(4000), u32(3996), u8(1), u8(0));
    expect(hunted(concat(open, stream), 64)).toBe(1000 + open.length + noise.length);
  });

  test('keeps to its bound, whatever it is given', () => {
    const open = concat(u8(4), u8(0), u32(400), u32(396), u8(1), u8(0));
    const flood = concat(...Array.from({ length: 300 }, () => open));
    const hunt = new Hunt({ ...limits, resyncBytesMax: 512 }, 2);
    hunt.begin(0);
    let taken = 0;
    while (taken < flood.length) {
      const step = hunt.take(flood, taken, flood.length);
      expect(step).toBeGreaterThan(0);
      taken += step;
      expect(hunt.search(false)).toBe(false);
      expect(hunt.held.length).toBeLessThanOrEqual(512);
    }
    expect(hunt.end).toBe(flood.length);
  });

  test('B29: the work grows with the bytes, not with their square', () => {
    // Processor time, and the least of some: another program on this machine changes neither much.
    const leastMs = (length: number) => {
      const bytes = Uint8Array.from({ length }, (_, i) => [4, 0, 0, 1, 0, 0, 0, 0, 0, 9, 1, 0][i % 12]);
      const each = Array.from({ length: 5 }, () => {
        const before = process.cpuUsage();
        hunted(bytes, 1);
        const { user, system } = process.cpuUsage(before);
        return (user + system) / 1000;
      });
      return Math.min(...each);
    };
    expect(leastMs(1_000_000)).toBeLessThan(60 * Math.max(4, leastMs(50_000)));
  });

  test('believes a short PDU directly after the hole, and only there', () => {
    expect(hunted(concat(releaseRq()), 3)).toBe(1000);
    expect(hunted(concat(u8(9), releaseRq()), 3)).toBe(-1);
    expect(hunted(pdu(5, Uint8Array.of(0, 0, 0, 1)), 3)).toBe(-1);
  });
});
