// Proves: ids come back from their places as they were entered, or as none, when the column grows too.
import { expect, it } from 'vitest';
import { IdColumn } from '../../src/detections/id-column.ts';
import { childId } from '../../src/ledger/ids.ts';

it('holds an id or none at each place, the one entered last', () => {
  const ids = Array.from({ length: 50 }, (_, at) => (at % 7 === 3 ? null : childId('a', 'c', at)));
  const column = new IdColumn();
  column.reach(ids.length);
  for (const at of ids.keys()) column.enter(at, childId('a', 'other', at));
  for (const [at, id] of ids.entries()) column.enter(at, id);
  column.reach(1000);
  column.enter(999, 'short');
  expect(ids.map((_, at) => column.of(at))).toEqual(ids);
  expect([column.of(998), column.of(999)]).toEqual([null, 'short']);
});
