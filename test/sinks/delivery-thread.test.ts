// Proves that all sinks of a process deliver side by side, that one that hangs holds up no other, and that they follow
// the store when it is moved away.
import { once } from 'node:events';
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type DeliveryData, DeliveryThread, type FromDelivery } from '../../src/sinks/delivery-thread.ts';
import { registerSinks } from '../../src/sinks/registration.ts';
import { sinkOf } from '../../src/sinks/settings.ts';
import { SinkCursors } from '../../src/store/sink-cursors.ts';
import { idsIn, SinkStore, sensor, until } from '../support/sinks.ts';
import { temporaryFolder } from '../support/stores.ts';

async function thread(path: string, address: string) {
  const out = join(temporaryFolder(), 'out.json');
  const sinks = [
    sinkOf('dead', { kind: 'syslog', transport: 'tcp', address, send: ['findings'] }),
    sinkOf('disk', { kind: 'file', path: out, send: ['findings'] }),
  ];
  const said: FromDelivery[] = [];
  const made = new DeliveryThread({ path, sinks, sensor, from: 'begin' }, (message) => said.push(message));
  const running = made.run();
  onTestFinished(async () => {
    made.take({ kind: 'stop' });
    await running;
    expect(said.at(-1)).toEqual({ kind: 'stopped' });
  });
  await until(() => said.some(({ kind }) => kind === 'ready'), 'ready');
  const received = () => (existsSync(out) ? idsIn(readFileSync(out, 'utf8').split('\n')) : []);
  return { made, said, received };
}

it('a sink that accepts and never reads holds up no other', async () => {
  const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const store = new SinkStore();
  const { made, received, said } = await thread(store.path, `127.0.0.1:${port}`);
  store.findings(2000);
  made.take({ kind: 'wake' });
  await until(() => received().length === 2000, 'all in the file');
  expect(received()).toEqual(store.written);
  made.take({ kind: 'reopen' });
  await until(() => said.some((one) => one.kind === 'status' && one.sinks[1]?.waiting === 0), 'a status');
  const last = said.findLast((one) => one.kind === 'status')!;
  expect(last).toMatchObject({ sinks: [{ name: 'dead' }, { name: 'disk', connected: true }] });
});

it('goes on with a new store when the old one was moved away', async () => {
  const store = new SinkStore();
  store.findings(3);
  const { received } = await thread(store.path, '127.0.0.1:1');
  await until(() => received().length === 3, 'the first');
  store.close();
  renameSync(store.path, `${store.path}.damaged`);
  const other = new SinkStore(store.path);
  other.findings(4);
  await until(() => received().length === 7, 'the others');
});

it('a sink that is no longer configured loses its place, also when it was the last', async () => {
  const store = new SinkStore();
  const names = () => new SinkCursors(store.beside.database).all().map(({ name }) => name);
  const given = [sinkOf('one', { kind: 'stdout' }), sinkOf('two', { kind: 'stdout' })];
  registerSinks(store.path, given);
  const data: DeliveryData = { path: store.path, sinks: [given[1]], sensor, from: 'end' };
  const kept: FromDelivery[] = [];
  const replay = new DeliveryThread({ ...data, sinks: [] }, (message) => kept.push(message));
  await replay.run();
  expect([names(), kept[0]]).toEqual([['one', 'two'], { kind: 'ready', removed: [] }]);
  const said: FromDelivery[] = [];
  const live = new DeliveryThread({ ...data, only: true }, (message) => said.push(message));
  const running = live.run();
  await until(() => said.length > 0, 'ready');
  expect([names(), said[0]]).toEqual([['two'], { kind: 'ready', removed: ['one'] }]);
  live.take({ kind: 'stop' });
  await running;
  const last: FromDelivery[] = [];
  await new DeliveryThread({ ...data, sinks: [], only: true }, (message) => last.push(message)).run();
  expect(names()).toEqual([]);
  expect(last).toEqual([
    { kind: 'ready', removed: ['two'] },
    { kind: 'drained' },
    { kind: 'status', sinks: [] },
    { kind: 'stopped' },
  ]);
});
