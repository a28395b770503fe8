// Proves both framings of RFC 6587, counted in bytes.
import { expect, it } from 'vitest';
import { frame } from '../../../src/sinks/transports/framing.ts';

it('counts bytes, not characters', () => {
  expect(frame('<14>é', 'octet-counting').toString()).toBe('6 <14>é');
  expect(frame('<14>é', 'newline').toString()).toBe('<14>é\n');
});
