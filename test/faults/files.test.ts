// Proves B01 to B04 and, for files and pipes, B09 to B13: what a capture's form or its recorder's troubles leave is
// used and counted.
import { appendFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { FollowSource } from '../../src/capture/follow.ts';
import { concat, counting } from '../support/bytes.ts';
import { type Block, type Frame, pcap, pcapng, pcapngOf } from '../support/capture.ts';
import { conversation, frames } from '../support/conversation.ts';
import { ethernet, linkTypes, linuxCooked } from '../support/link.ts';
import { Program } from '../support/program.ts';
import { type Replayed, replay } from '../support/replay.ts';
import { merged } from '../support/segments.ts';
import { said, storing, withoutFrames } from '../support/sensing.ts';

/** Two associations at once, in whole seconds: times that every resolution can say. */
const wire = merged(
  conversation(storing, { stepMicros: 1e6 }),
  conversation([...said.open('OTHER'), ...said.release()], { client: { port: 50_100 }, stepMicros: 1e6 }),
);
const list = frames(wire);
const told = ({ associations, operations, exposures, findings, tcp, bugs }: Replayed, linkMacs = true) =>
  withoutFrames(
    JSON.parse(
      JSON.stringify({ associations, operations, exposures, findings, tcp, bugs }, (name, value) =>
        !linkMacs && /Mac$/.test(name) ? undefined : value,
      ),
    ),
  );
const whole = await replay(pcap(list));

it('the reference is whole', () => {
  expect(whole.associations.map(({ callingAe, complete }) => [callingAe, complete])).toEqual([
    ['MODALITY', true],
    ['OTHER', true],
  ]);
  expect(whole.losses).toEqual({});
});

describe('B01 pcap', () => {
  for (const order of ['little', 'big'] as const) {
    for (const resolution of ['micros', 'nanos'] as const) {
      it.each([65_535, 262_144, 0x7fffffff, 0xffffffff])(
        `${order}-endian, ${resolution}, snap length %i`,
        async (snapLength) => {
          expect(told(await replay(pcap(list, { order, resolution, snapLength })))).toEqual(told(whole));
        },
      );
    }
  }

  it('of a snap length that cuts: the rest of each packet is counted', async () => {
    const { losses, associations, tcp } = await replay(pcap(list, { snapLength: 120 }));
    const cut = list.reduce((sum, { bytes }) => sum + Math.max(0, bytes.length - 120), 0);
    expect(losses.truncated?.bytes).toBe(cut);
    expect(associations.every(({ incomplete }) => incomplete.includes('truncated'))).toBe(true);
    expect(tcp.map(({ clientBytes }) => clientBytes)).toEqual(whole.tcp.map(({ clientBytes }) => clientBytes));
  });
});

describe('B02 pcapng', () => {
  it.each([0, 3, 6, 7, 9, 0x80, 0x8a, 0x94, 0x9e])('units of resolution %i, both byte orders', async (resolution) => {
    for (const order of ['little', 'big'] as const) {
      expect(told(await replay(pcapngOf(list, { order, resolution })))).toEqual(told(whole));
    }
  });

  it('several sections and interfaces, with other blocks and options between', async () => {
    const noise: Block[] = [
      { block: 'unknown', type: 4, body: counting(20) },
      { block: 'unknown', type: 10, body: counting(40) },
      { block: 'unknown', type: 0x80000001, body: counting(8) },
      { block: 'unknown', type: 0xbad, body: concat(new Uint8Array(4), counting(12)) },
      { block: 'statistics' },
    ];
    const blocks: Block[] = [];
    for (const [i, frame] of list.entries()) {
      if (i % 12 === 0) {
        blocks.push({ block: 'section', order: i % 24 === 0 ? 'little' : 'big' });
        blocks.push(
          { block: 'interface', resolution: 9 },
          { block: 'interface', resolution: 0x94, offsetSeconds: 3600 },
        );
      }
      blocks.push(...noise, { block: 'enhanced', frame, interface: i % 2, comment: 'said by nobody' });
    }
    expect(told(await replay(pcapng(blocks)))).toEqual(told(whole));
  });

  it('interfaces of several link types', async () => {
    const cooked = frames(
      wire.map((one) => ({ ...one, path: { ...one.path, link: (packet: Uint8Array) => linuxCooked(packet) } })),
    );
    const blocks: Block[] = [
      { block: 'section' },
      { block: 'interface' },
      { block: 'interface', linkType: linkTypes.linuxCooked },
    ];
    for (const [i, frame] of list.entries())
      blocks.push({ block: 'enhanced', frame: i % 3 === 0 ? cooked[i] : frame, interface: i % 3 === 0 ? 1 : 0 });
    expect(told(await replay(pcapng(blocks)), false)).toEqual(told(whole, false));
  });

  it('simple packet blocks have no time: all is read', async () => {
    const simple = list.map((frame): Block => ({ block: 'simple', frame }));
    const { associations, losses } = await replay(pcapng([{ block: 'section' }, { block: 'interface' }, ...simple]));
    expect(associations.map(({ complete, outcome }) => [complete, outcome])).toEqual([
      [true, 'released'],
      [true, 'released'],
    ]);
    expect(losses).toEqual({});
  });
});

describe('B03 and B04 over the built program', () => {
  const program = new Program();
  afterAll(() => program.remove());
  const bytes = pcap(list);
  const records = 24;
  const run = async (name: string, file: Uint8Array) => {
    writeFileSync(program.at(name), file);
    return program.replay(`${name}.db`, [name]);
  };

  it.each<[string, (file: Uint8Array) => Uint8Array, RegExp]>([
    ['cut in a packet header', (file) => file.subarray(0, records + 16 + list[0].bytes.length + 7), /offset \d+/],
    ['cut in a packet', (file) => file.subarray(0, file.length - 3), /offset \d+/],
    ['of no bytes', () => new Uint8Array(0), /no bytes/],
  ])('B03 %s: exit status 3, the place, and what came before is used', async (name, cut, error) => {
    const { status, document } = await run(`${name.replaceAll(' ', '-')}.pcap`, cut(bytes));
    expect(status).toBe(3);
    expect(document.inputs[0]).toMatchObject({ complete: false, error: expect.stringMatching(error) });
    if (name === 'cut in a packet')
      expect(document.totals).toMatchObject({ packets: list.length - 1, associations: 2 });
  });

  it('B03 gzip under a .pcap name is read by its content', async () => {
    const { status, document } = await run('squeezed.pcap', gzipSync(bytes));
    expect([status, document.totals['associations']]).toEqual([0, 2]);
  });

  it('B03 captured lengths above the snap length and the original are read, to 262,144 and no further', async () => {
    const huge = (length: number): Frame => ({
      bytes: ethernet(counting(length - 14), { etherType: 0x88b5 }),
      seconds: 1_767_600_100,
      nanos: 0,
      original: 60,
    });
    const odd = (length: number) =>
      concat(
        pcap(list, { snapLength: 262_144 }).subarray(0, 16),
        Uint8Array.of(96, 0, 0, 0),
        bytes.subarray(20),
        pcap([huge(length)]).subarray(24),
      );
    const most = await run('most.pcap', odd(262_144));
    expect([most.status, most.document.totals['packets'], most.document.totals['associations']]).toEqual([
      0,
      list.length + 1,
      2,
    ]);
    const beyond = pcap([huge(262_144)]).subarray(24);
    new DataView(beyond.buffer, beyond.byteOffset).setUint32(8, 262_145, true);
    const more = await run('more.pcap', concat(bytes, beyond));
    expect(more.status).toBe(3);
    expect(more.document.inputs[0]).toMatchObject({
      error: expect.stringMatching(/262145 bytes.*limit is 262144.*offset/),
    });
    expect(more.document.totals).toMatchObject({ packets: list.length, associations: 2 });
  });

  it('B04 the writer of a FIFO dies in mid packet: what came before is used', async () => {
    writeFileSync(program.at('dies.pcap'), bytes);
    const line = `mkfifo pipe.pcap; (head -c ${bytes.length - 5} dies.pcap > pipe.pcap) & dicomtap replay pipe.pcap --db fifo.db --json`;
    const { status, stdout } = await program.shell(line);
    expect(status).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      totals: { packets: list.length - 1, associations: 2 },
      inputs: [{ complete: false }],
    });
  });

  it('B04 a file that grows while it is read, by any number of bytes', async () => {
    for (const sizes of [
      [1000, 1, 1500],
      [24, 7, 9],
      [3, 40, 1],
    ]) {
      const path = program.at('grows.pcap');
      writeFileSync(path, new Uint8Array(0));
      const borders = [...sizes.map((_, i) => sizes.slice(0, i + 1).reduce((a, b) => a + b)), bytes.length];
      const pieces = borders.map((to, i) => bytes.subarray(borders[i - 1] ?? 0, to));
      const source = new FollowSource(path, {
        stopped: () => pieces.length === 0,
        over: () => false,
        idle: () => appendFileSync(path, pieces.shift() ?? new Uint8Array(0)),
      });
      expect(told(await replay(source))).toEqual(told(whole));
    }
  });

  it('B09 what the recorder dropped is in the losses and named in the summary', async () => {
    const file = pcapng([
      { block: 'section' },
      { block: 'interface' },
      { block: 'interface' },
      ...list.map((frame): Block => ({ block: 'enhanced', frame })),
      { block: 'statistics', interfaceDropped: 3 },
      { block: 'statistics', interfaceDropped: 40, systemDropped: 2 },
      { block: 'statistics', interface: 1, systemDropped: 7 },
    ]);
    const { status, document } = await run('drops.pcapng', file);
    expect([status, document.losses['not-captured']]).toEqual([0, { packets: 49, bytes: 0 }]);
    expect(program.rows<{ losses: string }>('drops.pcapng.db', 'select losses from capture')).toEqual([
      { losses: expect.stringContaining('"not-captured":{"packets":49') },
    ]);
    const { stdout, stderr } = await program.run(['replay', 'drops.pcapng', '--db', 'again.db']);
    expect(stdout + stderr).toMatch(/49 packets dropped while recording/);
  });
});

describe('B04 input cut into reads', () => {
  const short = frames(conversation([...said.open(), ...said.release()]));

  it.each([
    ['pcap', pcap(short)],
    ['pcapng', pcapngOf(short)],
  ])('%s, at every offset: the same', async (_, bytes) => {
    const reference = told(await replay(bytes));
    for (let chunk = 1; chunk < 120; chunk++)
      expect(told(await replay(bytes, { chunk })), `chunks of ${chunk}`).toEqual(reference);
    for (let at = 120; at < bytes.length; at += 1) {
      expect(told(await replay(bytes, { chunk: at })), `cut at ${at}`).toEqual(reference);
    }
  });
});

/**
 * The part of live capture that a stream shows; that a health record says so, and a helper is restarted, is the live
 * part's.
 */
describe('a helper’s stream', () => {
  const section = (some: readonly Frame[], dropped?: number): Block[] => [
    { block: 'section' },
    { block: 'interface' },
    ...some.map((frame): Block => ({ block: 'enhanced', frame })),
    ...(dropped === undefined ? [] : [{ block: 'statistics', systemDropped: dropped } as const]),
  ];
  const parts = [list.slice(0, 9), list.slice(9, 20), list.slice(20)];

  it('B09 drops of every section are added up; live adds the kernel’s own counter while it runs', async () => {
    const { losses } = await replay(pcapng([...section(parts[0], 5), ...section(parts[1]), ...section(parts[2], 11)]));
    expect(losses['not-captured']).toEqual({ packets: 16, bytes: 0 });
  });

  it('B09 statistics that lie are no drops and no error', async () => {
    const broken: Block[] = [
      { block: 'statistics', interface: 9, systemDropped: 5 },
      { block: 'unknown', type: 5, body: counting(7) },
      { block: 'unknown', type: 5, body: concat(new Uint8Array(12), Uint8Array.of(7, 0, 255, 255)) },
      { block: 'statistics', systemDropped: 2 ** 60 },
    ];
    const read = await replay(pcapng([...section(list), ...broken]));
    expect([read.losses, read.error]).toEqual([{}, null]);
  });

  it('B10 an interface that goes and comes back goes on in a new section: the same records; live adds the gap to health', async () => {
    expect(told(await replay(pcapng(parts.flatMap((part) => section(part)))))).toEqual(told(whole));
  });

  it('B10 what passed meanwhile is missed, counted, and said of what it was in', async () => {
    const without = [...parts[0], ...parts[2]];
    const { losses, associations, bugs } = await replay(pcapng([...section(parts[0]), ...section(parts[2])]));
    expect(bugs).toEqual([]);
    expect(losses.missed?.bytes).toBeGreaterThan(0);
    expect(without.length).toBe(list.length - parts[1].length);
    expect(associations.every(({ complete }) => !complete)).toBe(true);
    expect(losses['before-sensor']?.bytes).toBe(losses.missed?.bytes);
  });

  it('B11 an interface that is gone ends the stream: connections are cut, and told so; live adds the alarm', async () => {
    const { associations, error } = await replay(pcapng(section(parts[0])));
    expect(error).toBeNull();
    expect(associations.map(({ outcome, outcomeDetail }) => [outcome, outcomeDetail])).toEqual([
      ['cut', 'the input ended'],
      ['cut', 'the input ended'],
    ]);
    expect(associations.every(({ incomplete }) => incomplete.includes('cut'))).toBe(true);
  });

  it('B12 a helper killed in mid block: what came before is used, the place is named; live adds the restart', async () => {
    const bytes = pcapng(section(list));
    for (let cut = 1; cut < 140; cut += 3) {
      const { totals, error, bugs } = await replay(bytes.subarray(0, bytes.length - cut));
      expect(bugs).toEqual([]);
      expect(totals.packets).toBeGreaterThanOrEqual(list.length - 2);
      if (totals.packets < list.length - 1 || cut % 60 !== 0)
        expect(error === null || /cut in a block.*offset \d+/.test(error)).toBe(true);
    }
  });

  it('B13 a consumer that stalls reads in bursts of any size: the same records; live adds the counter of the full pipe', async () => {
    const bytes = pcapng(section(list));
    for (const chunk of [1, 64, 4096, 65_536, 1 << 20])
      expect(told(await replay(bytes, { chunk }))).toEqual(told(whole));
  });
});
