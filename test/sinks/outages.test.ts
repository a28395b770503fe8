// Proves that no message is missing after any outage of a collector, or of the sensor: over TCP, TLS, RELP and HTTP
// what was collected is what the store has, in order, and what came twice has the same id.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { DeliveryData } from '../../src/sinks/delivery-thread.ts';
import { type GivenSink, sinkOf } from '../../src/sinks/settings.ts';
import { certificates } from '../support/certificates.ts';
import { httpCollector } from '../support/http-collector.ts';
import { freePort, Rsyslog, type RsyslogInput } from '../support/rsyslog.ts';
import { begin, firstComings, idsIn, impatience, SinkStore, sensor, until } from '../support/sinks.ts';
import { temporaryFolder } from '../support/stores.ts';

/** Short in the suite; `npm run outages` takes the numbers of the requirement. */
const full = process.env['DICOMTAP_OUTAGES'] === 'full';
const waiting = full ? 10_000 : 1200;
const kills = full ? 50 : 3;
const sensorKills = full ? 20 : 3;
const patienceMs = full ? 600_000 : 300_000;

/** A collector of one kind, and a sink that delivers to it. */
interface Site {
  readonly collector: Rsyslog;
  readonly given: GivenSink;
  readonly port: number;
}

async function site(input: RsyslogInput, through?: number): Promise<Site> {
  const folder = temporaryFolder();
  const port = await freePort();
  const secure = input === 'gtls' || input === 'ossl';
  const tls = secure ? certificates(folder) : undefined;
  const collector = new Rsyslog({ folder: join(folder, 'r'), input, port, ...(tls === undefined ? {} : { tls }) });
  onTestFinished(() => collector.kill());
  const transport = secure ? 'tls' : input === 'imrelp' ? 'relp' : 'tcp';
  const ca = tls === undefined ? {} : { tls: { ca: tls.ca } };
  return { collector, port, given: { kind: 'syslog', transport, address: `127.0.0.1:${through ?? port}`, ...ca } };
}

function expectAll(store: SinkStore, lines: readonly string[]): void {
  const ids = idsIn(lines);
  const came = new Set(ids);
  const missing = store.written.flatMap((id, i) => (came.has(id) ? [] : [i]));
  expect(missing).toEqual([]);
  expect(firstComings(ids)).toEqual(store.written);
}

const inputs: readonly RsyslogInput[] = full
  ? ['imtcp', 'imptcp', 'gtls', 'ossl', 'imrelp']
  : ['imptcp', 'gtls', 'imrelp'];

describe.each(inputs)('%s', (input) => {
  it(
    'stopped, while many wait',
    async () => {
      const { collector, given } = await site(input);
      const store = new SinkStore();
      store.findings(waiting);
      const { courier } = begin(store, given);
      await until(() => courier.status().lastError !== null, 'an error');
      expect(courier.status()).toMatchObject({ waiting, connected: false });
      expect(courier.status().lastError).toMatch(/the connection was refused: nothing listens there$/);
      await collector.start();
      await courier.drain();
      expectAll(store, collector.received());
    },
    patienceMs,
  );

  it(
    'killed again and again',
    async () => {
      const { collector, given } = await site(input);
      await collector.start();
      const store = new SinkStore();
      const { courier } = begin(store, given);
      for (let kill = 1; kill <= kills; kill++) {
        store.findings(300);
        courier.wake();
        await until(() => idsIn(collector.received()).length >= kill * 200, `${kill * 200} received`);
        await collector.kill();
        await collector.start();
      }
      await courier.drain();
      expectAll(store, collector.received());
    },
    patienceMs,
  );

  it(
    'accepting, but not reading for a while',
    async () => {
      const { collector, given } = await site(input);
      await collector.start();
      const store = new SinkStore();
      const { courier } = begin(store, given, { patience: impatience });
      await until(() => courier.status().connected, 'connected');
      collector.freeze();
      store.findings(waiting / 4);
      courier.wake();
      await until(() => courier.status().lastError !== null, 'an error');
      expect(courier.status().lastError).toMatch(/reads nothing|did not close|acknowledges nothing|in time/);
      collector.thaw();
      await courier.drain();
      expectAll(store, collector.received());
    },
    patienceMs,
  );

  it.each(['reset', 'half open'] as const)(
    '%s on the way',
    async (kind) => {
      const proxy = await badProxy(kind, full ? 12 : kind === 'reset' ? 4 : 2);
      const { collector, given, port } = await site(input, proxy.port);
      proxy.to = port;
      await collector.start();
      const store = new SinkStore();
      store.findings(waiting / 2);
      const { courier } = begin(store, given, { patience: impatience });
      await courier.drain();
      expect(courier.status().repeated).toBeGreaterThan(0);
      expectAll(store, collector.received());
    },
    patienceMs,
  );
});

describe('TLS', () => {
  it('a certificate that expired is said, and a new one heals it', async () => {
    const folder = temporaryFolder();
    const port = await freePort();
    const old = certificates(folder, 'old', -1);
    const tls = { ca: join(folder, 'ca'), cert: join(folder, 'cert'), key: join(folder, 'key') };
    const use = (files: typeof tls): void => {
      for (const name of ['ca', 'cert', 'key'] as const) copyFileSync(files[name], tls[name]);
    };
    use(old);
    const collector = new Rsyslog({ folder: join(folder, 'r'), input: 'ossl', port, tls });
    onTestFinished(() => collector.kill());
    await collector.start();
    const store = new SinkStore();
    store.findings(100);
    const address = `127.0.0.1:${port}`;
    const { courier } = begin(store, { kind: 'syslog', transport: 'tls', address, tls: { ca: tls.ca } });
    await until(() => courier.status().lastError !== null, 'an error');
    expect(courier.status().lastError).toBe(`${address}: the certificate of the server has expired`);
    use(certificates(folder, 'new'));
    await collector.kill();
    await collector.start();
    await courier.drain();
    expectAll(store, collector.received());
  });

  it('another server than the one that is pinned gets nothing', async () => {
    const { collector, given } = await site('ossl');
    await collector.start();
    const store = new SinkStore();
    store.findings(1);
    const { courier } = begin(store, { ...given, tls: { fingerprint: '00'.repeat(32) } } as GivenSink);
    await until(() => courier.status().lastError !== null, 'an error');
    expect(courier.status().lastError).toMatch(/not the one whose fingerprint is given$/);
    expect(collector.received()).toEqual([]);
  });
});

it('a name that does not resolve is said', async () => {
  const store = new SinkStore();
  store.findings(1);
  const { courier } = begin(store, { kind: 'syslog', transport: 'tcp', address: 'collector.invalid:514' });
  await until(() => courier.status().lastError !== null, 'an error');
  expect(courier.status().lastError).toMatch(
    /^collector\.invalid:514: the name (does not resolve|could not be resolved)/,
  );
  expect(courier.status()).toMatchObject({ waiting: 1, connected: false });
});

it(
  'HTTP: stopped, resetting, silent, busy and cut short',
  async () => {
    const taken: string[] = [];
    const { port } = await httpCollector(({ body }, nth) => {
      const bad = [{ status: 503 }, null, { status: 429, headers: { 'Retry-After': '0' } }, { status: 500 }][
        nth % (full ? 40 : 8)
      ];
      if (bad !== undefined) return bad;
      taken.push(...idsIn(body.split('\n')));
      // Some answers are lost on the way back.
      return nth % 5 === 0 ? null : { status: 200, body: '{"code":0}' };
    });
    const store = new SinkStore();
    // Four bad answers in a row cost eight seconds of back-off each time, and what is sent at once shrinks.
    store.findings(full ? waiting : 300);
    const { courier } = begin(store, { kind: 'http', flavour: 'hec', url: `http://127.0.0.1:${port}`, batch_max: 100 });
    await courier.drain();
    expect(firstComings(taken)).toEqual(store.written);
  },
  patienceMs,
);

it.each(full ? inputs : (['gtls'] as const))(
  '%s: the sensor killed again and again',
  async (input) => {
    const { collector, given } = await site(input);
    await collector.start();
    const store = new SinkStore();
    const sink = sinkOf('soc', { heartbeat_seconds: 0, ...given, send: ['findings'] });
    for (let kill = 0; kill < sensorKills; kill++) {
      const before = idsIn(collector.received()).length;
      store.findings(700);
      const running = delivering({ path: store.path, sinks: [sink], sensor, from: 'begin' });
      await until(() => idsIn(collector.received()).length > before + 50 * (kill % 8), 'some more');
      running.kill('SIGKILL');
      await once(running, 'exit');
      if (kill % 3 === 2) {
        await collector.kill();
        await collector.start();
      }
    }
    const { courier } = begin(store, given, { patience: impatience });
    await courier.drain();
    expectAll(store, collector.received());
  },
  patienceMs,
);

/** The thread of the built program, in a process of its own. */
function delivering(data: DeliveryData): ChildProcess {
  const worker = new URL('../../dist/delivery-worker.js', import.meta.url);
  const script = `import { Worker } from 'node:worker_threads';
    new Worker(new URL(${JSON.stringify(worker.href)}), { execArgv: [], workerData: ${JSON.stringify(data)} });`;
  return spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'inherit', 'inherit'] });
}

/** Nothing but a reset: `resetAndDestroy` sends an orderly end before it. */
function reset(socket: Socket): void {
  const { _handle: handle } = socket as unknown as { readonly _handle: { reset(done: () => void): void } | null };
  handle?.reset(() => {});
  socket.destroy();
}

/**
 * A way that fails so many times, after ever other numbers of bytes: resets both ends, or carries nothing any more;
 * then it holds.
 */
async function badProxy(kind: 'reset' | 'half open', times: number): Promise<{ to: number; readonly port: number }> {
  let left = times;
  const sockets = new Set<Socket>();
  const made = { to: 0, port: 0 };
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const server = connect({ host: '127.0.0.1', port: made.to, allowHalfOpen: true });
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', () => {});
    }
    // A reset is passed on as one: else this way would make an orderly close of it.
    server.on('error', () => reset(client));
    client.on('close', () => server.destroy());
    let bytes = left > 0 ? 3000 + ((left * 7919) % 60_000) : Number.POSITIVE_INFINITY;
    client.on('data', (piece: Buffer) => {
      if (bytes > 0) server.write(piece);
      if (bytes > 0 && piece.length >= bytes) {
        left--;
        if (kind === 'reset') reset(client);
      }
      bytes -= piece.length;
    });
    client.on('end', () => void (bytes > 0 && server.end()));
    server.on('data', (piece: Buffer) => void (bytes > 0 && client.write(piece)));
    server.on('end', () => void (bytes > 0 && client.end()));
    server.on('close', () => void (bytes > 0 && client.destroy()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  made.port = (server.address() as { port: number }).port;
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return made;
}
