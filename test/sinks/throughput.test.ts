// Proves that a sink that is dead holds up neither another nor the store; in full (npm run throughput) it measures
// events a second over TLS to rsyslog, from commit to collector, and what a dead sink costs.
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { expect, it, onTestFinished } from 'vitest';
import { Delivery } from '../../src/sinks/delivery.ts';
import type { DeliveryData } from '../../src/sinks/delivery-thread.ts';
import { type GivenSink, sinkOf } from '../../src/sinks/settings.ts';
import { certificates } from '../support/certificates.ts';
import { freePort, Rsyslog } from '../support/rsyslog.ts';
import { idsIn, SinkStore, sensor, until } from '../support/sinks.ts';
import { temporaryFolder } from '../support/stores.ts';

const full = process.env['DICOMTAP_THROUGHPUT'] === 'full';
const events = full ? 50_000 : 2000;
const worker = new URL('../../dist/delivery-worker.js', import.meta.url);

/** The built thread, on these sinks. */
async function delivering(store: SinkStore, given: Readonly<Record<string, GivenSink>>): Promise<Delivery> {
  const sinks = Object.entries(given).map(([name, one]) =>
    sinkOf(name, { heartbeat_seconds: 0, send: ['findings'], ...one }),
  );
  const data: DeliveryData = { path: store.path, sinks, sensor, from: 'begin' };
  const failed = (error: Error): void => {
    throw error;
  };
  const delivery = new Delivery(data, { failed }, new Worker(worker, { workerData: data, execArgv: [] }));
  onTestFinished(async () => void (await delivery.stop(0)));
  await delivery.ready();
  return delivery;
}

/** Takes connections and never says anything. */
async function silent(): Promise<number> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => void sockets.push(socket.on('error', () => {})));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as { port: number }).port;
}

/** Lines of a file, as they are added. */
function tail(path: string): () => string[] {
  let at = 0;
  let rest = '';
  const block = Buffer.alloc(1 << 20);
  return () => {
    if (!existsSync(path)) return [];
    const file = openSync(path, 'r');
    const lines: string[] = [];
    for (let bytes = 1; bytes > 0; ) {
      bytes = readSync(file, block, 0, block.length, at);
      at += bytes;
      const parts = (rest + block.toString('latin1', 0, bytes)).split('\n');
      rest = parts.pop() ?? '';
      lines.push(...parts);
    }
    closeSync(file);
    return lines;
  };
}

interface Measured {
  readonly perSecond: number;
  readonly cpuSeconds: number;
  /** Of the store's commits, ms. */
  readonly commitMs: readonly number[];
}

/** Commits `events` findings while a file sink delivers them. */
async function toFile(beside: Readonly<Record<string, GivenSink>>): Promise<Measured> {
  const path = join(temporaryFolder(), 'out.json');
  const store = new SinkStore();
  const delivery = await delivering(store, { file: { kind: 'file', path }, ...beside });
  const lines = tail(path);
  const commitMs: number[] = [];
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  let count = 0;
  for (let sent = 0; sent < events; sent += 100) {
    const before = performance.now();
    store.findings(100);
    commitMs.push(performance.now() - before);
    delivery.wake();
    if (sent % 1000 === 0) await pause(1);
  }
  await until(
    () => {
      count += lines().length;
      return count >= events;
    },
    'all in the file',
    100_000,
  );
  expect(count).toBe(events);
  const { user, system } = process.cpuUsage(cpu);
  const perSecond = events / ((performance.now() - began) / 1000);
  await delivery.stop(0);
  return { perSecond, cpuSeconds: (user + system) / 1e6, commitMs: commitMs.sort((a, b) => a - b) };
}

it('a dead sink and a silent one beside', async () => {
  const dead = {
    silent: { kind: 'syslog', transport: 'tls', address: `127.0.0.1:${await silent()}` },
    dead: { kind: 'syslog', transport: 'tls', address: `127.0.0.1:${await freePort()}` },
  } as const;
  for (let round = 0; round < (full ? 3 : 1); round++) {
    if (full) say('file alone', await toFile({}));
    say('file, with a dead and a silent one', await toFile(dead));
  }
}, 300_000);

if (full) {
  it.each(['gtls', 'ossl'] as const)(
    'TLS to rsyslog, %s',
    async (input) => {
      const folder = temporaryFolder();
      const tls = certificates(folder);
      const port = await freePort();
      const collector = new Rsyslog({ folder: join(folder, 'r'), input, port, tls });
      onTestFinished(() => collector.kill());
      await collector.start();
      const store = new SinkStore();
      store.findings(events);
      const lines = tail(collector.file);
      const [began, cpu] = [performance.now(), process.cpuUsage()];
      const address = `127.0.0.1:${port}`;
      const delivery = await delivering(store, {
        soc: { kind: 'syslog', transport: 'tls', address, tls: { ca: tls.ca } },
      });
      const came = new Set<string>();
      const take = (): number => {
        for (const id of idsIn(lines())) came.add(id);
        return came.size;
      };
      await until(() => take() >= events, 'all received', 200_000);
      const { user, system } = process.cpuUsage(cpu);
      const perSecond = events / ((performance.now() - began) / 1000);
      say(`TLS, ${input}`, { perSecond, cpuSeconds: (user + system) / 1e6, commitMs: [] });
      await until(() => delivery.status()[0].waiting === 0, 'all confirmed');
      await latency(store, delivery, lines, input);
    },
    300_000,
  );
}

/** Five findings every 20 ms: from the return of the commit to the line in the collector's file. */
async function latency(store: SinkStore, delivery: Delivery, lines: () => string[], input: string): Promise<void> {
  const committed = new Map<string, number>();
  const ms: number[] = [];
  const take = (): void => {
    const now = performance.now();
    for (const id of idsIn(lines())) {
      const at = committed.get(id);
      if (at === undefined) continue;
      ms.push(now - at);
      committed.delete(id);
    }
  };
  for (let i = 0; i < 500; i++) {
    const ids = store.findings(5);
    for (const id of ids) committed.set(id, performance.now());
    delivery.wake();
    for (let j = 0; j < 4; j++) {
      await pause(5);
      take();
    }
  }
  await until(() => {
    take();
    return committed.size === 0;
  }, 'all received');
  ms.sort((a, b) => a - b);
  print(`${input}: commit to collector, median ${at(ms, 0.5)} ms, 99 of 100 ${at(ms, 0.99)} ms`);
}

function say(what: string, { perSecond, cpuSeconds, commitMs }: Measured): void {
  if (!full) return;
  const commits = commitMs.length === 0 ? '' : `, commit ${at(commitMs, 0.5)} ms, 99 of 100 ${at(commitMs, 0.99)} ms`;
  const each = ((cpuSeconds / events) * 1e6).toFixed(0);
  print(`${what}: ${perSecond.toFixed(0)} events/s, CPU ${cpuSeconds.toFixed(2)} s (${each} µs each)${commits}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function at(sorted: readonly number[], part: number): string {
  return (sorted[Math.floor(sorted.length * part)] ?? Number.NaN).toFixed(1);
}
