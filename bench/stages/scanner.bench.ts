// How fast data sets are read.
import { bench } from 'vitest';
import { keyedHash } from '../../src/hash-key.ts';
import { limits } from '../../src/model/limits.ts';
import { DataSetScanner } from '../../src/protocols/dicom/dataset.ts';
import { capture, dataSetsOf, segmentsOf, streamsOf } from './material.ts';

const transferSyntax = '1.2.840.10008.1.2.1';
const hash = keyedHash(new Uint8Array(32).fill(7));

for (const [kind, size, about] of [
  ['headers', 500, '500 data sets of 200 attributes'],
  ['bulk', 20, '40 data sets of 512 KiB'],
] as const) {
  const dataSets = streamsOf(await segmentsOf(capture(kind, size))).flatMap(dataSetsOf);
  const scanner = new DataSetScanner({ transferSyntax, hash, limits, reveal: false });
  bench(`scanner: ${about}`, () => {
    for (const pieces of dataSets) {
      scanner.begin(transferSyntax);
      for (const { bytes, start, end } of pieces) scanner.data(bytes, start, end);
      scanner.finish('last');
      scanner.take(0, 1, true);
    }
  });
}
