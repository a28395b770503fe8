import { counting, hex } from '../../support/bytes.ts';
import { pcapng, pcapngOf } from '../../support/capture.ts';
import { captures } from '../corpus.ts';
import type { Target } from '../target.ts';
import { checkReading } from './reading.ts';

const frame = { bytes: counting(5), seconds: 1_700_000_000, nanos: 123_456_789 };

/** Bytes → packets of a pcapng capture. */
export const pcapngTarget: Target = {
  name: 'pcapng',
  bytesMax: 2048,
  seeds: () => [
    pcapngOf([frame, frame]),
    pcapngOf([frame, frame], { order: 'big' }),
    pcapng([
      { block: 'section', order: 'little' },
      { block: 'interface' },
      { block: 'simple', frame },
      { block: 'unknown', type: 9, body: counting(16) },
      { block: 'unknown', type: 0xbad, body: counting(8) },
      { block: 'unknown', type: 2, body: hex('0000 0000 00000000 00000000 02000000 02000000 aabb0000') },
      { block: 'enhanced', frame, comment: 'remark' },
      { block: 'section', order: 'big' },
      { block: 'interface' },
      { block: 'enhanced', frame },
    ]),
    ...captures()
      .filter((bytes) => bytes[0] === 0x0a)
      .map((bytes) => bytes.slice(0, 900)),
  ],
  dictionary: [
    hex('0a0d0d0a1c000000'),
    hex('4d3c2b1a'),
    hex('1a2b3c4d'),
    hex('ffffffffffffffff'),
    hex('0100000014000000'),
    hex('0600000020000000'),
    hex('0300000010000000'),
    hex('0200000020000000'),
    // if_tsresol, if_tsoffset, and the end of options.
    hex('0900010006000000'),
    hex('0900010089000000'),
    hex('0e00080000000000000000ff'),
    hex('00000000'),
  ],
  run: checkReading,
};
