// Proves that an interface on which this machine could speak, or speaks, is told with what silences it.
import { expect, it } from 'vitest';
import { address } from '../../src/doctor/address.ts';
import { examination, machine, type Pretended, said } from './examination.ts';

const silent = { '/sys/class/net/eth1/flags': '0x1083\n', '/proc/sys/net/ipv6/conf/eth1/disable_ipv6': '1\n' };

async function told(pretended: Pretended, sent = 0): Promise<string> {
  const counters = { before: { tx_packets: 5 }, after: { tx_packets: 5 + sent } };
  return said(await address.look(examination({ machine: machine(pretended), counters })))[0];
}

it('is silent', async () => {
  expect(await told({ files: silent })).toBe('ok: eth1: no address, no ARP, no IPv6, nothing sent');
});

it.each<[string, Pretended, number]>([
  [
    'warning: eth1: has an address (10.0.0.5, fe80::1)',
    { files: silent, addresses: { eth1: ['10.0.0.5', 'fe80::1'] } },
    0,
  ],
  ['warning: eth1: this machine sent 3 packets there within 1 s', { files: silent }, 3],
  [
    'has no address, but ARP is on → ip address flush dev eth1; ip link set eth1 arp off',
    { files: { ...silent, '/sys/class/net/eth1/flags': '0x1003\n' } },
    0,
  ],
  ['has no address, but IPv6 is on', { files: { ...silent, '/proc/sys/net/ipv6/conf/eth1/disable_ipv6': '0\n' } }, 0],
])('%s', async (line, pretended, sent) => {
  expect(await told(pretended, sent)).toContain(line);
});
