// Proves that merging of segments is read from what ethtool prints, and that the command against it names just what is
// on.
import { expect, it } from 'vitest';
import { offloads, readFeatures } from '../../src/doctor/offloads.ts';
import { examination, machine, type Pretended, said } from './examination.ts';

const output = `Features for eth1:
rx-checksumming: on [fixed]
tcp-segmentation-offload: on
\ttx-tcp-segmentation: on
generic-receive-offload: on
large-receive-offload: off [fixed]
rx-vlan-offload: on
rx-gro-hw: on
rx-gro-list: off
`;

async function told(programs: NonNullable<Pretended['programs']>): Promise<string> {
  return said(
    await offloads.look(
      examination({ machine: machine({ programs, files: { '/sys/class/net/eth1/flags': '0x1003' } }) }),
    ),
  )[0];
}

it('tells what merges, and what to type', async () => {
  expect(await told({ 'ethtool -k eth1': output })).toBe(
    'warning: eth1: segments are merged before they are captured: generic-receive-offload, rx-gro-hw → ethtool -K eth1 gro off rx-gro-hw off',
  );
  expect(await told({ 'ethtool -k eth1': output.replaceAll(': on', ': off') })).toMatch(/^ok/);
});

it('says what is not known', async () => {
  expect(await told({})).toBe('warning: eth1: not known: ethtool is not installed → apt-get install ethtool');
  expect(await told({ 'ethtool -k eth1': { status: 1, output: 'no such device' } })).toMatch(
    /^warning: eth1: ethtool does not know it/,
  );
});

it('reads each feature', () => {
  const features = readFeatures(output);
  expect(features.get('tx-tcp-segmentation')).toEqual({ on: true, fixed: false });
  expect(features.get('large-receive-offload')).toEqual({ on: false, fixed: true });
  expect(features.has('Features for eth1')).toBe(false);
});

it('says nothing of an interface that is not there', async () => {
  expect(await offloads.look(examination())).toEqual([]);
});
