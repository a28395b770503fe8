// Proves that the past of a store is asked while it is there, and that a disk that fails does not end a sensor.
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { guarded, openPast } from '../../../src/commands/live/past.ts';
import { noHistory } from '../../../src/model/history.ts';
import { keptLog } from '../../support/live.ts';
import { temporaryFolder } from '../../support/stores.ts';

it('is none of a store that is empty, or cannot be opened', () => {
  const folder = temporaryFolder();
  expect(openPast(join(folder, 'new.db'), keptLog()).history).toBe(noHistory);
  expect(openPast(join(folder, 'no', 'such.db'), keptLog()).history).toBe(noHistory);
});

it('answers as if nothing had been while it cannot be read', () => {
  const failures: unknown[] = [];
  const failing = { ...noHistory, listenerKnown: () => fail() };
  const history = guarded(failing, (error) => failures.push(error));
  expect(history.listenerKnown('10.0.0.1', 104, 1)).toBe(false);
  expect(history.clearCallers('10.0.0.1', 104, { since: 0, before: 1 })).toEqual([]);
  expect(failures).toEqual([new Error('disk I/O error')]);
});

function fail(): never {
  throw new Error('disk I/O error');
}
