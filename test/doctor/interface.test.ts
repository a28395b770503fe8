// Proves that an interface that is missing, down, without link, wireless or no Ethernet is told as that.
import { expect, it } from 'vitest';
import { interfaces } from '../../src/doctor/interface.ts';
import { examination, machine, said } from './examination.ts';

const eth1 = '/sys/class/net/eth1';

function told(files: Record<string, string>, names: readonly string[] = []): Promise<string> {
  const folders = { [eth1]: names, '/sys/class/net': ['lo', 'eth0'] };
  const own = Object.fromEntries(Object.entries(files).map(([name, text]) => [`${eth1}/${name}`, `${text}\n`]));
  return Promise.resolve(interfaces.look(examination({ machine: machine({ files: own, folders }) }))).then(
    (lines) => said(lines)[0],
  );
}

const well = { flags: '0x1003', carrier: '1', type: '1', speed: '10000' };

it.each<[string, Record<string, string>, readonly string[]]>([
  ['ok: eth1: up, 10000 Mbit/s, Ethernet, can be promiscuous', well, []],
  ['ok: eth1: up, Ethernet, can be promiscuous', { ...well, speed: '-1' }, []],
  ['error: eth1: there is no such interface → There are lo, eth0', {}, []],
  ['error: eth1: is down → ip link set eth1 up', { ...well, flags: '0x1002' }, []],
  ['error: eth1: has no link', { ...well, carrier: '0' }, []],
  ['warning: eth1: is wireless', well, ['phy80211']],
  ['warning: eth1: is no Ethernet interface', { ...well, type: '65534' }, []],
])('%s', async (line, files, names) => {
  expect(await told(files, names)).toContain(line);
});

it('says that all of them together are never promiscuous', async () => {
  expect(said(await interfaces.look(examination({ content: { interfaces: ['any'] } })))[0]).toMatch(
    /^warning: any: is not one/,
  );
});
