// Proves what is served over HTTP and what is not, that a blind sensor is not healthy, and that no client can hold or
// fill the server.
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { MetricsServer } from '../../src/metrics/metrics-server.ts';
import type { LiveStatus } from '../../src/model/live-status.ts';
import { liveStatus } from '../support/live-status.ts';

let server: MetricsServer | null = null;

afterEach(async () => {
  await server?.close();
  server = null;
});

async function open(status: () => LiveStatus = () => liveStatus(), now?: () => number): Promise<string> {
  server = await MetricsServer.open({ address: '127.0.0.1', port: 0 }, status, now);
  return `http://127.0.0.1:${server.port}`;
}

it('serves metrics as Prometheus reads them, and a query makes no difference', async () => {
  const base = await open();
  for (const path of ['/metrics', '/metrics?x=1']) {
    const response = await fetch(`${base}${path}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await response.text()).toContain('# TYPE dicomtap_packets_total counter\ndicomtap_packets_total 100\n');
  }
  const head = await fetch(`${base}/metrics`, { method: 'HEAD' });
  expect(Number(head.headers.get('content-length'))).toBeGreaterThan(1000);
});

it('is healthy until it is blind, and says why', async () => {
  let healthy = true;
  const base = await open(() => liveStatus(healthy ? {} : { healthy, why: 'nothing is captured (eth1: it is down)' }));
  const well = await fetch(`${base}/healthz`);
  expect([well.status, await well.text()]).toEqual([200, 'ok\n']);
  healthy = false;
  const blind = await fetch(`${base}/healthz`);
  expect([blind.status, await blind.text()]).toEqual([503, 'blind: nothing is captured (eth1: it is down)\n']);
});

it.each(['/', '/metrics/', '/healthz/x', '//metrics', '/../metrics%00', '/__proto__', '/constructor'])(
  'serves nothing at %s',
  async (path) => {
    const base = await open();
    const { port } = new URL(base);
    const status = await new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port, path }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(404);
  },
);

it('takes no other method, and no body', async () => {
  const base = await open();
  const response = await fetch(`${base}/metrics`, { method: 'POST', body: 'x'.repeat(1000) });
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe('GET, HEAD');
  expect(response.headers.get('connection')).toBe('close');
});

/** What the server answers to these bytes before it closes the connection, which it must. */
function answer(base: string, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(base).port), '127.0.0.1');
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
    socket.write(bytes);
  });
}

it('ends a request whose head is too large, or no HTTP', async () => {
  const base = await open();
  expect(await answer(base, `GET /metrics HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(9000)}\r\n\r\n`)).toMatch(
    /^HTTP\/1.1 431/,
  );
  expect(await answer(base, '\x16\x03\x01\r\n\r\n')).toMatch(/^HTTP\/1.1 400/);
});

it('ends a request that does not come to its end', async () => {
  const base = await open();
  expect(await answer(base, 'GET /metrics HTTP/1.1\r\nHost: x\r\n')).toMatch(/^HTTP\/1.1 408/);
});

it('turns connections away when there are sixteen', async () => {
  const base = await open();
  const { port } = new URL(base);
  const idle = await Promise.all(
    Array.from({ length: 16 }, async () => {
      const socket = connect(Number(port), '127.0.0.1');
      await new Promise((resolve) => socket.once('connect', resolve));
      return socket;
    }),
  );
  expect(await answer(base, 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n')).toBe('');
  for (const socket of idle) socket.destroy();
});

it('puts the numbers together once a second, however many ask', async () => {
  let asked = 0;
  let ms = 0;
  const status = (): LiveStatus => {
    asked++;
    return liveStatus();
  };
  const base = await open(status, () => ms);
  const askTen = () => Promise.all(Array.from({ length: 10 }, async () => (await fetch(`${base}/metrics`)).text()));
  for (const [at, times] of [
    [0, 1],
    [999, 1],
    [1000, 2],
  ]) {
    ms = at;
    await askTen();
    expect(asked).toBe(times);
  }
});

it('cannot listen where another does', async () => {
  const base = await open();
  const there = { address: '127.0.0.1', port: Number(new URL(base).port) };
  await expect(MetricsServer.open(there, () => liveStatus())).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
