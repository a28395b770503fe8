// Proves that the Debian package is well made: lintian has nothing to say, it is the same each time, and holds its
// licences.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { root } from '../support/source-tree.ts';

const folder = mkdtempSync(join(tmpdir(), 'dicomtap-deb-'));
let file = '';

function built(into: string): string {
  return execFileSync(process.execPath, [join(root, 'packaging/deb.mjs'), join(folder, into)], {
    encoding: 'utf8',
  }).trim();
}

beforeAll(() => {
  file = built('a');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('has nothing that lintian would name', () => {
  const { status, stdout } = spawnSync('lintian', ['--allow-root', '--fail-on', 'error,warning', file], {
    encoding: 'utf8',
  });
  expect(stdout).toBe('');
  expect(status).toBe(0);
});

it('is the same when it is built again', () => {
  expect(readFileSync(built('b')).equals(readFileSync(file))).toBe(true);
});

it('asks for the Node whose interface its native module has', () => {
  const depends = execFileSync('dpkg-deb', ['--field', file, 'Depends'], { encoding: 'utf8' });
  const major = Number(process.versions.node.split('.')[0]);
  expect(depends).toMatch(new RegExp(`nodejs \\(>= ${major}\\S*\\), nodejs \\(<< ${major + 1}~\\), libc6`));
});

it('holds the licence of every package whose code is within', () => {
  execFileSync('dpkg-deb', ['--extract', file, join(folder, 'root')]);
  const copyright = readFileSync(join(folder, 'root/usr/share/doc/dicomtap/copyright'), 'utf8');
  for (const name of ['better-sqlite3', 'pino', 'yargs', 'zod', 'yaml', 'ipaddr.js', 'sonic-boom'])
    expect(copyright).toMatch(new RegExp(`^${name} \\d`, 'm'));
});
