// Proves that a map of few does what a Map does, in its order.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FewByNumber } from '../../src/protocols/few-by-number.ts';

const step = fc.record({
  does: fc.constantFrom('set', 'delete', 'clear'),
  key: fc.nat(4),
  thing: fc.nat(),
});

it('is a map in the order of entry', () => {
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const few = new FewByNumber<number>();
      const map = new Map<number, number>();
      for (const { does, key, thing } of steps) {
        if (does === 'set') {
          few.set(key, thing);
          map.set(key, thing);
        } else if (does === 'delete') {
          few.delete(key);
          map.delete(key);
        } else if (thing % 8 === 0) {
          few.clear();
          map.clear();
        }
        expect([...few.values()]).toEqual([...map.values()]);
        expect([few.size, few.get(key)]).toEqual([map.size, map.get(key)]);
      }
    }),
  );
});
