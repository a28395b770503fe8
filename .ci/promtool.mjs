// Before the tests: promtool, to check alert rules and metrics. It comes with Prometheus, which is a service: its package is
// unpacked into a folder of the cache, and nothing of it is installed or started.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

const cache = join(dirname(import.meta.dirname), 'node_modules/.cache');
const folder = join(cache, 'prometheus');

function run(program, words, cwd = cache) {
  return spawnSync(program, words, { cwd, encoding: 'utf8' });
}

if (!existsSync(join(folder, 'usr/bin/promtool'))) {
  mkdirSync(cache, { recursive: true });
  const fresh = mkdtempSync(join(cache, 'prometheus-'));
  if (run('apt-cache', ['show', 'prometheus']).stdout === '') run('apt-get', ['-q', 'update']);
  const downloaded = run('apt-get', ['-q', 'download', 'prometheus'], fresh);
  for (const name of readdirSync(fresh).filter((name) => name.endsWith('.deb'))) {
    run('dpkg', ['-x', name, join(fresh, 'root')], fresh);
  }
  if (existsSync(join(fresh, 'root/usr/bin/promtool'))) renameSync(join(fresh, 'root'), folder);
  rmSync(fresh, { recursive: true, force: true });
  if (!existsSync(join(folder, 'usr/bin/promtool'))) {
    console.error('The tests need promtool, unpacked and not installed. On Debian this should have done it:\n');
    console.error(`  apt-get download prometheus, dpkg -x into ${folder}\n`);
    console.error(downloaded.stderr ?? downloaded.error ?? '');
    process.exit(1);
  }
}
