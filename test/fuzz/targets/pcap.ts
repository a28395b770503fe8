import { counting, hex } from '../../support/bytes.ts';
import { pcap } from '../../support/capture.ts';
import { captures } from '../corpus.ts';
import type { Target } from '../target.ts';
import { checkReading } from './reading.ts';

const frames = [3, 0, 60, 7].map((length, i) => ({
  bytes: counting(length),
  seconds: 1_700_000_000 + i,
  nanos: i * 999_000,
}));

/** Bytes → packets of a classic capture. */
export const pcapTarget: Target = {
  name: 'pcap',
  bytesMax: 2048,
  seeds: () => [
    pcap(frames),
    pcap(frames, { order: 'big' }),
    pcap(frames, { resolution: 'nanos', linkType: 113 }),
    // Kuznetzov's variant has eight bytes more in each record's header.
    hex('34cdb2a1020004000000000000000000ffff000001000000 0100000002000000 0200000002000000 0000000000000000 aabb'),
    ...captures()
      .filter((bytes) => bytes[0] !== 0x0a)
      .map((bytes) => bytes.slice(0, 700)),
  ],
  dictionary: [
    hex('a1b2c3d4'),
    hex('d4c3b2a1'),
    hex('a1b23c4d'),
    hex('4d3cb2a1'),
    hex('a1b2cd34'),
    hex('34cdb2a1'),
    hex('0a0d0d0a'),
  ],
  run: checkReading,
};
