// How fast frames become TCP segments.
import { bench } from 'vitest';
import { Decoder } from '../../src/decode/decode.ts';
import { limits } from '../../src/model/limits.ts';
import { batchesOf, capture } from './material.ts';

for (const [kind, size, about] of [
  ['bulk', 20, '22,000 packets of bulk'],
  ['background', 2000, '20,000 packets of the background, a fifth of them not TCP'],
] as const) {
  const batches = await batchesOf(capture(kind, size));
  const decoder = new Decoder(limits);
  bench(`decode: ${about}`, () => {
    for (const batch of batches) for (let i = 0; i < batch.count; i++) decoder.decode(batch, i);
  });
}
