// Proves what the rest of the program sees of the thread that delivers: cheap waking, status, a bounded end, and a
// failure told once.
import type { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { Delivery, type DeliveryPort } from '../../src/sinks/delivery.ts';
import type { DeliveryData, FromDelivery, ToDelivery } from '../../src/sinks/delivery-thread.ts';
import { sensor } from '../support/sinks.ts';

const data: DeliveryData = { path: 'a.db', sinks: [], sensor, from: 'end' };

function fake() {
  const told: ToDelivery[] = [];
  const listeners = new Map<string, (value: unknown) => void>();
  const port = {
    postMessage: (message: ToDelivery) => told.push(message),
    on: (event: string, listener: (value: unknown) => void) => listeners.set(event, listener),
    terminate: async () => 0,
  } as unknown as Pick<Worker, keyof DeliveryPort>;
  const failures: string[] = [];
  const delivery = new Delivery(data, { failed: (error) => failures.push(error.message) }, port);
  const says = (message: FromDelivery) => listeners.get('message')!(message);
  return { delivery, told, says, failures, event: (name: string, value?: unknown) => listeners.get(name)!(value) };
}

it('many calls to wake are one message', async () => {
  const { delivery, told } = fake();
  for (let i = 0; i < 10; i++) delivery.wake();
  await new Promise((resolve) => setImmediate(resolve));
  expect(told).toEqual([{ kind: 'wake' }]);
});

it('drains for so long, and no longer', async () => {
  const { delivery, says } = fake();
  expect(await delivery.drain(10)).toBe(false);
  const waiting = delivery.drain(10_000);
  says({ kind: 'drained' });
  expect(await waiting).toBe(true);
});

it('a thread that ends of itself is told once; then nothing is waited for', async () => {
  const { delivery, failures, event } = fake();
  event('error', new Error('a bug'));
  event('exit');
  expect(failures).toEqual(['a bug']);
  await delivery.ready();
  delivery.wake();
  delivery.reopen();
});

it('stops, and hears nothing of the end it asked for', async () => {
  const { delivery, says, told, failures, event } = fake();
  const stopping = delivery.stop(0);
  says({ kind: 'stopped' });
  await stopping;
  event('exit');
  expect(told).toEqual([{ kind: 'stop' }]);
  expect(failures).toEqual([]);
  says({ kind: 'status', sinks: [] });
  expect(delivery.status()).toEqual([]);
});
