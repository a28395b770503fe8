import { chmodSync, lstatSync, unlinkSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { CaptureKeeper } from './capture-keeper.ts';

/** Where a capture is handed over: a Unix socket of that path, or one that systemd listens on. */
export type Door = { readonly kind: 'path'; readonly path: string } | { readonly kind: 'systemd' };

/** The first descriptor that systemd passes, sd_listen_fds(3). */
const SD_LISTEN_FDS_START = 3;

/**
 * Captures, and hands over at the door, until `stop` is called. The
 * listening socket is its owner's and its group's; `listening` is called when it is there. Throws what listening
 * throws.
 */
export async function serveCapture(keeper: CaptureKeeper, door: Door, listening: () => void = () => {}): Promise<void> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    if (keeper.attach(socket)) return;
    socket.on('error', () => {});
    socket.destroy();
  });
  if (door.kind === 'path') await removeStale(door.path);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    if (door.kind === 'path') server.listen(door.path, resolve);
    else server.listen({ fd: SD_LISTEN_FDS_START }, resolve);
  });
  if (door.kind === 'path') chmodSync(door.path, 0o660);
  listening();
  await keeper.keep();
  server.close();
}

/**
 * A socket that a process before us left behind: nobody answers at it. Anything else is left for listening to fail at.
 */
async function removeStale(path: string): Promise<void> {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() !== true) return;
  const answered = await new Promise<boolean>((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
  if (!answered) unlinkSync(path);
}
