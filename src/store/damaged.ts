import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Moves a damaged database away, with its companions, as FILE.damaged-TIME; returns that name. Of several such the last
 * three stay. Nobody of this process may have it open. Throws errors of the file system.
 */
export function moveAway(path: string, now: Date): string {
  const time = now
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(/[-:]/g, '');
  let to = `${path}.damaged-${time}`;
  for (let n = 2; existsSync(to); n++) to = `${path}.damaged-${time}-${n}`;
  // The log first: what of it was not in the database yet must never go into the new one.
  for (const suffix of ['-wal', '-shm', '']) {
    if (existsSync(`${path}${suffix}`)) renameSync(`${path}${suffix}`, `${to}${suffix}`);
  }
  removeOldest(path);
  return to;
}

/**
 * Whether a file whose first bytes say nothing may be a store whose first page was lost: whole pages of ours, and at
 * least two. What else is named by mistake is left where it is.
 */
export function mayBeStore(path: string): boolean {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return size >= 2 * PAGE_BYTES && size % PAGE_BYTES === 0;
}

const PAGE_BYTES = 8192;
const KEPT = 3;

function removeOldest(path: string): void {
  const folder = dirname(path);
  const begin = `${basename(path)}.damaged-`;
  const moved = readdirSync(folder).filter((name) => name.startsWith(begin) && !/-(wal|shm)$/.test(name));
  for (const name of moved.sort().slice(0, -KEPT)) {
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(folder, `${name}${suffix}`), { force: true });
  }
}
