// Proves that metrics that others may ask for are warned of.
import { expect, it } from 'vitest';
import { metricsPort } from '../../src/doctor/metrics-port.ts';
import { examination, said } from './examination.ts';

it.each([
  ['off', 'ok: off'],
  ['127.0.0.1:9741', 'ok: on 127.0.0.1 port 9741, for this machine only'],
  ['0.0.0.0:9741', 'warning: on 0.0.0.0 port 9741: whoever reaches it may ask'],
])('%s: %s', async (listen, line) => {
  const content = { interfaces: ['eth1'], metrics: { listen, remote: true } };
  expect(said(await metricsPort.look(examination({ content })))[0]).toContain(line);
});
