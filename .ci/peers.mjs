// Before the tests: the programs that judge us must be there. Installs what is missing where it may (root, apt), else
// says exactly which packages to install.
import { spawnSync } from 'node:child_process';
import { install } from './apt.mjs';

const peers = [
  { program: 'tshark', packageName: 'tshark' },
  { program: 'dcmdump', packageName: 'dcmtk' },
  { program: 'dcm2json', packageName: 'dcmtk' },
  { program: 'zstd', packageName: 'zstd' },
  { program: 'tcprewrite', packageName: 'tcpreplay' },
  { program: 'tcpdump', packageName: 'tcpdump' },
  { program: 'dumpcap', packageName: 'wireshark-common' },
  { program: 'ip', packageName: 'iproute2' },
  { program: 'sysctl', packageName: 'procps' },
  { program: 'jing', packageName: 'jing' },
  { program: 'rsyslogd', packageName: 'rsyslog' },
  { file: 'imrelp.so', packageName: 'rsyslog-relp' },
  { file: 'lmnsd_gtls.so', packageName: 'rsyslog-gnutls' },
  { file: 'lmnsd_ossl.so', packageName: 'rsyslog-openssl' },
  { program: 'openssl', packageName: 'openssl' },
  { program: 'systemd-analyze', packageName: 'systemd' },
  { program: 'dbus-daemon', packageName: 'dbus' },
  { program: 'lintian', packageName: 'lintian' },
  { program: 'dpkg-shlibdeps', packageName: 'dpkg-dev' },
  { program: 'strip', packageName: 'binutils' },
  { program: 'groff', packageName: 'groff' },
  { program: 'nsenter', packageName: 'util-linux' },
  { program: 'logger', packageName: 'bsdutils' },
];

const missing = () => [...new Set(peers.filter((peer) => !found(peer)).map(({ packageName }) => packageName))];

/** `file` is a module of rsyslog. */
function found({ program, file }) {
  const words = file === undefined ? `command -v ${program}` : `ls /usr/lib/*/rsyslog/${file}`;
  return spawnSync('sh', ['-c', words]).status === 0;
}

const wanted = missing();
if (wanted.length > 0) {
  const may = process.getuid?.() === 0 && found({ program: 'apt-get' });
  if (may) {
    console.log(`installing what the tests are judged by: ${wanted.join(' ')}`);
    await install(wanted);
  }
  const left = missing();
  if (left.length > 0) {
    console.error(`The tests need programs that are not here. Install them and run the tests again:\n`);
    console.error(`  apt-get install --no-install-recommends ${left.join(' ')}\n`);
    process.exit(1);
  }
}
