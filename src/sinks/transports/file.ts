import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { FileSink } from '../settings.ts';
import type { Outgoing, Refusal, Transport } from './transport.ts';

/**
 * A message a line in a file. Safe for agents that tail it: only whole lines are ever added, and a file that is full or
 * old is renamed, whole, before a new one (another inode) takes its name. Confirmed once the disk has it.
 */
export class LogFile implements Transport {
  readonly kind = 'file';
  readonly target: string;
  readonly confirms = 'the disk has it';
  readonly settleMessages = 500;
  readonly settleMs = 0;
  readonly #sink: FileSink;
  readonly #now: () => number;
  #file: FileHandle | null = null;
  #bytes = 0;
  #begunMs = 0;

  constructor(sink: FileSink, now: () => number = Date.now) {
    this.#sink = sink;
    this.#now = now;
    this.target = sink.path;
  }

  async open(): Promise<void> {
    await mkdir(dirname(this.#sink.path), { recursive: true, mode: 0o750 });
    const { O_RDWR, O_APPEND, O_CREAT } = constants;
    const file = await open(this.#sink.path, O_RDWR | O_APPEND | O_CREAT, 0o640);
    this.#file = file;
    const { size, birthtimeMs, mtimeMs } = await file.stat();
    // A line that a crash cut was not confirmed: it comes again.
    this.#bytes = await wholeLines(file, size);
    if (this.#bytes < size) await file.truncate(this.#bytes);
    this.#begunMs = size === 0 ? this.#now() : Math.min(birthtimeMs || mtimeMs, this.#now());
    // The name itself is to survive a power cut.
    await synced(dirname(this.#sink.path));
  }

  async send(messages: readonly Outgoing[]): Promise<void> {
    await this.#rotateWhenDue();
    const bytes = Buffer.from(messages.map(({ text }) => `${text}\n`).join(''), 'utf8');
    for (let at = 0; at < bytes.length; ) {
      const { bytesWritten } = await this.#file!.write(bytes, at);
      at += bytesWritten;
    }
    this.#bytes += bytes.length;
  }

  async settle(): Promise<readonly Refusal[]> {
    await this.#file!.datasync();
    return [];
  }

  close(): void {
    this.#file?.close().catch(() => {});
    this.#file = null;
  }

  /** The file may have been renamed by logrotate: go on in one of the same name. */
  async reopen(): Promise<void> {
    await this.#file?.datasync();
    await this.#file?.close();
    this.#file = null;
    await this.open();
  }

  async #rotateWhenDue(): Promise<void> {
    const { path, rotateBytes, rotateHours } = this.#sink;
    const large = rotateBytes > 0 && this.#bytes >= rotateBytes;
    const old = rotateHours > 0 && this.#now() - this.#begunMs >= rotateHours * 3_600_000;
    if (this.#bytes === 0 || (!large && !old)) return;
    await this.#file!.datasync();
    // Somebody else may have put another file there.
    const [here, named] = [await this.#file!.stat(), await stat(path).catch(() => null)];
    if (named !== null && named.ino === here.ino) await rename(path, await this.#aside());
    await this.reopen();
    await this.#forget();
  }

  /** A name for the file put aside: with the time, so that names sort as they came. */
  async #aside(): Promise<string> {
    const stamp = new Date(this.#now()).toISOString().replaceAll(/[-:]|\.\d+/g, '');
    for (let n = 0; ; n++) {
      const name = `${this.#sink.path}.${stamp}${n === 0 ? '' : `-${String(n).padStart(4, '0')}`}`;
      if ((await stat(name).catch(() => null)) === null) return name;
    }
  }

  async #forget(): Promise<void> {
    const { path, keep } = this.#sink;
    const begin = `${basename(path)}.`;
    const names = (await readdir(dirname(path))).filter(
      (name) => name.startsWith(begin) && ASIDE.test(name.slice(begin.length)),
    );
    for (const name of names.sort().slice(0, Math.max(0, names.length - keep))) {
      await unlink(join(dirname(path), name)).catch(() => {});
    }
  }
}

const ASIDE = /^\d{8}T\d{6}Z(-\d{4})?$/;

/** Bytes up to the end of the last whole line. */
async function wholeLines(file: FileHandle, size: number): Promise<number> {
  const block = Buffer.alloc(64 * 1024);
  for (let end = size; end > 0; ) {
    const begin = Math.max(0, end - block.length);
    const { bytesRead } = await file.read(block, 0, end - begin, begin);
    const at = block.subarray(0, bytesRead).lastIndexOf(0x0a);
    if (at >= 0) return begin + at + 1;
    end = begin;
  }
  return 0;
}

async function synced(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch {
    // Not every file system can.
  } finally {
    await handle.close();
  }
}
