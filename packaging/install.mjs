// `npm run install:system` and `npm run uninstall:system`. PREFIX (/usr/local) is where the program goes, DESTDIR a
// folder taken for the root: then only files are copied, and nothing of this machine is told. NODE is the program that
// will run it.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { put, textOf } from './put.mjs';

const { DESTDIR = '', PREFIX = '/usr/local', NODE = process.execPath } = process.env;
const place = (path) => (DESTDIR === '' ? path : join(resolve(DESTDIR), path));
/** What was installed, a line each; folders that had to be made end with a slash, after configuration its digest. */
const list = place(`${PREFIX}/lib/dicomtap/installed`);

if (DESTDIR !== '') mkdirSync(DESTDIR, { recursive: true });
if (process.argv.includes('--remove')) remove();
else await install();

async function install() {
  const { contents } = await import('./contents.mjs');
  // What an older version had and this one has not goes.
  if (existsSync(list)) removeListed();
  const made = [];
  const lines = [];
  for (const file of [...contents(PREFIX, NODE), { to: `${PREFIX}/lib/dicomtap/installed`, mode: 0o644, text: '' }]) {
    made.push(...makeFolders(dirname(file.to)));
    if (file.configuration && existsSync(place(file.to))) console.log(`kept: ${file.to}`);
    else put(file, place(file.to));
    lines.push(file.configuration ? `${file.to} ${digest(textOf(file))}` : file.to);
  }
  put({ mode: 0o644, text: `${[...lines, ...made.map((folder) => `${folder}/`)].join('\n')}\n` }, list);
  if (DESTDIR !== '') return;
  run('systemd-sysusers', 'dicomtap.conf');
  run('systemd-tmpfiles', '--create', 'dicomtap.conf');
  run('systemctl', 'daemon-reload');
  console.log(`installed below ${PREFIX}. Next: ${PREFIX}/share/doc/dicomtap/install.md`);
}

function remove() {
  if (!existsSync(list)) throw new Error(`nothing is installed here: there is no ${list}`);
  if (DESTDIR === '') {
    run('systemctl', 'disable', '--now', 'dicomtap.service');
    for (const unit of captureUnits()) run('systemctl', 'disable', '--now', unit);
  }
  removeListed();
  if (DESTDIR !== '') return;
  run('systemctl', 'daemon-reload');
  console.log('removed. Configuration that was changed, /var/lib/dicomtap and the users are still there.');
}

function removeListed() {
  const lines = readFileSync(list, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  for (const line of lines.filter((each) => !each.endsWith('/'))) {
    const [path, shipped] = line.split(' ');
    const file = place(path);
    // Configuration is its owner's where it was changed.
    if (shipped !== undefined && existsSync(file) && digest(readFileSync(file)) !== shipped) continue;
    rmSync(file, { force: true });
  }
  // The deepest first; those in which somebody put something stay.
  for (const folder of lines.filter((each) => each.endsWith('/')).sort((a, b) => b.length - a.length)) {
    if (existsSync(place(folder)) && readdirSync(place(folder)).length === 0) rmdirSync(place(folder));
  }
}

function digest(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Makes a folder with all above it, and returns those that were not there. */
function makeFolders(folder) {
  if (folder === '/' || existsSync(place(folder))) return [];
  const above = makeFolders(dirname(folder));
  mkdirSync(place(folder), { mode: 0o755 });
  return [...above, folder];
}

function captureUnits() {
  const words = ['list-units', '--all', '--plain', '--no-legend', 'dicomtap-capture@*.service'];
  const { stdout = '' } = spawnSync('systemctl', words, { encoding: 'utf8' });
  return (stdout ?? '')
    .split('\n')
    .map((line) => line.split(' ')[0])
    .filter((unit) => unit !== '');
}

/** On a machine without systemd there is nothing to tell. */
function run(program, ...words) {
  try {
    execFileSync(program, words, { stdio: 'inherit' });
  } catch (error) {
    console.error(`${program} ${words.join(' ')}: ${error.message}`);
  }
}
