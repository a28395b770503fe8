// Proves that a Unix socket is read whole and in order into memory that is used again, no further than what is asked
// for, and that its end and its failures are told.
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { SocketSource } from '../../../src/capture/live/socket-source.ts';
import { counting } from '../../support/bytes.ts';
import { temporaryFolder } from '../../support/stores.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Who connects is served so. */
async function serve(serving: (socket: Socket) => void): Promise<string> {
  const path = join(temporaryFolder(), 's');
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    serving(socket);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return path;
}

async function rest(source: SocketSource, into: Uint8Array, most: number): Promise<number> {
  let at = 0;
  for (;;) {
    const count = await source.read(into, at, Math.min(most, into.length - at));
    if (count === 0) return at;
    at += count;
  }
}

it.each([1000, 65_536, 1 << 20])('reads all that comes, at most %d bytes at once', async (most) => {
  const sent = counting(3_000_000);
  const path = await serve((socket) => socket.end(sent));
  const source = new SocketSource(path);
  const into = new Uint8Array(3_100_000);
  expect(await rest(source, into, most)).toBe(sent.length);
  expect(Buffer.compare(into.subarray(0, sent.length), sent)).toBe(0);
  expect([source.consumed, source.error]).toEqual([sent.length, null]);
  source.close();
});

it('who does not read holds up who writes', async () => {
  let waiting: Socket | null = null;
  const path = await serve((socket) => {
    waiting = socket;
    socket.end(counting(5_000_000));
  });
  const source = new SocketSource(path);
  await expect.poll(() => waiting?.writableLength ?? 0, { timeout: 120_000 }).toBeGreaterThan(0);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect((waiting as Socket | null)?.writableLength).toBeGreaterThan(0);
  expect(await rest(source, new Uint8Array(5_000_001), 1 << 20)).toBe(5_000_000);
  source.close();
});

it('asks for the end, and reads what comes until then', async () => {
  const path = await serve((socket) => socket.on('end', () => socket.end('bye')).resume());
  const source = new SocketSource(path);
  const into = new Uint8Array(10);
  const read = source.read(into, 0, 10);
  source.end();
  expect(await read).toBe(3);
  expect(await source.read(into, 3, 7)).toBe(0);
  source.close();
});

it('a reader that waits is told when it is closed', async () => {
  const source = new SocketSource(await serve(() => {}));
  const read = source.read(new Uint8Array(10), 0, 10);
  source.close();
  expect(await read).toBe(0);
});

it('says why it cannot be read', async () => {
  const source = new SocketSource(join(temporaryFolder(), 'none'));
  expect(await source.read(new Uint8Array(10), 0, 10)).toBe(0);
  expect([source.code, source.error]).toEqual(['ENOENT', 'cannot be read beyond byte 0: ENOENT']);
});
