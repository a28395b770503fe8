// Proves that a header that comes in any pieces is put together, and that no byte after it is taken.
import { expect, it } from 'vitest';
import { StraddlingHeader } from '../../../src/protocols/dicom/straddling-header.ts';
import { counting } from '../../support/bytes.ts';

it.each([[[1, 5]], [[3, 1, 2]], [[5, 9]], [[1, 1, 1, 1, 1, 1]]])('in pieces of %j', (pieces) => {
  const header = new StraddlingHeader();
  const memory = counting(20);
  let at = 0;
  for (const piece of pieces) at = header.take(memory, at, at + piece);
  expect([at, header.length]).toEqual([6, 6]);
  expect(header.bytes).toEqual(memory.slice(0, 6));
});
