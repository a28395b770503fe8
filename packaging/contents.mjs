// What an installation consists of: every file with its place, its mode and where it comes from.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..');

if (!existsSync(join(root, 'dist/cli.js'))) throw new Error('dist/cli.js is not there: npm run build');
const { bashCompletion, manualPage } = await import('./manual.mjs');

/** Packages that are not in dist/: with native code, and the log; rolldown.config.mjs keeps them out. */
const apart = ['better-sqlite3', 'pino'];
/** What a package needs only to be built. */
const onlyBuilds = new Set(['prebuild-install']);

/**
 * Every file of an installation below `prefix`, run by the program `node`: `{ to, mode, from | text | link }`. Units
 * and programs name that prefix. Configuration is marked: it is the owner's once it is there.
 */
export function contents(prefix, node) {
  const lib = `${prefix}/lib/dicomtap`;
  const doc = `${prefix}/share/doc/dicomtap`;
  const here = (text) =>
    text.replaceAll('/usr/bin/dicomtap', `${prefix}/bin/dicomtap`).replaceAll('/usr/share/doc', `${prefix}/share/doc`);
  const text = (to, from, mode = 0o644) => ({ to, mode, text: here(read(from)) });
  const copy = (to, from) => ({ to, mode: 0o644, from: join(root, from) });
  const below = (to, folder) => filesBelow(folder).map((path) => copy(`${to}/${path}`, join(folder, path)));
  return [
    { to: `${lib}/dist/cli.js`, mode: 0o755, text: read('dist/cli.js').replace(/^#!.*/, `#!${node}`) },
    ...below(`${lib}/dist`, 'dist').filter(({ to }) => !/\/dist\/(cli\.js|LICENSES\.txt)$/.test(to)),
    { to: `${lib}/package.json`, mode: 0o644, text: manifest() },
    ...packages().flatMap((name) =>
      below(`${lib}/node_modules/${name}`, `node_modules/${name}`).filter(({ to }) => runs(to)),
    ),
    { to: `${prefix}/bin/dicomtap`, link: '../lib/dicomtap/dist/cli.js' },
    text(`${prefix}/lib/systemd/system/dicomtap.service`, 'systemd/dicomtap.service'),
    text(`${prefix}/lib/systemd/system/dicomtap-capture@.service`, 'systemd/dicomtap-capture@.service'),
    text(`${prefix}/lib/sysusers.d/dicomtap.conf`, 'systemd/dicomtap.sysusers'),
    text(`${prefix}/lib/tmpfiles.d/dicomtap.conf`, 'systemd/dicomtap.tmpfiles'),
    { ...text('/etc/dicomtap/dicomtap.yaml', 'systemd/dicomtap.yaml'), configuration: true },
    { to: `${prefix}/share/man/man1/dicomtap.1`, mode: 0o644, text: manualPage() },
    { to: `${prefix}/share/bash-completion/completions/dicomtap`, mode: 0o644, text: bashCompletion() },
    { to: `${doc}/copyright`, mode: 0o644, text: licences() },
    copy(`${doc}/README.md`, 'README.md'),
    copy(`${doc}/CHANGELOG.md`, 'CHANGELOG.md'),
    ...below(doc, 'docs').filter(({ to }) => !to.endsWith('/example-policy.yaml')),
    copy(`${doc}/examples/policy.yaml`, 'docs/example-policy.yaml'),
    ...below(`${doc}/examples`, 'systemd/examples'),
    ...below(`${prefix}/share/dicomtap/siem`, 'siem'),
  ];
}

/** The native module, by which an installation is for one architecture and one major version of Node. */
export const nativeModule = 'node_modules/better-sqlite3/build/Release/better_sqlite3.node';

function read(path) {
  return readFileSync(join(root, path), 'utf8');
}

/** Of package.json what the program itself reads, and how Node takes the files. */
function manifest() {
  const { name, version, license, type } = JSON.parse(read('package.json'));
  return `${JSON.stringify({ name, version, license, type }, null, 2)}\n`;
}

/** Those packages, and what they need. */
function packages() {
  const found = new Set();
  const add = (name) => {
    if (found.has(name) || onlyBuilds.has(name)) return;
    found.add(name);
    for (const needed of Object.keys(JSON.parse(read(`node_modules/${name}/package.json`)).dependencies ?? {}))
      add(needed);
  };
  for (const name of apart) add(name);
  return [...found].sort();
}

/** Whether a file of a package is used when the program runs. */
function runs(path) {
  const inside = path.replace(/^.*\/node_modules\/(@[^/]+\/)?[^/]+\//, '');
  if (path.includes('/better-sqlite3/src/')) return false;
  if (inside.startsWith('build/')) return inside === 'build/Release/better_sqlite3.node';
  if (/^(deps|test|tests|docs|examples?|fixtures|benchmarks?|scripts|types|\.github)\//.test(inside)) return false;
  if (/(^|\/)(bench|benchmark|test|example|check|eslint\.config|browser|bin)\.js$/.test(inside)) return false;
  return /\.(js|cjs|mjs|json)$/.test(inside) && !/(^|\/)(tsconfig|\.)[^/]*$/.test(inside);
}

function filesBelow(folder) {
  return readdirSync(join(root, folder), { recursive: true })
    .filter((path) => statSync(join(root, folder, path)).isFile())
    .sort();
}

/** Our licence, and those of all code that goes along: in dist/, and as packages. */
function licences() {
  const each = packages().map((name) => {
    const folder = `node_modules/${name}`;
    const { version, license } = JSON.parse(read(`${folder}/package.json`));
    const file = readdirSync(join(root, folder)).find((path) => /^licen[cs]e\b/i.test(path));
    // Of some the README alone says it.
    const text =
      file === undefined
        ? (read(`${folder}/README.md`).split(/^#+ *licen[cs]e.*$/im)[1] ?? '').trim()
        : read(join(folder, file));
    if (text === '') throw new Error(`${name} does not say its licence`);
    return `${name} ${version} (${license})\n\n${text}`;
  });
  const own = `dicomtap is under the Apache License, Version 2.0, which Debian systems have in
/usr/share/common-licenses/Apache-2.0.

${read('NOTICE')}
It holds code of others, under the licences that follow. SQLite, within better-sqlite3, is in the public domain.
`;
  return `${[own, read('dist/LICENSES.txt'), ...each].map(withoutApacheText).join('\n')}\n`;
}

/** Debian systems have it, and Debian policy (12.5) wants it named, not repeated. */
function withoutApacheText(text) {
  const whole =
    /^ *Apache License\s+Version 2\.0, January 2004[\s\S]*?END OF TERMS AND CONDITIONS(?:[\s\S]*?limitations under the License\.)?/gm;
  return text.replace(whole, 'Apache License, Version 2.0: /usr/share/common-licenses/Apache-2.0');
}
