// Proves that the quota stays below a full disk, of large disks and small ones.
import { expect, it } from 'vitest';
import { bytesAllowed, defaultKeeping, walBytesMax } from '../../src/store/keeping.ts';

const GB = 2 ** 30;
const use = (bytes: number, freeBytes: number) => ({ bytes, freeBytes, walBytes: 0, emptyBytes: 0 });

it.each([
  ['room enough: the quota', use(GB, 100 * GB), 10 * GB],
  ['a disk that fills: so much stays free', use(5 * GB, GB), 5.5 * GB],
  ['a full disk: it gives way', use(5 * GB, 0), 4.5 * GB],
  ['a small disk: a tenth stays free', use(0, GB), 0.9 * GB],
])('%s', (_, used, allowed) => {
  expect(bytesAllowed(defaultKeeping, used)).toBe(allowed);
});

it('the write-ahead log has a part of the quota', () => {
  expect(walBytesMax(defaultKeeping.bytesMax)).toBe(256 * 2 ** 20);
  expect(walBytesMax(16 * 2 ** 20)).toBe(2 * 2 ** 20);
});
