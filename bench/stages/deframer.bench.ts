// How fast ordered bytes become presentation data values.
import { bench } from 'vitest';
import { capture, deframe, ignoredValues, segmentsOf, streamsOf } from './material.ts';

for (const [kind, size, about] of [
  ['bulk', 20, '20 MB of bulk'],
  ['headers', 500, '500 objects of 5 KB'],
] as const) {
  const streams = streamsOf(await segmentsOf(capture(kind, size)));
  bench(`deframer: ${about}`, () => {
    for (const pieces of streams) deframe(pieces, ignoredValues);
  });
}
