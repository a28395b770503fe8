// Proves that an HTTP collector gets each message whatever it answers: busy, put off, wrong, reset, too long, nothing.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { certificates } from '../../support/certificates.ts';
import { httpCollector, type Posted, type Scripted } from '../../support/http-collector.ts';
import { begin, firstComings, idsIn, SinkStore, until } from '../../support/sinks.ts';
import { temporaryFolder } from '../../support/stores.ts';

function eventsOf({ body }: Posted): string[] {
  return idsIn(body.split('\n'));
}

function documentsOf({ body }: Posted): string[] {
  return idsIn(body.split('\n').filter((line) => line.startsWith('{"create"')));
}

describe('Splunk HEC', () => {
  it('sends the token, and again after 503, 500, a reset and an empty answer', async () => {
    const token = join(temporaryFolder(), 'token');
    writeFileSync(token, 'abc-123\n');
    const script: (Scripted | null)[] = [{ status: 503 }, { status: 500 }, null, { status: 200, body: '{"code":0}' }];
    const taken: string[] = [];
    const { port, posted } = await httpCollector((one, nth) => {
      const said = script[Math.min(nth, script.length) - 1];
      if (said?.status === 200) taken.push(...eventsOf(one));
      return said;
    });
    const store = new SinkStore();
    store.findings(700);
    const { courier } = begin(store, {
      kind: 'http',
      flavour: 'hec',
      url: `http://127.0.0.1:${port}`,
      token_file: token,
    });
    await courier.drain();
    expect(firstComings(taken)).toEqual(store.written);
    expect(taken).toHaveLength(700);
    expect(posted[0]).toMatchObject({ url: '/services/collector/event', authorization: 'Splunk abc-123' });
    expect(courier.status()).toMatchObject({ delivered: 700, dropped: 0, lastError: null });
  });

  it('refuses one invalid event and delivers the rest', async () => {
    const taken = new Set<string>();
    let wrong = '';
    const { port } = await httpCollector((one) => {
      const ids = eventsOf(one);
      wrong = wrong === '' ? ids[3] : wrong;
      const at = ids.indexOf(wrong);
      if (at >= 0) return { status: 400, body: `{"text":"Bad","code":6,"invalid-event-number":${at}}` };
      for (const id of ids) taken.add(id);
      return { status: 200, body: '{"code":0}' };
    });
    const store = new SinkStore();
    store.findings(10);
    const { courier } = begin(store, { kind: 'http', flavour: 'hec', url: `http://127.0.0.1:${port}` });
    await courier.drain();
    expect([...taken].sort()).toEqual(store.written.filter((id) => id !== wrong).sort());
    expect(courier.status()).toMatchObject({ delivered: 9, dropped: 1 });
  });
});

describe('Elasticsearch', () => {
  it('sends only what was put off again', async () => {
    const times = new Map<string, number>();
    const { port } = await httpCollector((one) => {
      const items = documentsOf(one).map((id, i) => {
        const nth = (times.get(id) ?? 0) + 1;
        times.set(id, nth);
        return { create: { status: nth === 1 && i % 3 === 0 ? 429 : 201 } };
      });
      return { status: 200, body: JSON.stringify({ errors: true, items }) };
    });
    const store = new SinkStore();
    store.findings(30);
    const { courier } = begin(store, { kind: 'http', flavour: 'elasticsearch', url: `http://127.0.0.1:${port}` });
    await courier.drain();
    expect(store.written.map((id) => times.get(id))).toEqual(store.written.map((_, i) => (i % 3 === 0 ? 2 : 1)));
  });
});

describe('webhook', () => {
  it('finds the one that is wrong by halves', async () => {
    const taken: string[] = [];
    const { port } = await httpCollector((one) => {
      const ids = (JSON.parse(one.body) as unknown[]).map((each) => idsIn([JSON.stringify(each)])[0]);
      if (ids.includes(store.written[5])) return { status: 422 };
      taken.push(...ids);
      return { status: 200 };
    });
    const store = new SinkStore();
    store.findings(16);
    const { courier } = begin(store, { kind: 'http', flavour: 'webhook', url: `http://127.0.0.1:${port}/hook` });
    await courier.drain();
    expect(taken).toEqual(store.written.filter((_, i) => i !== 5));
    expect(courier.status()).toMatchObject({ delivered: 15, dropped: 1 });
  });

  it('says what is wrong with the token, and never shows it', async () => {
    const token = join(temporaryFolder(), 'token');
    writeFileSync(token, 'S3CR3T\n');
    const { port } = await httpCollector(() => ({ status: 401, body: 'S3CR3T' }));
    const store = new SinkStore();
    store.findings(1);
    const url = `http://127.0.0.1:${port}/`;
    const { courier } = begin(store, { kind: 'http', flavour: 'webhook', url, token_file: token });
    await until(() => courier.status().lastError !== null, 'an error');
    expect(courier.status().lastError).toBe(`http://127.0.0.1:${port}: the collector does not take the token (401)`);
    expect(courier.status()).toMatchObject({ delivered: 0, waiting: 1 });
  });

  it('https: the server is verified before the token goes out', async () => {
    const folder = temporaryFolder();
    const { ca, cert, key } = certificates(folder);
    const token = join(folder, 'token');
    writeFileSync(token, 'S3CR3T\n');
    const files = { cert: readFileSync(cert), key: readFileSync(key) };
    const { port, posted } = await httpCollector(() => ({ status: 200 }), files);
    const store = new SinkStore();
    store.findings(1);
    const given = { kind: 'http', flavour: 'webhook', url: `https://localhost:${port}/`, token_file: token } as const;
    const wrong = begin(store, given, { name: 'wrong' });
    await until(() => wrong.courier.status().lastError !== null, 'an error');
    expect(wrong.courier.status().lastError).toMatch(/authority|believed/);
    expect(posted).toEqual([]);
    const right = begin(store, { ...given, tls: { ca } }, { name: 'right' });
    await right.courier.drain();
    expect(posted).toHaveLength(1);
  });
});
