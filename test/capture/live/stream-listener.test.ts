// Proves that a capture is kept up whatever happens to its engine, its process or its connection, and that each packet
// is handed over or counted.
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { serveCapture } from '../../../src/capture/live/capture-door.ts';
import { CaptureKeeper, type KeeperSurroundings } from '../../../src/capture/live/capture-keeper.ts';
import { listenAtSocket } from '../../../src/capture/live/stream-listener.ts';
import { until } from '../../support/live.ts';
import { runs } from '../../support/live-program.ts';
import { FakeEngines, options, type Pretended, there } from './fake-engine.ts';
import { kindsOf, listen, packetsOf } from './listening.ts';

const fakes = new FakeEngines();
const keepers: CaptureKeeper[] = [];
let sockets = 0;
let path = '';

afterEach(async () => {
  await Promise.all(keepers.splice(0).map((keeper) => keeper.stop()));
});
afterAll(() => fakes.remove());

/** A capture process with pretended engines, in this process, at a socket of its own. */
function serve(pretended: readonly Pretended[], changes: Partial<KeeperSurroundings> = {}): void {
  path = join(fakes.folder, `${++sockets}.sock`);
  serveAt(path, pretended, changes);
}

function serveAt(at: string, pretended: readonly Pretended[], changes: Partial<KeeperSurroundings> = {}) {
  const keeper = new CaptureKeeper(options, fakes.around(pretended, changes));
  keepers.push(keeper);
  return { keeper, served: serveCapture(keeper, { kind: 'path', path: at }) };
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

it('hands over all packets, and ends in good order', async () => {
  serve([{ packets: 5000 }]);
  const source = listenAtSocket('eth7', path);
  const heard = await listen(source, (so) => packetsOf(so).length === 5000);
  expect(packetsOf(heard)).toEqual(upTo(5000));
  expect(kindsOf(heard)).toEqual(['began', 'ended']);
  expect(heard[0]).toEqual({ kind: 'began', start: 1, engine: 'tcpdump', missed: null });
  expect(source.status).toMatchObject({
    ...{ name: 'eth7', engine: 'socket', state: 'stopped', why: null, packets: 5000, bytes: 300_000 },
    ...{ received: 5000, drops: {}, starts: 1 },
  });
});

it('what the kernel dropped is told while the capture runs', async () => {
  serve([{ packets: 100, dropped: 7 }]);
  const source = listenAtSocket('eth7', path);
  const heard = await listen(source, (so) => so.some(({ kind }) => kind === 'dropped'));
  expect(heard).toContainEqual({ kind: 'dropped', place: 'kernel', packets: 7 });
  expect(source.status).toMatchObject({ packets: 100, received: 107, drops: { kernel: 7 } });
});

it('B12 an engine that dies is begun again: one end, one beginning, what it took along is counted', async () => {
  serve([{ packets: 10, kept: 3, endsMs: 300, says: 'tcpdump: pcap_loop: The interface went down' }, { packets: 20 }]);
  const source = listenAtSocket('eth7', path);
  const heard = await listen(source, (so) => packetsOf(so).length === 30);
  expect(packetsOf(heard)).toEqual([...upTo(10), ...upTo(20)]);
  expect(kindsOf(heard)).toEqual(['began', 'dropped', 'ended', 'began', 'ended']);
  expect(heard).toContainEqual({ kind: 'dropped', place: 'helper', packets: 3 });
  expect(heard).toContainEqual({
    kind: 'ended',
    why: 'tcpdump ended with status 1: tcpdump: pcap_loop: The interface went down',
  });
  expect(heard).toContainEqual({ kind: 'began', start: 2, engine: 'tcpdump', missed: 0 });
  expect(source.status).toMatchObject({ packets: 30, received: 33, drops: { helper: 3 }, starts: 2 });
});

it('an engine that fails at once is waited for; why is known, and nothing began', async () => {
  const why = 'tcpdump ended with status 1: tcpdump: eth7: no\\\\x07rights';
  const known = (): boolean => source.status.why === why;
  const fails = { fails: true, says: 'tcpdump: eth7: no\u0007rights' };
  serve([], { choose: () => fakes.engine(known() ? { packets: 1 } : fails) });
  const source = listenAtSocket('eth7', path);
  expect(source.status).toMatchObject({ state: 'waiting', starts: 0 });
  const heard = await listen(source, (so) => packetsOf(so).length === 1);
  expect(kindsOf(heard)).toEqual(['began', 'ended']);
});

it('who waits when it is stopped keeps why', async () => {
  serve([{ packets: 1 }], { interfaceState: () => null, interfaceOfIndex: () => null });
  const source = listenAtSocket('eth7', path);
  const watch = setInterval(() => {
    if (source.status.why === 'there is no interface eth7') source.stop();
  }, 10);
  await listen(source, () => false);
  clearInterval(watch);
  expect(source.status).toMatchObject({ state: 'stopped', why: 'there is no interface eth7', starts: 0 });
});

it('what writes no capture is no engine', async () => {
  serve([{ writes: 'PK this is no capture at all' }, { packets: 1 }]);
  const heard = await listen(listenAtSocket('eth7', path), (so) => packetsOf(so).length === 1);
  expect(kindsOf(heard)).toEqual(['began', 'ended']);
});

it('B10 B11 an interface that is down or gone is waited for; what it counted meanwhile is told', async () => {
  let state: typeof there | null = { ...there, up: false };
  serve([{ packets: 1 }, { packets: 2 }], { interfaceState: () => state, interfaceOfIndex: () => state });
  const source = listenAtSocket('eth7', path);
  const reasons: (string | null)[] = [];
  const watch = setInterval(() => {
    reasons.push(source.status.why);
    if (source.status.why === 'eth7 is down') state = { ...there, received: 1000 };
    if (source.status.starts === 1 && source.status.packets === 1) state = null;
    if (source.status.why === 'there is no interface eth7') state = { ...there, received: 1234 };
  }, 10);
  const heard = await listen(source, (so) => packetsOf(so).length === 3);
  clearInterval(watch);
  expect(kindsOf(heard)).toEqual(['began', 'ended', 'began', 'ended']);
  expect(heard).toContainEqual({ kind: 'ended', why: 'eth7 is gone' });
  expect(reasons).toContain('there is no interface eth7');
  expect(source.status.starts).toBe(2);
});

it('another interface of the same name is captured instead', async () => {
  let index = 7;
  serve([{ packets: 1 }, { packets: 1 }], { interfaceState: () => ({ ...there, index, received: 50 }) });
  const source = listenAtSocket('eth7', path);
  const heard = await listen(source, (so) => {
    if (packetsOf(so).length === 1) index = 8;
    return packetsOf(so).length === 2;
  });
  expect(heard).toContainEqual({ kind: 'ended', why: 'eth7 is another interface now' });
  expect(heard).toContainEqual({ kind: 'began', start: 2, engine: 'tcpdump', missed: 50 });
});

it('B13 while its reader stands still nothing is lost', async () => {
  serve([{ packets: 20_000, packetBytes: 1000 }]);
  const source = listenAtSocket('eth7', path);
  let stood = false;
  const heard = await listen(source, () => {
    if (source.status.packets > 1000 && !stood) {
      stood = true;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
    }
    return source.status.packets === 20_000;
  });
  expect(packetsOf(heard)).toEqual(upTo(20_000));
  expect(source.status.drops).toEqual({});
});

it('a reader that comes back gets what came meanwhile', async () => {
  serve([{ packets: 10, everyMs: 5 }]);
  const first = await listen(listenAtSocket('eth7', path), (so) => packetsOf(so).length >= 20);
  const second = listenAtSocket('eth7', path);
  const then = await listen(second, (so) => packetsOf(so).length >= 20);
  const numbers = [...packetsOf(first), ...packetsOf(then)];
  expect(numbers).toEqual(upTo(numbers.length));
  expect(second.status.received).toBe(second.status.packets);
});

it('without a reader an engine ends after a while', async () => {
  const named = join(fakes.folder, 'the first');
  serve([{ packets: 10, named }, { packets: 20 }], { lingerMs: 30 });
  await listen(listenAtSocket('eth7', path), (so) => packetsOf(so).length === 10);
  await until(() => !runs(Number(readFileSync(named, 'utf8'))), 'the end of the first');
  const heard = await listen(listenAtSocket('eth7', path), (so) => packetsOf(so).length === 20);
  expect(packetsOf(heard)).toEqual(upTo(20));
});

it('a second reader is turned away', async () => {
  serve([{ packets: 10, everyMs: 20 }]);
  const source = listenAtSocket('eth7', path);
  let turnedAway: Promise<void> | null = null;
  const heard = await listen(source, (so) => {
    if (so.length > 0)
      turnedAway ??= new Promise((resolve) =>
        connect(path)
          .once('close', () => resolve())
          .resume(),
      );
    return packetsOf(so).length >= 30;
  });
  await turnedAway;
  expect(kindsOf(heard)).toEqual(['began', 'ended']);
});

it('a capture process that is not there, or goes, is come back to', async () => {
  path = join(fakes.folder, `${++sockets}.sock`);
  const source = listenAtSocket('eth7', path);
  let serving: ReturnType<typeof serveAt> | null = null;
  const reasons = new Set<string | null>();
  const watch = setInterval(() => {
    reasons.add(source.status.why);
    if (reasons.has('the capture process has not made its socket')) {
      serving ??= serveAt(path, [{ packets: 10, everyMs: 10 }]);
    }
  }, 10);
  let left = false;
  const heard = await listen(source, (so) => {
    if (packetsOf(so).length > 10 && !left) {
      left = true;
      void serving?.keeper.stop();
      void serving?.served.then(() => serveAt(path, [{ packets: 5000 }]));
    }
    return packetsOf(so).length > 5000;
  });
  clearInterval(watch);
  expect(kindsOf(heard)).toEqual(['began', 'ended', 'began', 'ended']);
  expect(heard).toContainEqual({ kind: 'ended', why: 'asked to' });
  expect(source.status.received).toBe(source.status.packets);
});
