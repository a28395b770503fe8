// Proves that damaged and odd objects, sent by DCMTK and by hand to a DCMTK that refuses nothing, over a loopback
// interface that tcpdump records, never stop the sensor: it tells the operations that tshark tells, with the data sets
// that arrived, byte for byte in length.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { imbalances, segmentsOf } from '../support/balance.ts';
import { ascii, concat, counting, hex } from '../support/bytes.ts';
import { seeded } from '../support/chunks.ts';
import { type DataSetForm, dataSet, elementHeader, type TestElement } from '../support/data-set.ts';
import { dcmtkFound, run } from '../support/dcmtk.ts';
import { parsePart10, readPart10 } from '../support/part10.ts';
import { associateRq, commandSet, ctStorage, pData, pDataPieces, releaseRq } from '../support/pdu.ts';
import { recordedTalk } from '../support/recorded-talk.ts';
import { replay } from '../support/replay.ts';
import { scan } from '../support/scan.ts';
import { others, othersAreHere } from '../support/scenes.ts';
import { root } from '../support/source-tree.ts';
import { tsharkFields, tsharkFound } from '../support/tshark.ts';

/** A network of its own, which ends with what runs in it, needs root; so does recording it. */
const alone = spawnSync('unshare', ['--net', 'ip', 'link', 'set', 'lo', 'up']).status === 0;
const recorder = spawnSync('tcpdump', ['--version']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'dicomtap-odd-'));
afterAll(() => rmSync(folder, { recursive: true }));
for (const name of ['sent', 'raw', 'received', 'elsewhere']) mkdirSync(join(folder, name));

const implicit = '1.2.840.10008.1.2';
const explicit = '1.2.840.10008.1.2.1';
const deflated = '1.2.840.10008.1.2.1.99';
const bigEndian = '1.2.840.10008.1.2.2';
const jpeg = '1.2.840.10008.1.2.4.70';
const form: DataSetForm = { encoding: 'explicit' };

const patient: readonly TestElement[] = [
  ['00080016', 'UI', ctStorage],
  ['00080018', 'UI', '1.2.276.0.7230010.3.9.1'],
  ['00100010', 'PN', 'ODD^OTTO'],
  ['00100020', 'LO', 'ODD-1'],
];
const head = dataSet(patient, form);
const odd = (tag: string, vr: string, text: string) => concat(elementHeader(tag, vr, text.length, form), ascii(text));

/** Data sets that no library writes, by what is wrong with them. */
const byHand: readonly (readonly [transferSyntax: string, bytes: Uint8Array])[] = [
  [explicit, new Uint8Array(0)],
  [explicit, Uint8Array.of(8)],
  [explicit, concat(head, odd('00104000', 'LT', 'odd'), odd('00200010', 'SH', 'x'))],
  [implicit, concat(dataSet(patient, { encoding: 'implicit' }), hex('1000 0040 03000000 616263'))],
  [explicit, concat(head, hex('1000 4000 5a5a 0000 04000000 01020304'), hex('2000 1000 3f3f 0200 2020'))],
  [explicit, concat(head, elementHeader('7FE00010', 'OW', 0xfffffff0, form), counting(500))],
  [explicit, concat(head, elementHeader('7FE00010', 'OW', 0x7fffffff, form), counting(20_000))],
  [explicit, concat(dataSet([...patient].reverse(), form), head)],
  [explicit, concat(head, hex('feff 00e0 ffffffff'), hex('feff dde0 00000000'), hex('feff 0de0 00000000'))],
  [explicit, concat(head, hex('0900 1000 4c4f 0400 41434d45'), hex('0900 0110 554e 0000 ffffffff'), counting(60))],
  [deflated, counting(3000)],
  [deflated, new Uint8Array(0)],
  [jpeg, concat(head, hex('e07f 1000 4f42 0000 ffffffff feff 00e0 03000000 010203 feff 00e0 07000000'), counting(4))],
  [jpeg, concat(head, elementHeader('7FE00010', 'OB', 9, form), counting(9))],
  [bigEndian, head],
  [explicit, dataSet(patient, { encoding: 'big-endian' })],
  [implicit, head],
  [explicit, counting(5000, 11)],
  [
    explicit,
    concat(head, ...Array.from({ length: 3000 }, () => hex('0800 4011 5351 0000 ffffffff feff 00e0 ffffffff'))),
  ],
];

it.each(byHand)('those made by hand are scanned the same in pieces: %s', (transferSyntax, bytes) => {
  const whole = scan(bytes, { transferSyntax });
  for (const chunk of [1, 7]) expect(scan(bytes, { transferSyntax, chunk })).toEqual(whole);
});

if (dcmtkFound && tsharkFound && alone && recorder) it('are told as they came', asSent, 600_000);

async function asSent(): Promise<void> {
  const sent = [...ofDcmtk(), ...(othersAreHere ? ofOthers() : [])];
  const flags = sent.map(({ path, flag }) => `${flag} ${path}\n`).join('');
  writeFileSync(join(folder, 'list'), flags);
  const hands = [...byHand, ...flipped(), ...(othersAreHere ? ofOthersByHand() : [])];
  for (const [i, [syntax, bytes]] of hands.entries()) {
    writeFileSync(join(folder, 'raw', `${String(i).padStart(3, '0')}.json`), JSON.stringify(turnsOf(i, syntax, bytes)));
  }
  writeFileSync(join(folder, 'script.sh'), script);
  writeFileSync(join(folder, 'raw.mjs'), rawClient);
  const { status, stderr } = spawnSync('unshare', ['--net', 'sh', 'script.sh', process.execPath], {
    cwd: folder,
    timeout: 500_000,
  });
  expect(stderr.toString()).toBe('');
  expect(status).toBe(0);

  const capture = new Uint8Array(readFileSync(join(folder, 'a.pcap')));
  const replayed = await replay(capture);
  expect(replayed.bugs).toEqual([]);
  expect(imbalances(replayed, await segmentsOf(capture))).toEqual([]);
  const stores = replayed.operations.filter(({ command }) => command === 'C-STORE');
  const lengths = (port: number) => {
    const ids = new Set(replayed.associations.filter(({ serverPort }) => serverPort === port).map(({ id }) => id));
    return stores.filter((one) => ids.has(one.associationId)).map(({ requestBytes }) => requestBytes);
  };
  const received = readdirSync(join(folder, 'received')).map((name) => readPart10(join(folder, 'received', name)));
  expect(received).toHaveLength(sent.length);
  expect(lengths(11_112).sort(byNumber)).toEqual(received.map(({ dataSet: { length } }) => length).sort(byNumber));
  expect(lengths(11_113)).toEqual(hands.map(([, { length }]) => length));
  // DCMTK waits for more of some that are odd, and gives up: all others are answered.
  const unanswered = stores.filter(({ statusKind }) => statusKind === null).length;
  expect(unanswered).toBeLessThan(hands.length / 2);
  expect(replayed.associations.filter(({ outcome }) => outcome !== 'released').length).toBe(unanswered);
  // tshark reads what it cannot as elements, and loses the step with it: what it says of data sets is not compared.
  const flows = tsharkFields(
    capture,
    ['tcp.stream', 'dicom.pdu.type'],
    ['-d', 'tcp.port==11112,dicom', '-d', 'tcp.port==11113,dicom', '-Y', 'dicom.pdu.type==1'],
  );
  expect(flows).toHaveLength(replayed.associations.length);
}

interface Sent {
  readonly path: string;
  /** What has `storescu` propose the file's own syntax. */
  readonly flag: string;
}

/**
 * Objects of ours in every form that DCMTK writes: lengths known and not, group lengths, padding, both byte orders,
 * compressed.
 */
function ofDcmtk(): Sent[] {
  const list: Sent[] = [];
  for (const name of ['sr-otto', 'ct-pepe', 'charset-japanese', 'us-max']) {
    const source = join(folder, 'sent', `${name}.dcm`);
    run('dump2dcm', ['-q', join(root, 'pcaps/objects', `${name}.dump`), source]);
    for (const [syntax, flag] of [
      ['+ti', '-xi'],
      ['+te', '-xe'],
      ['+tb', '-xb'],
      ['+td', '-xd'],
    ] as const) {
      for (const more of [
        ['+e', '+g'],
        ['-e', '-g'],
        ['+e', '+p', '64', '32'],
      ]) {
        const path = join(folder, 'sent', `${name}${syntax}${more.join('')}.dcm`);
        run('dcmconv', ['-q', syntax, ...more, source, path]);
        list.push({ path, flag });
      }
    }
  }
  for (const [program, flag] of [
    ['dcmcjpeg', '-xs'],
    ['dcmcrle', '-xr'],
  ] as const) {
    const path = join(folder, 'sent', `${program}.dcm`);
    run(program, ['-q', join(folder, 'sent', 'ct-pepe.dcm'), path]);
    list.push({ path, flag });
  }
  return list;
}

const proposals: Readonly<Record<string, string>> = {
  [implicit]: '-xi',
  [explicit]: '-xe',
  [bigEndian]: '-xb',
  [deflated]: '-xd',
  '1.2.840.10008.1.2.4.90': '-xv',
  '1.2.840.10008.1.2.4.91': '-xw',
};

function ofOthers(): Sent[] {
  return readdirSync(join(others, 'objects'))
    .filter((name) => name.endsWith('.dcm') && !notSent.has(name))
    .map((name) => {
      const path = join(others, 'objects', name);
      return { path, flag: proposals[readPart10(path).transferSyntax] ?? '-x=' };
    });
}

/**
 * Files that `storescu` refuses: without a SOP class or instance, or of one it does not propose deflated. They are sent
 * by hand.
 */
const notSent: ReadonlySet<string> = new Set(['chrSQEncoding.dcm', 'UN_sequence.dcm', 'liver_deflate.dcm']);

function ofOthersByHand(): (readonly [string, Uint8Array])[] {
  return [...notSent].map((name) => {
    const { transferSyntax, dataSet: bytes } = readPart10(join(others, 'objects', name));
    return [transferSyntax, bytes];
  });
}

/** Real objects with bytes changed at random, from a fixed seed. */
function flipped(): (readonly [string, Uint8Array])[] {
  const random = seeded(38);
  const sources = ['sr-otto+ti+e+g', 'sr-otto+te-e-g', 'sr-otto+tb+e+g', 'sr-otto+td+e+g'];
  return sources.flatMap((name) => {
    const { transferSyntax, dataSet: bytes } = parsePart10(readFileSync(join(folder, 'sent', `${name}.dcm`)));
    return Array.from({ length: 6 }, (): readonly [string, Uint8Array] => {
      const copy = bytes.slice();
      for (let i = 0; i < 12; i++) copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256);
      return [transferSyntax, copy.subarray(0, random() < 0.5 ? copy.length : Math.floor(random() * copy.length))];
    });
  });
}

/** What a client says in turn, each part when the server has answered the one before. */
function turnsOf(number: number, transferSyntax: string, bytes: Uint8Array): string[] {
  const request = associateRq({
    contexts: [{ id: 1, abstractSyntax: ctStorage, transferSyntaxes: [transferSyntax] }],
  });
  const instance = `1.2.276.0.7230010.3.9.${number + 10}`;
  const command = commandSet({
    field: 1,
    sopClass: ctStorage,
    instance,
    messageId: 1,
    priority: 0,
    dataSet: true,
  });
  const store = concat(pData([{ command: true, bytes: command }]), pDataPieces({ bytes }, 4000));
  return [request, store, releaseRq()].map((part) => Buffer.from(part).toString('hex'));
}

function byNumber(a: number, b: number): number {
  return a - b;
}

const script = recordedTalk(
  {
    11112: 'storescp -q +B +xa +uf -dhl -od received 11112',
    11113: 'storescp -q +B +xa +uf -dhl -ta 10 -td 2 -od elsewhere 11113 2>odd.log',
  },
  `while read -r flag path; do storescu -q $flag 127.0.0.1 11112 "$path" || echo "not sent: $path" >&2; done <list
"$1" raw.mjs || exit 4`,
);

/**
 * Says what is to be said when the server has answered; an abort is the end, and so is the reset of a server that left
 * bytes unread.
 */
const rawClient = `
import { connect } from 'node:net';
import { readdirSync, readFileSync } from 'node:fs';
for (const name of readdirSync('raw').sort()) {
  const turns = JSON.parse(readFileSync('raw/' + name, 'utf8'));
  await new Promise((resolve, reject) => {
    const socket = connect(11113, '127.0.0.1');
    let heard = Buffer.alloc(0);
    const next = () => socket.write(Buffer.from(turns.shift(), 'hex'));
    socket.on('connect', next);
    socket.on('data', (bytes) => {
      heard = Buffer.concat([heard, bytes]);
      while (heard.length >= 6 && heard.length >= 6 + heard.readUInt32BE(2)) {
        const type = heard[0];
        heard = heard.subarray(6 + heard.readUInt32BE(2));
        if (type !== 7 && turns.length > 0) next();
        else socket.end();
      }
    });
    socket.on('close', resolve);
    socket.on('error', (error) => (error.code === 'ECONNRESET' || error.code === 'EPIPE' ? resolve() : reject(error)));
  });
}
`;
