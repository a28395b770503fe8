// Proves that the right to capture is told from capability sets, and that who has a capture unit needs none.
import { expect, it } from 'vitest';
import { rights } from '../../src/doctor/rights.ts';
import { examination, machine, said } from './examination.ts';

function status(uid: number, effective: string, ambient: string, bounding = '000001ffffffffff') {
  const text = `Name:\tnode\nUid:\t${uid}\t${uid}\t${uid}\t${uid}\nCapEff:\t${effective}\nCapBnd:\t${bounding}\nCapAmb:\t${ambient}\n`;
  return machine({ files: { '/proc/self/status': text } });
}

const none = '0000000000000000';
const raw = '0000000000002000';

it.each([
  [status(0, '000001ffffffffff', none), /^ok: root/],
  [status(990, raw, raw), /^ok: CAP_NET_RAW, handed on/],
  [status(990, raw, none), /^error: CAP_NET_RAW, but not ambient/],
  [status(990, none, none), /^error: this user has no CAP_NET_RAW → sudo/],
  [status(0, none, none, none), /^error: .*not even in the bounding set/],
  [machine(), /^error/],
])('%#', async (one, line) => {
  expect(said(await rights.look(examination({ machine: one })))[0]).toMatch(line);
});

it('needs none where units capture', async () => {
  const content = { interfaces: ['eth1'], capture: { socket: '/run/%i.sock' } };
  expect(said(await rights.look(examination({ content })))[0]).toMatch(/^ok: capture units/);
});
