// Proves that a statement is prepared once, and not before it is needed.
import Sqlite from 'better-sqlite3';
import { expect, it } from 'vitest';
import { prepared, preparedForOne } from '../../src/store/prepared.ts';

it.each([
  ['all columns', prepared, { n: 1 }],
  ['one', preparedForOne, 1],
])('asking for %s', (_, prepare, row) => {
  let asked = 0;
  const statement = prepare(new Sqlite(':memory:'), () => {
    asked++;
    return 'SELECT 1 AS n';
  });
  expect(asked).toBe(0);
  expect([statement().get(), statement().get()]).toEqual([row, row]);
  expect(asked).toBe(1);
});
