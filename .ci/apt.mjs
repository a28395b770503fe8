// What the tests need of Debian's packages, installed or unpacked. A mirror may not answer, and another program may
// hold the lists or the packages for a while: what fails is tried again.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const cache = join(dirname(import.meta.dirname), 'node_modules/.cache');
const tries = 4;
const pauseMs = 15_000;
const patience = ['-q', '-y', '-o', 'Acquire::Retries=3', '-o', 'DPkg::Lock::Timeout=300'];

/** Installs these; fails in words of apt-get. */
export async function install(packages) {
  await again(() => apt(['install', '--no-install-recommends', ...packages]));
}

/**
 * Unpacks what `packages` answers (asked again when the lists are new) into the folder `name` of the cache, unless
 * `program` is there: nothing is installed or started. Ends the process when it cannot.
 */
export async function unpack(name, program, packages) {
  const folder = join(cache, name);
  if (existsSync(join(folder, program))) return;
  mkdirSync(cache, { recursive: true });
  const fresh = mkdtempSync(join(cache, `${name}-`));
  await again(() => apt(['download', ...packages()], fresh));
  for (const file of readdirSync(fresh).filter((file) => file.endsWith('.deb'))) {
    spawnSync('dpkg', ['-x', join(fresh, file), join(fresh, 'root')]);
  }
  if (existsSync(join(fresh, 'root', program))) renameSync(join(fresh, 'root'), folder);
  rmSync(fresh, { recursive: true, force: true });
  if (existsSync(join(folder, program))) return;
  console.error(`The tests need ${name}, unpacked and not installed. On Debian this should have done it:\n`);
  console.error(`  apt-get download ${packages()[0]}, dpkg -x into ${folder}\n`);
  process.exit(1);
}

/** Until it goes well: the second time with fresh lists, then after a while each. */
async function again(work) {
  if (work()) return;
  for (let n = 1; n < tries; n++) {
    if (n > 1) await pause(pauseMs);
    if (apt(['update']) && work()) return;
  }
}

function apt(words, cwd) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return (
    spawnSync('apt-get', [...patience, ...words], { cwd, env, stdio: ['ignore', 'inherit', 'inherit'] }).status === 0
  );
}
