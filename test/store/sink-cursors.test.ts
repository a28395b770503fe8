// Proves that sinks find their place in the log again, that what retention counted survives their saving, and that a
// store opened beside its writer reads and saves.
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { SinkCursors } from '../../src/store/sink-cursors.ts';
import { openBeside, openStore } from '../../src/store/store.ts';
import { association, batch, connection } from '../support/records.ts';
import { newRun, temporaryFolder } from '../support/stores.ts';

function open() {
  const path = join(temporaryFolder(), 'a.db');
  const store = openStore(path, { synchronous: 'full' });
  const writer = store.begin(newRun());
  const beside = openBeside(path);
  onTestFinished(() => {
    beside.close();
    store.close();
  });
  const write = (n: number): void =>
    writer.write(batch({ connections: [connection(`c${n}`)], associations: [association(`a${n}`, `c${n}`)] }));
  return { path, store, beside, write, cursors: new SinkCursors(beside.database) };
}

it('stands at the end of the log or at its begin, and is found again', () => {
  const { write, cursors } = open();
  write(1);
  write(2);
  expect(cursors.register('late', 'file', ['alert'], 'end').cursor).toBe(2);
  expect(cursors.register('early', 'file', ['association'], 'begin').cursor).toBe(0);
  const progress = {
    name: 'early',
    cursor: 1,
    delivered: 1,
    repeated: 2,
    dropped: 3,
    notes: { held: { x1: 5 } },
    lastConfirmed: 4,
    lastError: 'x',
  };
  cursors.save(progress);
  expect(cursors.register('early', 'syslog', ['association', 'alert'], 'end')).toEqual({
    ...progress,
    kind: 'syslog',
    wants: ['association', 'alert'],
    lost: 0,
    lostTo: 0,
  });
  expect(cursors.all().map(({ name }) => name)).toEqual(['early', 'late']);
  expect(cursors.lines(1, 10).map(({ seq, recordId }) => [seq, recordId])).toEqual([[2, 'a2']]);
  cursors.remove('early');
  expect(cursors.get('early')).toBeNull();
});

it('saving leaves what retention counted', () => {
  const { store, cursors } = open();
  cursors.register('s', 'file', [], 'begin');
  store.database.exec("UPDATE sink SET lost = 7, lost_to = 9 WHERE name = 's'");
  cursors.save({
    name: 's',
    cursor: 9,
    delivered: 1,
    repeated: 0,
    dropped: 0,
    notes: {},
    lastConfirmed: 1,
    lastError: null,
  });
  expect(cursors.get('s')).toMatchObject({ cursor: 9, lost: 7, lostTo: 9 });
});

it('the end of the log is known when it was trimmed', () => {
  const { store, write, cursors } = open();
  expect(cursors.end()).toBe(0);
  write(1);
  write(2);
  store.database.exec('DELETE FROM log');
  expect(cursors.end()).toBe(2);
});

it('says when the file was moved away', () => {
  const { path, beside } = open();
  expect(beside.current()).toBe(true);
  renameSync(path, `${path}.damaged`);
  expect(beside.current()).toBe(false);
});

it('a store that is not there, or not yet made, cannot be opened beside', () => {
  expect(() => openBeside(join(temporaryFolder(), 'none.db'))).toThrow(
    expect.objectContaining({ code: 'store-unopenable' }),
  );
});
