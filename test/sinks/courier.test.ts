// Proves that a courier delivers in order, begins again at what was confirmed, backs off, and tells what is wrong.
import { expect, it } from 'vitest';
import type { Outgoing, Refusal, Transport } from '../../src/sinks/transports/transport.ts';
import { begin, SinkStore, until } from '../support/sinks.ts';

/** A collector in memory, which fails when it is told to. */
class Memory implements Transport {
  readonly kind = 'memory';
  readonly target = 'memory';
  readonly confirms = 'all';
  readonly settleMessages = 10;
  readonly settleMs: number;
  readonly kept: string[] = [];
  opened = 0;
  settled = 0;
  refuse: readonly Refusal[] = [];
  fails: (what: 'open' | 'send' | 'settle', nth: number) => boolean = () => false;
  lost: (error: unknown) => void = () => {};
  #times = { open: 0, send: 0, settle: 0 };

  constructor(settleMs = 0) {
    this.settleMs = settleMs;
  }

  async open(lost: (error: unknown) => void): Promise<void> {
    this.lost = lost;
    this.#may('open');
    this.opened++;
  }

  async send(messages: readonly Outgoing[]): Promise<void> {
    this.kept.push(...messages.map(({ message }) => message.id));
    this.#may('send');
  }

  async settle(): Promise<readonly Refusal[]> {
    this.#may('settle');
    this.settled++;
    return this.refuse;
  }

  close(): void {}

  #may(what: 'open' | 'send' | 'settle'): void {
    if (this.fails(what, ++this.#times[what])) throw Object.assign(new Error('no'), { code: 'ECONNRESET' });
  }
}

it('in order, settled every so many messages', async () => {
  const store = new SinkStore();
  store.findings(95);
  const transport = new Memory(60_000);
  const { courier } = begin(store, { kind: 'stdout' }, { transport });
  await courier.drain();
  expect(transport.kept).toEqual(store.written);
  expect(transport.settled).toBe(10);
  expect(courier.status()).toMatchObject({ delivered: 95, repeated: 0, waiting: 0, connected: true });
});

it('after a loss again from what was confirmed, nothing else twice', async () => {
  const store = new SinkStore();
  store.findings(30);
  const transport = new Memory();
  transport.fails = (what, nth) => what === 'settle' && nth === 2;
  const { courier } = begin(store, { kind: 'stdout' }, { transport });
  await courier.drain();
  expect(transport.kept).toEqual([...store.written.slice(0, 20), ...store.written.slice(10)]);
  expect(courier.status()).toMatchObject({ delivered: 30, repeated: 10, lastError: null });
});

it('tells why it does not deliver, and how much waits', async () => {
  const store = new SinkStore();
  store.findings(5);
  const transport = new Memory();
  transport.fails = (what) => what === 'open';
  const { courier } = begin(store, { kind: 'stdout' }, { transport });
  await until(() => courier.status().lastError !== null, 'an error');
  expect(courier.status()).toMatchObject({
    connected: false,
    waiting: 5,
    lastError: 'memory: the connection was reset by the other side',
  });
  expect(courier.status().lagMicros).toBeGreaterThan(0);
  expect(store.store.database.prepare('SELECT last_error FROM sink').pluck().get()).toMatch(/reset/);
});

it('a way that is lost while nothing is under way is opened again', async () => {
  const store = new SinkStore();
  const transport = new Memory();
  const { courier } = begin(store, { kind: 'stdout' }, { transport });
  await until(() => transport.opened === 1, 'open');
  transport.lost(new Error('gone'));
  await until(() => transport.opened === 2, 'open again');
  store.findings(1);
  courier.wake();
  await until(() => transport.kept.length === 1, 'delivered');
});

it('what is refused for good is counted, and holds nothing up', async () => {
  const store = new SinkStore();
  store.findings(1);
  const transport = new Memory();
  transport.refuse = [{ id: store.written[0], sentence: 'too odd' }];
  const { courier } = begin(store, { kind: 'stdout' }, { transport });
  await until(() => courier.status().dropped === 1, 'refused');
  expect(courier.status()).toMatchObject({ delivered: 0, dropped: 1, waiting: 0 });
});

it('says that it is alive', async () => {
  const store = new SinkStore();
  const transport = new Memory();
  begin(store, { kind: 'stdout', heartbeat_seconds: 1 }, { transport });
  await until(() => transport.kept.length === 1, 'a heartbeat');
  expect(transport.kept[0]).toMatch(/^heartbeat-sensor-soc-\d+$/);
});
