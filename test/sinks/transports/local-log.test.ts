// Proves that the local log gets every message whole, in order and with its severity: through a datagram socket of
// rsyslog as /dev/log is one, and through a stream.
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { Rsyslog } from '../../support/rsyslog.ts';
import { begin, firstComings, idsIn, SinkStore, until } from '../../support/sinks.ts';
import { temporaryFolder } from '../../support/stores.ts';

it('rsyslog, imuxsock', async () => {
  const collector = new Rsyslog({ folder: temporaryFolder(), input: 'imuxsock', port: 0 });
  await collector.start();
  onTestFinished(() => collector.kill());
  const store = new SinkStore();
  store.findings(200);
  const { courier } = begin(store, {
    kind: 'syslog',
    transport: 'unix',
    address: collector.socket,
    facility: 'local3',
  });
  await courier.drain();
  await until(() => collector.received().length >= 200, 'all received');
  const lines = collector.received();
  expect(firstComings(idsIn(lines))).toEqual(store.written);
  // local3 is 19; the finding is of high severity, 3.
  for (const line of lines) expect(line).toMatch(/^<155>.* dicomtap/);
  expect(courier.status()).toMatchObject({ delivered: 200, waiting: 0, lastError: null });
});

it('a stream', async () => {
  const path = join(temporaryFolder(), 'log');
  let text = '';
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
  });
  server.listen(path);
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const store = new SinkStore();
  store.findings(50);
  const { courier } = begin(store, { kind: 'syslog', transport: 'unix', address: path });
  await courier.drain();
  await until(() => text.split('<').length > 50, 'all received');
  expect(idsIn(text.split(/(?=<\d+>)/))).toEqual(store.written);
});

it('a socket that is not there is said', async () => {
  const store = new SinkStore();
  store.findings(1);
  const address = join(temporaryFolder(), 'none');
  const { courier } = begin(store, { kind: 'syslog', transport: 'unix', address });
  await until(() => courier.status().lastError !== null, 'an error');
  expect(courier.status().lastError).toMatch(/none: logger ended: .*No such file/);
});
