// Proves that systemd takes the units, and rates what they may do as little: `systemd-analyze verify` and `security`.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { root } from '../support/source-tree.ts';

const folder = mkdtempSync(join(tmpdir(), 'dicomtap-units-'));
const names = ['dicomtap.service', 'dicomtap-capture@.service'];

// Installed below a folder: the units are to name programs that are there.
beforeAll(() => {
  const env = { ...process.env, DESTDIR: folder, PREFIX: '/usr' };
  execFileSync(process.execPath, [join(root, 'packaging/install.mjs')], { env });
  for (const name of names) {
    const text = readFileSync(join(folder, 'usr/lib/systemd/system', name), 'utf8');
    writeFileSync(join(folder, name), text.replaceAll('/usr/bin/dicomtap', `${folder}/usr/bin/dicomtap`));
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('are taken without a word', () => {
  const words = ['verify', '--man=no', join(folder, 'dicomtap.service'), join(folder, 'dicomtap-capture@eth1.service')];
  const { status, stderr } = spawnSync('systemd-analyze', words, { encoding: 'utf8' });
  // Units of the machine itself may be wrong: it is about ours.
  expect(stderr.split('\n').filter((line) => line.includes('dicomtap'))).toEqual([]);
  expect(status).toBe(0);
});

it.each(names)('%s is exposed by 1.5 at most', (name) => {
  const words = ['security', '--offline=true', '--no-pager', join(folder, name)];
  const { stdout } = spawnSync('systemd-analyze', words, { encoding: 'utf8' });
  const exposure = Number(/Overall exposure level for \S+: ([\d.]+)/.exec(stdout)?.[1]);
  expect(exposure).toBeLessThanOrEqual(1.5);
});

it('give no capability to the sensor, and one to the capture', () => {
  const said = (name: string) => readFileSync(join(root, 'systemd', name), 'utf8').match(/^\w*Capabilit\w*=.*$/gm);
  expect(said('dicomtap.service')).toEqual(['CapabilityBoundingSet=', 'AmbientCapabilities=']);
  expect(said('dicomtap-capture@.service')).toEqual([
    'CapabilityBoundingSet=CAP_NET_RAW',
    'AmbientCapabilities=CAP_NET_RAW',
  ]);
});

it.each(['sysusers', 'tmpfiles'])('has a file for systemd-%s that it takes', (kind) => {
  const empty = mkdtempSync(join(folder, 'root-'));
  mkdirSync(join(empty, 'etc'));
  const run = (program: string, ...words: string[]) => {
    const { status, stderr } = spawnSync(program, [`--root=${empty}`, ...words], { encoding: 'utf8' });
    expect(stderr.split('\n').filter((line) => !/^(|Creating (user|group) .*)$/.test(line))).toEqual([]);
    expect(status).toBe(0);
  };
  run('systemd-sysusers', join(root, 'systemd/dicomtap.sysusers'));
  if (kind === 'tmpfiles') run('systemd-tmpfiles', '--create', join(root, 'systemd/dicomtap.tmpfiles'));
});
