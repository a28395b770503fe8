// `npm run deb`: the Debian package, into the folder `dist-deb` or the one named. For the architecture and the major
// version of Node that build it, for SQLite's native module is within.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { contents, nativeModule, root } from './contents.mjs';
import { put, textOf } from './put.mjs';

const { version, description } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const folder = resolve(process.argv[2] ?? join(root, 'dist-deb'));
const [major] = process.versions.node.split('.');
const architecture = run('dpkg', '--print-architecture').trim();
const maintainer = `${process.env.DEBFULLNAME ?? 'dicomtap authors'} <${process.env.DEBEMAIL ?? 'dicomtap@users.noreply.github.com'}>`;
const seconds = Number(process.env.SOURCE_DATE_EPOCH ?? run('git', '-C', root, 'log', '-1', '--format=%ct').trim());

const longDescription = [
  'Listens on a mirror port, or reads captures, and says which DICOM',
  'associations carry patient data without TLS, who sent it to whom, and which of',
  'them the site never allowed. It sends nothing to the network it watches, and',
  'stores no patient data but keyed hashes.',
];

const built = mkdtempSync(join(tmpdir(), 'dicomtap-deb-'));
try {
  console.log(build());
} finally {
  rmSync(built, { recursive: true, force: true });
}

/** Returns the package's path. */
function build() {
  chmodSync(built, 0o755);
  const files = contents('/usr', '/usr/bin/node').map(asDebianHasIt);
  for (const file of files) put(file, join(built, file.to));
  run('strip', '--strip-unneeded', join(built, 'usr/lib/dicomtap', nativeModule));
  putDoc('changelog.gz', gzipSync(changelog(), { level: 9 }));
  putOverrides();
  putControl(files);
  // The same source gives the same package.
  for (const path of everything())
    if (statSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) stamp(path);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `dicomtap_${version}_${architecture}.deb`);
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zxz', '--build', built, path], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, SOURCE_DATE_EPOCH: String(seconds) },
  });
  return path;
}

/** Units where Debian 12 has them; manual pages compressed. */
function asDebianHasIt(file) {
  const to = file.to.replace('/usr/lib/systemd/', '/lib/systemd/');
  if (to.endsWith('/dicomtap.1')) return { to: `${to}.gz`, mode: 0o644, text: gzipSync(textOf(file), { level: 9 }) };
  return { ...file, to };
}

function putControl(files) {
  const control = join(built, 'DEBIAN');
  mkdirSync(control);
  for (const name of ['postinst', 'prerm', 'postrm']) {
    cpSync(join(root, 'packaging/debian', name), join(control, name));
    chmodSync(join(control, name), 0o755);
  }
  const kibibytes = everything().reduce((sum, path) => sum + Math.ceil(sizeOf(path) / 1024), 0);
  const fields = [
    'Package: dicomtap',
    `Version: ${version}`,
    `Architecture: ${architecture}`,
    `Maintainer: ${maintainer}`,
    `Installed-Size: ${kibibytes}`,
    // The native module is of this major version's interface, and of no other's.
    `Depends: nodejs (>= ${major === '20' ? '20.19' : major}), nodejs (<< ${Number(major) + 1}~), ${libraries()}, tcpdump | wireshark-common, systemd`,
    'Suggests: sqlite3, ethtool',
    'Section: net',
    'Priority: optional',
    `Description: ${description.replace(/^A /, '').split(':')[0]}`,
    ...longDescription.map((line) => ` ${line}`),
  ];
  write('control', `${fields.join('\n')}\n`);
  write(
    'conffiles',
    `${files
      .filter((file) => file.configuration)
      .map(({ to }) => to)
      .join('\n')}\n`,
  );
  const sums = everything().filter((path) => !path.startsWith(control) && statSync(path).isFile() && !isLink(path));
  write(
    'md5sums',
    `${sums.map((path) => `${createHash('md5').update(readFileSync(path)).digest('hex')}  ${relative(built, path)}`).join('\n')}\n`,
  );

  function write(name, text) {
    writeFileSync(join(control, name), text);
    chmodSync(join(control, name), 0o644);
  }
}

/** The libraries that the native module is linked to, with the versions it needs. */
function libraries() {
  const work = mkdtempSync(join(tmpdir(), 'dicomtap-shlibs-'));
  try {
    mkdirSync(join(work, 'debian'));
    writeFileSync(join(work, 'debian/control'), 'Source: dicomtap\n\nPackage: dicomtap\nArchitecture: any\n');
    const words = ['-O', join(built, 'usr/lib/dicomtap', nativeModule)];
    const out = execFileSync('dpkg-shlibdeps', words, {
      cwd: work,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return out.trim().replace('shlibs:Depends=', '');
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function changelog() {
  const date = new Date(seconds * 1000).toUTCString().replace('GMT', '+0000');
  return `dicomtap (${version}) unstable; urgency=medium\n\n  * See CHANGELOG.md.\n\n -- ${maintainer}  ${date}\n`;
}

function putOverrides() {
  const path = join(built, 'usr/share/lintian/overrides/dicomtap');
  put({ mode: 0o644, text: readFileSync(join(root, 'packaging/debian/lintian-overrides')) }, path);
}

function putDoc(name, text) {
  put({ mode: 0o644, text }, join(built, 'usr/share/doc/dicomtap', name));
}

function everything() {
  return readdirSync(built, { recursive: true })
    .map((path) => join(built, path))
    .sort();
}

function isLink(path) {
  return readdirSync(join(path, '..'), { withFileTypes: true }).some(
    (entry) => join(path, '..', entry.name) === path && entry.isSymbolicLink(),
  );
}

function sizeOf(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isFile() ? found.size : 1024;
}

function stamp(path) {
  utimesSync(path, seconds, seconds);
}

function run(program, ...words) {
  return execFileSync(program, words, { encoding: 'utf8' });
}
