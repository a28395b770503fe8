// Proves that losses are told only while they grow, at the card and in the capture.
import { expect, it } from 'vitest';
import { drops } from '../../src/doctor/drops.ts';
import { examination, said } from './examination.ts';
import { heard } from './heard-so.ts';

const before = { rx_missed_errors: 10, rx_crc_errors: 0, rx_dropped: 0 };

it('is ok while nothing grows', async () => {
  const lines = said(await drops.look(examination({ counters: { before, after: { ...before, rx_dropped: 9 } } })));
  expect(lines).toEqual(['ok: eth1: nothing is lost now (since it exists: rx_missed_errors 10)']);
});

it('tells what the card loses', async () => {
  const after = { ...before, rx_missed_errors: 12, rx_crc_errors: 1 };
  const [line] = said(await drops.look(examination({ counters: { before, after } })));
  expect(line).toContain('loses packets now (rx_missed_errors 2, rx_crc_errors 1 within 1 s) → ethtool -G eth1 rx');
});

it('tells what the capture lost', async () => {
  const lines = said(await drops.look(examination({ counters: { before, after: before }, heard: heard({ lost: 7 }) })));
  expect(lines).toEqual([expect.stringContaining('warning: eth1: the capture lost 7 packets beside 1000 within 5 s')]);
});

it('says nothing of an interface that is not there', async () => {
  expect(await drops.look(examination())).toEqual([]);
});
