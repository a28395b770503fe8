// Proves that extracted objects are byte for byte what DCMTK's storescp received, and that holes are said and never
// hidden.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ObjectReader } from '../../src/evidence/object-reader.ts';
import { part10Head } from '../../src/evidence/part10.ts';
import { limits } from '../../src/model/limits.ts';
import { runWords } from '../commands/run.ts';
import { ascii, concat, counting } from '../support/bytes.ts';
import { type Frame, pcap } from '../support/capture.ts';
import { client, conversation, fin, frames, server } from '../support/conversation.ts';
import { type DataSetForm, dataSet, elementHeader } from '../support/data-set.ts';
import { dcmtkFound, run } from '../support/dcmtk.ts';
import { extracted } from '../support/extracting.ts';
import { parsePart10, readPart10 } from '../support/part10.ts';
import { associateAc, associateRq, commandSet, ctStorage, explicitLittle, pData, pDataPieces } from '../support/pdu.ts';
import { jsonLines } from '../support/program.ts';
import { recordedTalk } from '../support/recorded-talk.ts';
import { scenePath } from '../support/scenes.ts';
import { root } from '../support/source-tree.ts';
import { temporaryFolder } from '../support/stores.ts';

/** A network of its own, which ends with what runs in it, needs root; so does recording it. */
const alone = spawnSync('unshare', ['--net', 'ip', 'link', 'set', 'lo', 'up']).status === 0;

async function extract(folder: string, capture: string, ...words: string[]) {
  const db = join(folder, 'a.db');
  await runWords(['replay', capture, '--db', db, '--quiet', '--hash-key', scenePath('demo.key')]);
  const { stdout } = await runWords(['associations', '--db', db, '--json']);
  const outcomes = [];
  for (const [i, { id, objects }] of jsonLines(stdout).entries()) {
    if (objects === 0) continue;
    const to = join(folder, `objects${i}`);
    const { status, stderr } = await runWords(['extract', id as string, '--db', db, '--objects', to, ...words]);
    outcomes.push({ status, stderr, to, objects: objects as number, names: readdirSync(to).sort() });
  }
  return outcomes;
}

const script = recordedTalk(
  { 11112: 'storescp -q +B +xa +uf -dhl -od received 11112' },
  `storescu -q -xe 127.0.0.1 11112 sent/*.dcm || exit 4
storescu -q -xd 127.0.0.1 11112 deflated/*.dcm || exit 5
storescu -q -xb 127.0.0.1 11112 big/*.dcm || exit 6`,
);

async function asReceived(): Promise<void> {
  const folder = temporaryFolder();
  for (const name of ['sent', 'deflated', 'big', 'received']) mkdirSync(join(folder, name));
  for (const name of ['sr-otto', 'ct-pepe', 'charset-japanese']) {
    const source = join(folder, 'sent', `${name}.dcm`);
    run('dump2dcm', ['-q', join(root, 'pcaps/objects', `${name}.dump`), source]);
    run('dcmconv', ['-q', '+td', source, join(folder, 'deflated', `${name}.dcm`)]);
    run('dcmconv', ['-q', '+tb', source, join(folder, 'big', `${name}.dcm`)]);
  }
  writeFileSync(join(folder, 'sent', 'large.dcm'), largeObject());
  writeFileSync(join(folder, 'script.sh'), script);
  // tcpdump gives its rights up.
  chmodSync(folder, 0o777);
  const ran = spawnSync('unshare', ['--net', 'sh', 'script.sh'], { cwd: folder, timeout: 250_000 });
  expect([ran.status, ran.stderr.toString()]).toEqual([0, '']);
  const outcomes = await extract(folder, join(folder, 'a.pcap'));
  const taken = outcomes.flatMap(({ status, to, names, stderr }) => {
    expect([status, stderr]).toEqual([0, expect.stringMatching(/(\d) objects to \S+, \1 of them whole/)]);
    expect(statSync(to).mode & 0o777).toBe(0o700);
    return names.map((name) => {
      expect(name).toMatch(/^\d{6}\.dcm$/);
      expect(statSync(join(to, name)).mode & 0o777).toBe(0o600);
      return join(to, name);
    });
  });
  const received = readdirSync(join(folder, 'received')).map((name) => join(folder, 'received', name));
  expect(received).toHaveLength(10);
  expect(taken.map(content).sort()).toEqual(received.map(content).sort());
  // DCMTK reads them, names and all.
  for (const path of taken) run('dcmdump', ['-q', path]);
}

/** Transfer syntax and data set. */
function content(path: string): string {
  const { transferSyntax, dataSet: bytes } = readPart10(path);
  return `${transferSyntax} ${Buffer.from(bytes).toString('hex')}`;
}

function largeObject(): Buffer {
  const form: DataSetForm = { encoding: 'explicit' };
  const instance = '1.2.276.0.7230010.3.9.77';
  const head = dataSet(
    [
      ['00080016', 'UI', ctStorage],
      ['00080018', 'UI', instance],
      ['00100010', 'PN', 'INVENTED^LARGE'],
    ],
    form,
  );
  const pixels = counting(700_000);
  const set = concat(head, elementHeader('7FE00010', 'OB', pixels.length, form), pixels);
  return Buffer.concat([part10Head(ascii(ctStorage), ascii(instance), explicitLittle), set]);
}

if (dcmtkFound && alone) it('are what storescp received, in every encoding', asReceived, 300_000);

it('come from either side: those of a C-GET from the server', async () => {
  const folder = temporaryFolder();
  const outcomes = await extract(folder, scenePath('get.pcap'));
  expect(outcomes.length).toBeGreaterThan(0);
  for (const { status, objects, names } of outcomes) expect([status, names.length]).toEqual([0, objects]);
});

it('a packet that is missing makes an object partial, with zeros in its place', async () => {
  const folder = temporaryFolder();
  const frames = largeFrames();
  writeFileSync(join(folder, 'whole.pcap'), pcap(frames));
  writeFileSync(join(folder, 'holed.pcap'), pcap(frames.filter((_, i) => i !== 34)));
  mkdirSync(join(folder, 'one'));
  mkdirSync(join(folder, 'two'));
  const [whole] = await extract(join(folder, 'one'), join(folder, 'whole.pcap'));
  const [holed] = await extract(join(folder, 'two'), join(folder, 'holed.pcap'));
  expect([whole.status, whole.names]).toEqual([0, ['000001.dcm']]);
  expect([holed.status, holed.names]).toEqual([3, ['000001.dcm.partial']]);
  expect(holed.stderr).toContain('not whole, with zeros for what is missing: 000001.dcm.partial');
  const [all, some] = [readFileSync(join(whole.to, '000001.dcm')), readFileSync(join(holed.to, '000001.dcm.partial'))];
  expect(some.length).toBe(all.length);
  const differing = all.filter((byte, i) => byte !== some[i]).length;
  expect(differing).toBeGreaterThan(500);
  expect(differing).toBeLessThanOrEqual(1460);
  expect(all.every((byte, i) => byte === some[i] || some[i] === 0)).toBe(true);
  expect(parsePart10(all).transferSyntax).toBe(explicitLittle);
});

it('files that are there stay, unless --force is said', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'whole.pcap'), pcap(largeFrames()));
  const [first] = await extract(folder, join(folder, 'whole.pcap'));
  const [again] = await extract(folder, join(folder, 'whole.pcap'));
  expect([first.status, again.status, again.stderr]).toEqual([0, 1, expect.stringContaining('is there already')]);
  const [forced] = await extract(folder, join(folder, 'whole.pcap'), '--force');
  expect([forced.status, forced.names]).toEqual([0, ['000001.dcm']]);
});

describe('what a sender may do', () => {
  const store = (more: object = {}) => {
    const command = commandSet({
      field: 0x0001,
      sopClass: ctStorage,
      instance: '1.2.3',
      messageId: 1,
      dataSet: true,
      ...more,
    });
    return pData([{ command: true, bytes: command }]);
  };

  function read(...parts: (Uint8Array | number)[]) {
    const said: string[] = [];
    const reader = new ObjectReader(limits, ({ sopInstance, transferSyntax, ordinal }) => {
      const name = Buffer.from(sopInstance).toString('latin1');
      said.push(`begin ${name} ${transferSyntax} ${ordinal}`);
      let bytes = 0;
      return {
        bytes: (_, start, end) => {
          bytes += end - start;
        },
        gap: (length) => said.push(`gap ${length}`),
        end: (whole) => said.push(`end ${bytes} ${whole}`),
      };
    });
    for (const part of parts) {
      if (typeof part === 'number') reader.gap(0, part);
      else for (let at = 0; at < part.length; at += 7) reader.data(0, part, at, Math.min(at + 7, part.length));
    }
    reader.close();
    return said;
  }

  const request = associateRq({ contexts: [{ id: 1, abstractSyntax: ctStorage, transferSyntaxes: [explicitLittle] }] });

  it('end in the middle of an object, or begin another', () => {
    const piece = pDataPieces({ bytes: counting(100) }, 40);
    const half = pData([{ bytes: counting(50), last: false }]);
    expect(read(request, store(), half)).toEqual(['begin 1.2.3 null 1', 'end 50 false']);
    expect(read(request, store(), half, store(), piece)).toEqual([
      'begin 1.2.3 null 1',
      'end 50 false',
      'begin 1.2.3 null 1',
      'end 100 true',
    ]);
    expect(read(request, store(), half, request, store(), piece)).toEqual([
      'begin 1.2.3 null 1',
      'end 50 false',
      'begin 1.2.3 null 2',
      'end 100 true',
    ]);
  });

  it('lose bytes within a value, which are known, and of a command, whose object is then none', () => {
    const data = pData([{ bytes: counting(100) }]);
    expect(read(request, store(), data.subarray(0, 50), 20, data.subarray(70))).toEqual([
      'begin 1.2.3 null 1',
      'gap 20',
      'end 80 false',
    ]);
    const command = store();
    expect(read(request, command.subarray(0, 40), 10, command.subarray(50), data)).toEqual([]);
  });

  it('store without a data set, and send commands that are none', () => {
    const data = pData([{ bytes: counting(100) }]);
    expect(read(request, store({ dataSet: false }), data)).toEqual([]);
    expect(read(request, pData([{ command: true, bytes: counting(60) }]), data)).toEqual([]);
  });

  it('agree on a transfer syntax', () => {
    const accept = associateAc({ contexts: [{ id: 1, result: 0, transferSyntax: explicitLittle }] });
    const said: (string | null)[] = [];
    const reader = new ObjectReader(limits, ({ transferSyntax }) => {
      said.push(transferSyntax);
      return null;
    });
    reader.data(0, request, 0, request.length);
    reader.data(1, accept, 0, accept.length);
    const one = store();
    reader.data(0, one, 0, one.length);
    expect(said).toEqual([explicitLittle]);
  });
});

it('nothing is kept of packets for objects alone: no capture is written', async () => {
  const capture = pcap(largeFrames());
  expect((await extracted(capture, [])).packets).toBe(0);
});

/** One C-STORE of 100,000 bytes, in segments of 1,460 bytes. */
function largeFrames(): Frame[] {
  const object = largeObject();
  const { dataSet: bytes } = parsePart10(object);
  const command = commandSet({
    field: 0x0001,
    sopClass: ctStorage,
    instance: '1.2.276.0.7230010.3.9.77',
    messageId: 1,
    dataSet: true,
  });
  return frames(
    conversation([
      client(associateRq({ contexts: [{ id: 1, abstractSyntax: ctStorage, transferSyntaxes: [explicitLittle] }] })),
      server(associateAc({ contexts: [{ id: 1, result: 0, transferSyntax: explicitLittle }] })),
      client(
        concat(pData([{ command: true, bytes: command }]), pDataPieces({ bytes: bytes.subarray(0, 100_000) }, 16_000)),
      ),
      fin('client'),
      fin('server'),
    ]),
  );
}
