// Proves the hash of tags finds each tag that was added, and no other, also when all of them collide.
import { expect, test } from 'vitest';
import { TagTable } from '../../../../src/protocols/dicom/tables/tag-table.ts';

test('ten thousand tags, and their neighbours', () => {
  const table = new TagTable(10_000);
  for (let i = 0; i < 10_000; i++) table.add(0x8000 + (i >> 8), (i & 0xff) * 2, i);
  for (let i = 0; i < 10_000; i++) {
    expect(table.find(0x8000 + (i >> 8), (i & 0xff) * 2)).toBe(i);
    expect(table.find(0x8000 + (i >> 8), (i & 0xff) * 2 + 1)).toBe(-1);
  }
  expect(table.find(0, 0)).toBe(-1);
});
