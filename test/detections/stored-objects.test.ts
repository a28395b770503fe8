// Proves: an instance is known again by itself, its receiver and its syntax, with the content and the association it
// had last.
import { expect, it } from 'vitest';
import { StoredObjects } from '../../src/detections/stored-objects.ts';

it('keeps what an instance was when it was stored last', () => {
  const objects = new StoredObjects(1000, 10);
  const first = objects.placeOf('i1', '10.20.5.10', '1.2', 0);
  expect(objects.isNew).toBe(true);
  objects.enter(first, 'mark', 'a1');
  for (const [instance, address, syntax] of [
    ['i2', '10.20.5.10', '1.2'],
    ['i1', '10.20.5.11', '1.2'],
    ['i1', '10.20.5.10', '1.21'],
    ['i1', '10.20.5.101', '.2'],
  ]) {
    objects.enter(objects.placeOf(instance, address, syntax, 1), 'other', null);
    expect(objects.isNew).toBe(true);
  }
  const again = objects.placeOf('i1', '10.20.5.10', '1.2', 2);
  expect([objects.isNew, objects.isSame(again, 'mark'), objects.isSame(again, 'other')]).toEqual([false, true, false]);
  expect(objects.associationOf(again)).toBe('a1');
});

it('holds more than it began with', () => {
  const objects = new StoredObjects(1000, 5000);
  for (let i = 0; i < 5000; i++) objects.enter(objects.placeOf(`i${i}`, 'there', 'syntax', i % 10), `m${i}`, `a${i}`);
  for (let i = 0; i < 5000; i += 50) {
    const place = objects.placeOf(`i${i}`, 'there', 'syntax', 11);
    expect([objects.isNew, objects.isSame(place, `m${i}`), objects.associationOf(place)]).toEqual([
      false,
      true,
      `a${i}`,
    ]);
  }
});
