// How fast segments become ordered bytes.
import { bench } from 'vitest';
import { capture, ignored, segmentsOf, track } from './material.ts';

for (const [kind, size, about] of [
  ['bulk', 20, '22,000 segments in order'],
  ['ooo', 20, '22,000 segments in disorder'],
  ['connections', 5000, '5,000 short connections'],
] as const) {
  const segments = await segmentsOf(capture(kind, size));
  bench(`reassembler: ${about}`, () => track(segments, ignored));
}
