// What belongs to a slot is found by it, wherever the slot is, and is gone when it is deleted.
import { expect, test } from 'vitest';
import { BySlot } from '../../src/tcp/by-slot.ts';

test('as a map would, over thousands of changes', () => {
  const things = new BySlot<string>();
  const expected = new Map<number, string>();
  for (let i = 0; i < 5000; i++) {
    const slot = Math.imul(i, 2_654_435) & 1023;
    if (expected.has(slot)) {
      things.delete(slot);
      expected.delete(slot);
    } else {
      things.add(slot, `${i}`);
      expected.set(slot, `${i}`);
    }
    expect(things.get(slot)).toBe(expected.get(slot));
    expect(things.size).toBe(expected.size);
  }
  expect([...things.values()].sort()).toEqual([...expected.values()].sort());
  for (let slot = 0; slot < 1024; slot++) expect(things.get(slot)).toBe(expected.get(slot));
});

test('a slot that never had one has none, and deleting it does nothing', () => {
  const things = new BySlot<string>();
  things.add(100_000, 'far');
  things.delete(5);
  things.delete(1_000_000);
  expect([things.get(0), things.get(100_000), things.get(1_000_000)]).toEqual([undefined, 'far', undefined]);
  expect(things.size).toBe(1);
});
