// Before the tests: syslog-ng, to receive what we send. Installing it would remove rsyslog, so its package and the
// libraries it needs are unpacked into a folder of the cache, and nothing of it is installed or started.
import { spawnSync } from 'node:child_process';
import { unpack } from './apt.mjs';

await unpack('syslog-ng', 'usr/sbin/syslog-ng', () => ['syslog-ng-core', ...libraries()]);

/** Library packages that syslog-ng-core names; the C library is everywhere, and must be the machine's own. */
function libraries() {
  const words = ['depends', '--no-recommends', '--no-suggests', '--no-conflicts', 'syslog-ng-core'];
  const { stdout } = spawnSync('apt-cache', words, { encoding: 'utf8' });
  return [...stdout.matchAll(/Depends: (lib[^\s<>]+)$/gm)]
    .map(([, name]) => name)
    .filter((name) => !/^libc6/.test(name));
}
