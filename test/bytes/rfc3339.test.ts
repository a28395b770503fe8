// Proves that times in JSON have six digits and are not rounded.
import { expect, it } from 'vitest';
import { rfc3339 } from '../../src/bytes/rfc3339.ts';

it.each([
  [1772353800000001, '2026-03-01T08:30:00.000001Z'],
  [1772353800999999, '2026-03-01T08:30:00.999999Z'],
  [0, '1970-01-01T00:00:00.000000Z'],
])('%d', (micros, text) => {
  expect(rfc3339(micros)).toBe(text);
});
