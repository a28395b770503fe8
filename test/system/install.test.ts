// Proves that an installation puts all there is in its place, runs from there, and when removed leaves what was there
// before.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { root } from '../support/source-tree.ts';

let destination: string;

beforeEach(() => {
  destination = mkdtempSync(join(tmpdir(), 'dicomtap-destination-'));
});

afterEach(() => rmSync(destination, { recursive: true, force: true }));

function installer(...words: string[]): string {
  const env = { ...process.env, DESTDIR: destination, PREFIX: '/opt/tap' };
  return execFileSync(process.execPath, [join(root, 'packaging/install.mjs'), ...words], { env, encoding: 'utf8' });
}

function files(): string[] {
  return (readdirSync(destination, { recursive: true }) as string[]).sort();
}

it('is gone when removed, and what was there is as it was', () => {
  mkdirSync(join(destination, 'opt/tap/bin'), { recursive: true });
  writeFileSync(join(destination, 'opt/tap/bin/other'), '');
  const before = files();
  installer();
  expect(files().length).toBeGreaterThan(100);
  installer('--remove');
  expect(files()).toEqual(before);
});

it('is removed whole after it was installed twice, and by an older list', () => {
  installer();
  const once = files();
  appendFileSync(
    join(destination, 'opt/tap/lib/dicomtap/installed'),
    '/opt/tap/lib/dicomtap/dist/of-an-older-version.js\n',
  );
  writeFileSync(join(destination, 'opt/tap/lib/dicomtap/dist/of-an-older-version.js'), '');
  installer();
  expect(files()).toEqual(once);
  installer('--remove');
  expect(files()).toEqual([]);
});

it('keeps configuration that was changed', () => {
  const path = join(destination, 'etc/dicomtap/dicomtap.yaml');
  installer();
  writeFileSync(path, 'interfaces: [eth7]\n');
  expect(installer()).toContain('kept: /etc/dicomtap/dicomtap.yaml');
  installer('--remove');
  expect(readFileSync(path, 'utf8')).toBe('interfaces: [eth7]\n');
  expect(files()).toEqual(['etc', 'etc/dicomtap', 'etc/dicomtap/dicomtap.yaml']);
});

it('runs from where it is, with every package it needs', () => {
  installer();
  const program = join(destination, 'opt/tap/bin/dicomtap');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const run = (...words: string[]) => spawnSync(program, words, { cwd: destination, encoding: 'utf8', env: {} });
  expect(run('--version').stdout).toBe(`${version}\n`);
  // The store's native module, its thread, and the log.
  writeFileSync(join(destination, 'key'), '00'.repeat(32), { mode: 0o600 });
  const capture = join(root, 'pcaps/store.pcap');
  const ran = run('replay', capture, '--db', 'a.db', '--hash-key', 'key', '--log-level', 'info', '--json');
  expect(ran.status).toBe(0);
  expect(ran.stderr).toMatch(/"msg":/);
  expect(run('associations', '--db', 'a.db', '--json').stdout).toMatch(/^\{/);
});

it('names its prefix in units and links, and is writable by its owner alone', () => {
  installer();
  const unit = readFileSync(join(destination, 'opt/tap/lib/systemd/system/dicomtap.service'), 'utf8');
  expect(unit).toContain('ExecStart=/opt/tap/bin/dicomtap live\n');
  expect(unit).not.toContain('/usr/');
  const open = files().filter((path) => (statSync(join(destination, path)).mode & 0o022) !== 0);
  expect(open).toEqual([]);
});

it('has a manual page that man takes, and a completion that bash takes', () => {
  installer();
  const page = join(destination, 'opt/tap/share/man/man1/dicomtap.1');
  const { stdout, stderr } = spawnSync('groff', ['-man', '-ww', '-Tutf8', '-z', page], { encoding: 'utf8' });
  expect(stdout + stderr).toBe('');
  expect(readFileSync(page, 'utf8')).toMatch(/^\.SH DICOMTAP LIVE$/m);
  const completion = join(destination, 'opt/tap/share/bash-completion/completions/dicomtap');
  const asked = (...words: string[]) =>
    execFileSync(
      'bash',
      [
        '-c',
        `. ${completion}; COMP_WORDS=(dicomtap "$@"); COMP_CWORD=$#; _dicomtap; echo "\${COMPREPLY[@]}"`,
        'bash',
        ...words,
      ],
      { encoding: 'utf8' },
    ).trim();
  expect(asked('fin')).toBe('findings');
  expect(asked('replay', '--pol')).toBe('--policy');
  expect(asked('findings', '--severity', 'hi')).toBe('high');
});
