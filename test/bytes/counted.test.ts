// Proves: one is told in the singular, any other count in the plural, a bounded one as it stands.
import { expect, it } from 'vitest';
import { counted } from '../../src/bytes/counted.ts';

it.each([
  [1, 'patient', undefined, '1 patient'],
  [0, 'patient', undefined, '0 patients'],
  [12, 'study', 'studies', '12 studies'],
  ['10000+', 'patient', undefined, '10000+ patients'],
] as const)('%s of %s', (count, one, many, words) => {
  expect(counted(count, one, many)).toBe(words);
});
