// Proves: places are remembered and forgotten as values by key are, while there are few and while they are many.
import { expect, it } from 'vitest';
import { AgedPlaces } from '../../src/detections/aged-places.ts';
import { Remembered } from '../../src/detections/recent.ts';
import { seeded } from '../support/chunks.ts';

it.each([
  { keys: 20, max: 10 },
  { keys: 3000, max: 1000 },
  { keys: 3000, max: 5000 },
])('$keys keys, of which $max are kept, are new when a map would make them anew', ({ keys, max }) => {
  const next = seeded(keys + max);
  const random = (below: number) => Math.floor(next() * below);
  const places = new AgedPlaces(6400, max);
  const remembered = new Remembered<object>(6400, max);
  const columns: string[] = [];
  const differing: number[] = [];
  let time = 0;
  for (let i = 0; i < 30_000; i++) {
    time += random(5) - (random(40) === 0 ? 300 : 0) + (random(2000) === 0 ? 3000 : 0);
    const key = random(keys);
    const made = remembered.get(String(key), time) === undefined;
    if (made) remembered.add(String(key), time, {});
    // Many keys share their last bits.
    const place = places.touch(key, key & 3, time);
    if (places.isNew !== made || place >= places.room) differing.push(i);
    if (!made && columns[place] !== `of ${key}`) differing.push(i);
    columns[place] = `of ${key}`;
  }
  expect(differing).toEqual([]);
});
