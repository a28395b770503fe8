// Proves on real interfaces, in network namespaces, that all that comes is captured by each engine and nothing is ever
// sent, and that captures survive what happens to interfaces and engines.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LiveEvent, LiveSource } from '../../../src/capture/live/live-source.ts';
import { until } from '../../support/live.ts';
import { cable, Host, networksFound } from '../../support/network.ts';
import { kindsOf, listen, packetsOf } from './listening.ts';
import { cli, numbered, Wire } from './wire.ts';

const folder = mkdtempSync(join(tmpdir(), 'dicomtap-wire-'));
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

if (networksFound) describe('on a wire', onAWire);

function onAWire(): void {
  let wire: Wire;
  const open: LiveSource[] = [];

  beforeEach(() => {
    wire = new Wire();
  });
  afterEach(async () => {
    for (const source of open.splice(0)) {
      source.stop();
      while ((await source.next()) !== null);
    }
    wire.remove();
  });

  /** Listens, and has begun. */
  async function begun(...asked: Parameters<Wire['listen']>): Promise<LiveSource> {
    const source = wire.listen(...asked);
    open.push(source);
    expect(await source.next()).toMatchObject({ kind: 'began' });
    return source;
  }

  it.each(['tcpdump', 'dumpcap'] as const)('%s: all packets come, none is sent', async (engine) => {
    const file = numbered(folder, 2000);
    const sent = join(folder, `${engine}-sent.pcap`);
    const sniffer = wire.player.start('tcpdump', '-i', 'out', '-Q', 'in', '-U', '-Z', 'root', '-w', sent);
    let said = '';
    sniffer.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    await until(() => said.includes('listening on out'), 'who would see what is sent');
    const source = await begun({ engine });
    wire.play(file, '--topspeed');
    const heard = await listen(source, (so) => packetsOf(so).length === 2000);
    expect(packetsOf(heard)).toEqual(upTo(2000));
    expect(source.status).toMatchObject({ engine, packets: 2000, received: 2000, drops: {} });
    expect(wire.sent()).toBe(0);
    sniffer.kill('SIGINT');
    await once(sniffer, 'close');
    // A file header, and nothing after it.
    expect(statSync(sent).size).toBe(24);
  });

  it('what came before the end was asked for comes out, though its block in the ring is not full', async () => {
    const source = await begun();
    wire.play(numbered(folder, 20), '--topspeed');
    source.stop();
    const heard = await listen(source, () => false);
    expect(packetsOf(heard)).toEqual(upTo(20));
    expect(source.status.received).toBe(20);
  });

  it.each([
    ['tcpdump', 1500],
    ['dumpcap', 1000],
  ] as const)('%s: packets that come now and then are here within %d ms', async (engine, msMax) => {
    const file = numbered(folder, 1);
    const source = await begun({ engine });
    // Each comes though no other comes after it. On a busy machine some are late for want of a processor, but not all.
    for (let quick = 0; quick < 4; ) {
      wire.play(file);
      const { seconds, nanos } = (await nextPackets(source)).batch;
      if (Date.now() - (seconds[0] * 1000 + nanos[0] / 1e6) < msMax) quick++;
    }
  });

  it('snap length and filter', async () => {
    const source = await begun({ snapLength: 100, filter: 'ether proto 0x88b6' });
    wire.play(numbered(folder, 10, 1400));
    const { batch } = await nextPackets(source);
    expect([batch.captured[0], batch.original[0]]).toEqual([100, 1400]);
    let packets = batch.count;
    while (packets < 5) packets += (await nextPackets(source)).batch.count;
    // What the engine counted is known for sure at the end.
    await listen(source, () => true);
    expect(source.status).toMatchObject({ packets: 5, received: 5, bytes: 7000 });
  });

  it('several interfaces, and all of them as one', async () => {
    const other = new Host();
    try {
      cable(other, 'out', wire.sensor, 'tap2');
      const sources = [await begun(), await begun({ interface: 'tap2' }), await begun({ interface: 'any' })];
      wire.play(numbered(folder, 10));
      other.run('tcpreplay', '-q', '-i', 'out', numbered(folder, 5));
      const heard = await Promise.all(
        [10, 5, 15].map((count, i) => listen(sources[i], (so) => packetsOf(so).length === count)),
      );
      expect(heard.map((one) => packetsOf(one).length)).toEqual([10, 5, 15]);
    } finally {
      other.remove();
    }
  });

  it('B09 what a full ring lost is counted exactly', async () => {
    const count = 30_000;
    const source = await begun({ bufferMiB: 1 });
    // Nobody reads meanwhile.
    wire.play(numbered(folder, count, 1400), '--topspeed');
    const heard = await listen(source, () => (source.status.received ?? 0) >= count && settled(source) >= count);
    const { packets, received, drops } = source.status;
    expect(received).toBe(count);
    expect(drops['kernel']).toBeGreaterThan(0);
    expect(packets + drops['kernel']).toBe(count);
    expect(packetsOf(heard).length).toBe(packets);
  });

  it('B10 an interface that goes down and comes up is captured again', async () => {
    const source = await begun();
    setTimeout(() => wire.sensor.ip('link', 'set', 'tap', 'down'), 100);
    const heard = await listen(source, (so) => {
      if (so.length === 1 && so[0].kind === 'ended') setTimeout(() => wire.sensor.ip('link', 'set', 'tap', 'up'), 500);
      if (so.length === 2) setTimeout(() => wire.play(numbered(folder, 20)), 100);
      return packetsOf(so).length === 20;
    });
    expect(kindsOf(heard)).toEqual(['ended', 'began', 'ended']);
    expect(heard[0]).toMatchObject({ why: expect.stringContaining('down') });
  });

  it('B11 an interface that goes and comes back is captured again', async () => {
    const source = await begun();
    const missed = until(() => source.status.why === 'there is no interface tap', 'that it is missed').then(() =>
      cable(wire.player, 'out', wire.sensor, 'tap'),
    );
    setTimeout(() => wire.sensor.ip('link', 'del', 'tap'), 100);
    const heard = await listen(source, (so) => {
      if (so.length === 2) setTimeout(() => wire.play(numbered(folder, 20)), 100);
      return packetsOf(so).length === 20;
    });
    await missed;
    expect(kindsOf(heard)).toEqual(['ended', 'began', 'ended']);
  });

  it('an interface that gets another name is the same one', async () => {
    const source = await begun();
    wire.sensor.ip('link', 'set', 'tap', 'down');
    wire.sensor.ip('link', 'set', 'tap', 'name', 'mirror');
    wire.sensor.ip('link', 'set', 'mirror', 'up');
    const heard = await listen(source, (so) => {
      if (so.length === 2) setTimeout(() => wire.play(numbered(folder, 20)), 100);
      return packetsOf(so).length === 20;
    });
    expect(kindsOf(heard)).toEqual(['ended', 'began', 'ended']);
  });

  it('B12 a killed engine and a killed capture process are replaced', async () => {
    // One of a test before may still be ending.
    const others = childrenOf(process.pid);
    const source = await begun();
    const [keeper] = childrenOf(process.pid).filter((pid) => !others.includes(pid));
    const [process1] = childrenOf(keeper);
    const [engine] = childrenOf(process1);
    setTimeout(() => process.kill(engine, 'SIGKILL'), 100);
    const heard = await listen(source, (so) => {
      if (so.length === 2) setTimeout(() => process.kill(process1, 'SIGKILL'), 100);
      if (so.length === 4) setTimeout(() => wire.play(numbered(folder, 20)), 100);
      return packetsOf(so).length === 20;
    });
    expect(kindsOf(heard)).toEqual(['ended', 'began', 'ended', 'began', 'ended']);
    expect(heard[0]).toEqual({ kind: 'ended', why: 'tcpdump was ended by SIGKILL' });
    expect(heard[2]).toEqual({ kind: 'ended', why: 'the capture process was ended by SIGKILL' });
  });

  it('B13 three seconds without a reader at 400 Mbit/s: nothing is lost', async () => {
    const count = 50_000;
    const file = numbered(folder, 10_000, 1400);
    const source = await begun({ bufferMiB: 256 });
    const played = wire.player.start('tcpreplay', '-q', '-i', 'out', '--mbps=400', '-l', '5', '-K', file);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    await listen(source, () => source.status.packets === count);
    expect(source.status).toMatchObject({ packets: count, received: count, drops: {} });
    played.kill();
  });

  it('the command says what it cannot do', () => {
    const said = (...words: string[]): string => {
      try {
        return execFileSync(cli[0], [cli[1], 'capture', ...words], { encoding: 'utf8', stdio: 'pipe' });
      } catch (error) {
        return String((error as { stderr: unknown }).stderr);
      }
    };
    expect(said()).toContain('--interface needs the name of an interface');
    expect(said('-i', 'tap')).toContain('--socket needs a path');
    expect(said('-i', 'tap', '--socket', 'x', '--buffer', '0')).toContain('--buffer must be a number from 1 to 2047');
    expect(said('-i', 'tap', '--socket', join(folder, 'none/x'))).toContain('the socket cannot be listened at');
  });

  function settled(source: LiveSource): number {
    const { packets, drops } = source.status;
    return packets + (drops['kernel'] ?? 0);
  }
}

async function nextPackets(source: LiveSource): Promise<Extract<LiveEvent, { kind: 'packets' }>> {
  for (;;) {
    const event = await source.next();
    if (event?.kind === 'packets') return event;
  }
}

/** Processes whose parent is this one: `ip netns exec` becomes what it starts. */
function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ').filter(Boolean).map(Number);
}
