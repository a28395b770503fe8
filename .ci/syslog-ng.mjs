// Before the tests: syslog-ng, to receive what we send. Installing it would remove rsyslog, so its package and the
// libraries it needs are unpacked into a folder of the cache, and nothing of it is installed or started.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

const cache = join(dirname(import.meta.dirname), 'node_modules/.cache');
const folder = join(cache, 'syslog-ng');

function run(program, words, cwd = cache) {
  return spawnSync(program, words, { cwd, encoding: 'utf8' });
}

/** Library packages that syslog-ng-core names; the C library is everywhere, and must be the machine's own. */
function libraries() {
  const { stdout } = run('apt-cache', [
    'depends',
    '--no-recommends',
    '--no-suggests',
    '--no-conflicts',
    'syslog-ng-core',
  ]);
  return [...stdout.matchAll(/Depends: (lib[^\s<>]+)$/gm)]
    .map(([, name]) => name)
    .filter((name) => !/^libc6/.test(name));
}

if (!existsSync(join(folder, 'usr/sbin/syslog-ng'))) {
  mkdirSync(cache, { recursive: true });
  const fresh = mkdtempSync(join(cache, 'syslog-ng-'));
  if (run('apt-cache', ['show', 'syslog-ng-core']).stdout === '') run('apt-get', ['-q', 'update']);
  const downloaded = run('apt-get', ['-q', 'download', 'syslog-ng-core', ...libraries()], fresh);
  for (const name of readdirSync(fresh).filter((name) => name.endsWith('.deb'))) {
    run('dpkg', ['-x', name, join(fresh, 'root')], fresh);
  }
  if (existsSync(join(fresh, 'root/usr/sbin/syslog-ng'))) renameSync(join(fresh, 'root'), folder);
  rmSync(fresh, { recursive: true, force: true });
  if (!existsSync(join(folder, 'usr/sbin/syslog-ng'))) {
    console.error('The tests need syslog-ng, unpacked and not installed. On Debian this should have done it:\n');
    console.error(`  apt-get download syslog-ng-core, dpkg -x into ${folder}\n`);
    console.error(downloaded.stderr ?? downloaded.error ?? '');
    process.exit(1);
  }
}
