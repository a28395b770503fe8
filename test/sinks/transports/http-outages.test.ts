// Proves that over HTTP nothing is missing and order is kept after outages of collectors of each flavour: down, resets
// amid a body or an answer, silence, 401, items put off or refused, an expired certificate.
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttp, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { GivenSink } from '../../../src/sinks/settings.ts';
import { certificates } from '../../support/certificates.ts';
import { freePort } from '../../support/rsyslog.ts';
import { begin, firstComings, idsIn, impatience, SinkStore, until } from '../../support/sinks.ts';
import { temporaryFolder } from '../../support/stores.ts';

const flavours = ['hec', 'elasticsearch', 'webhook'] as const;
type Flavour = (typeof flavours)[number];
type Http = Extract<GivenSink, { kind: 'http' }>;

/** Ids of the messages in a body, once each: Elasticsearch's lines have them twice. */
function idsOf(flavour: Flavour, body: string): string[] {
  const lines = flavour === 'webhook' ? body.split('},{') : body.split('\n');
  return idsIn(flavour === 'elasticsearch' ? lines.filter((line) => line.startsWith('{"create"')) : lines);
}

function accepted(flavour: Flavour, count: number): string {
  if (flavour === 'hec') return '{"text":"Success","code":0}';
  if (flavour === 'webhook') return '';
  return JSON.stringify({ errors: false, items: Array.from({ length: count }, () => ({ create: { status: 201 } })) });
}

async function listening(port: number, handler: RequestListener, tls?: { cert: Buffer; key: Buffer }) {
  const server = tls === undefined ? createHttp(handler) : createHttps(tls, handler);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  onTestFinished(close);
  return close;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}

/** What goes wrong with the request; `take` keeps its messages. */
type Fault = (request: IncomingMessage, response: ServerResponse, take: () => Promise<string>) => Promise<void>;

const faults: Readonly<Record<string, Fault>> = {
  'a reset amid the body': async (request) => {
    await once(request, 'data');
    request.socket.resetAndDestroy();
  },
  'a reset before the answer': async (request, _, take) => {
    await take();
    request.socket.resetAndDestroy();
  },
  'a reset amid the answer': async (request, response, take) => {
    await take();
    response.writeHead(200, { 'Content-Length': 5000 });
    response.write('{"code":0');
    setTimeout(() => request.socket.resetAndDestroy(), 20);
  },
  'an answer that never comes': async (request) => {
    await bodyOf(request);
  },
  '401': async (request, response) => {
    await bodyOf(request);
    response.writeHead(401).end('no');
  },
  '500': async (request, response) => {
    await bodyOf(request);
    response.writeHead(500).end('<html>');
  },
};

describe.each(flavours)('%s', (flavour) => {
  const url = (port: number) => `http://127.0.0.1:${port}`;

  it.each(Object.keys(faults))('%s', async (name) => {
    const came: string[] = [];
    let nth = 0;
    const port = await freePort();
    await listening(port, async (request, response) => {
      const take = async (): Promise<string> => {
        const body = await bodyOf(request);
        came.push(...idsOf(flavour, body));
        return body;
      };
      nth++;
      if (nth === 2) await faults[name](request, response, take);
      else response.end(accepted(flavour, idsOf(flavour, await take()).length));
    });
    const store = new SinkStore();
    store.findings(300);
    const given: Http = { kind: 'http', flavour, url: url(port), batch_max: 100 };
    const silent = name === 'an answer that never comes' ? { patience: { ...impatience, answerMs: 1000 } } : {};
    const { courier } = begin(store, given, silent);
    await courier.drain();
    expect(nth).toBeGreaterThan(3);
    expect(firstComings(came)).toEqual(store.written);
    expect(courier.status()).toMatchObject({ waiting: 0, dropped: 0, lastError: null });
  });

  it('down, twice', async () => {
    const came: string[] = [];
    const port = await freePort();
    const handler: RequestListener = async (request, response) => {
      const ids = idsOf(flavour, await bodyOf(request));
      came.push(...ids);
      response.end(accepted(flavour, ids.length));
    };
    const store = new SinkStore();
    const { courier } = begin(store, { kind: 'http', flavour, url: url(port), batch_max: 50 });
    for (let down = 1; down <= 2; down++) {
      store.findings(120);
      courier.wake();
      await until(() => courier.status().lastError !== null, 'an error');
      expect(courier.status().lastError).toMatch(/refused|closed|reset/);
      const close = await listening(port, handler);
      await until(() => courier.status().waiting === 0, 'all delivered');
      close();
    }
    expect(firstComings(came)).toEqual(store.written);
  });
});

it('Elasticsearch: items put off come again alone, items refused are given up and said, the others come once', async () => {
  const times = new Map<string, number>();
  const port = await freePort();
  await listening(port, async (request, response) => {
    const items = idsOf('elasticsearch', await bodyOf(request)).map((id) => {
      const at = store.written.indexOf(id);
      const nth = (times.get(id) ?? 0) + 1;
      times.set(id, nth);
      if (at % 10 === 7) return { create: { status: 400, error: { type: 'document_parsing_exception' } } };
      return { create: { status: at % 10 === 3 && nth < 3 ? 429 : 201 } };
    });
    response.end(JSON.stringify({ errors: true, items }));
  });
  const store = new SinkStore();
  store.findings(40);
  const { courier } = begin(store, { kind: 'http', flavour: 'elasticsearch', url: `http://127.0.0.1:${port}` });
  await courier.drain();
  expect(store.written.map((id) => times.get(id))).toEqual(
    store.written.map((_, i) => (i % 10 === 3 ? times.get(store.written[3]) : 1)),
  );
  expect(times.get(store.written[3])).toBeGreaterThanOrEqual(3);
  // What was given up stays said when all else went well.
  const lastError = 'Elasticsearch answered 400 document_parsing_exception';
  expect(courier.status()).toMatchObject({ waiting: 0, delivered: 36, dropped: 4, lastError });
});

it('a certificate that expired is said, and the token is not sent; a new one heals it', async () => {
  const folder = temporaryFolder();
  const token = join(folder, 'token');
  writeFileSync(token, 'S3CR3T\n', { mode: 0o600 });
  const [old, fresh] = [certificates(folder, 'old', -1), certificates(folder, 'new')];
  const ca = join(folder, 'ca.pem');
  const port = await freePort();
  const came: string[] = [];
  const handler: RequestListener = async (request, response) => {
    came.push(...idsOf('hec', await bodyOf(request)));
    response.end('{"code":0}');
  };
  const files = ({ cert, key }: typeof old) => ({ cert: readFileSync(cert), key: readFileSync(key) });
  writeFileSync(ca, readFileSync(old.ca));
  const close = await listening(port, handler, files(old));
  const store = new SinkStore();
  store.findings(30);
  const url = `https://127.0.0.1:${port}`;
  const { courier } = begin(store, { kind: 'http', flavour: 'hec', url, token_file: token, tls: { ca } });
  await until(() => courier.status().lastError !== null, 'an error');
  expect(courier.status().lastError).toBe(`${url}: the certificate of the server has expired`);
  expect(came).toEqual([]);
  close();
  rmSync(ca);
  writeFileSync(ca, readFileSync(fresh.ca));
  await listening(port, handler, files(fresh));
  await courier.drain();
  expect(firstComings(came)).toEqual(store.written);
});
