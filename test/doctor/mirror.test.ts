// Proves what a short listen says of a mirror: silence, one direction, every frame twice, no tags, DICOM.
import { expect, it } from 'vitest';
import type { Heard } from '../../src/doctor/heard.ts';
import { mirror } from '../../src/doctor/mirror.ts';
import { examination, said } from './examination.ts';
import { heard } from './heard-so.ts';

async function told(parts: Partial<Heard>): Promise<string[]> {
  return said(await mirror.look(examination({ heard: heard(parts) })));
}

it('is well', async () => {
  expect(await told({})).toEqual([
    'ok: eth1: 1000 packets of 40 TCP conversations within 5 s: both directions, each frame once',
    'ok: eth1: DICOM was seen (12 segments that begin a PDU)',
  ]);
});

it.each<[string, Partial<Heard>]>([
  ['warning: eth1: nothing came within 5 s', { packets: 0 }],
  ['warning: eth1: of 40 TCP conversations all show one direction only', { bothWays: 0 }],
  ['warning: eth1: of 40 TCP conversations 30 show one direction only', { bothWays: 10 }],
  ['warning: eth1: 490 of 1000 segments came twice', { payloads: 1000, twice: 490 }],
  ['ok: eth1: no VLAN tags on 1000 packets → If the mirror spans VLANs', { tagged: 0 }],
  ['ok: eth1: no DICOM within 5 s', { dicom: 0 }],
])('%s', async (line, parts) => {
  expect((await told(parts)).join('\n')).toContain(line);
});

it.each<[string, Partial<Heard>]>([
  ['1 packet of 0 TCP conversations within 1 s: too little to tell', { packets: 1, conversations: 0, seconds: 1.004 }],
  ['1000 packets of 1 TCP conversation within 5 s: too little to tell', { conversations: 1 }],
  ['1000 packets of 40 TCP conversations within 5 s: both directions', { payloads: 49 }],
])('says no more than it knows: %s', async (line, parts) => {
  expect((await told(parts))[0]).toBe(`ok: eth1: ${line}`);
});

it('draws no conclusion from little', async () => {
  const lines = await told({ conversations: 3, bothWays: 0, payloads: 10, twice: 10, segments: 20, tagged: 0 });
  expect(lines[0]).toBe('ok: eth1: 1000 packets of 3 TCP conversations within 5 s: too little to tell');
});

it('is an error where nothing could be captured, and silent where nobody listened', async () => {
  expect(said(await mirror.look(examination({ heard: 'there is no such interface' })))[0]).toMatch(
    /^error: eth1: could not be listened to: there is no such interface/,
  );
  expect(await mirror.look(examination())).toEqual([]);
});
