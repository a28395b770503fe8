import { createGunzip, type Gunzip } from 'node:zlib';
import type { InputSource } from './input-source.ts';

/** Compressed bytes given to zlib at once. Deflate grows by 1032 at most, so at most 66 MB wait to be read. */
const pieceBytes = 65_536;
/** Decompression goes on in its thread while less than this waits to be read. */
const aheadBytes = 1 << 20;

/**
 * gzip, RFC 1952: all members, one after the other. Of a cut or damaged stream everything before the damage is read.
 */
export class GunzipSource implements InputSource {
  error: string | null = null;
  private readonly source: InputSource;
  private readonly gunzip: Gunzip;
  private readonly piece = new Uint8Array(pieceBytes);
  private readonly waiting: Uint8Array[] = [];
  private waitingBytes = 0;
  private produced = 0;
  private ended = false;
  private closed = false;
  private failure: NodeJS.ErrnoException | null = null;
  /** The piece being decompressed. */
  private step: Promise<void> | null = null;

  constructor(source: InputSource) {
    this.source = source;
    this.gunzip = createGunzip({ chunkSize: 262_144 });
    this.gunzip.on('data', (chunk: Uint8Array) => {
      this.waiting.push(chunk);
      this.waitingBytes += chunk.length;
      this.produced += chunk.length;
    });
    this.gunzip.on('error', (error) => {
      this.failure = error;
    });
  }

  get consumed(): number {
    return this.source.consumed;
  }

  read(into: Uint8Array, at: number, length: number): number | Promise<number> {
    if (this.waitingBytes === 0) return this.ended ? 0 : this.wait(into, at, length);
    const count = this.take(into, at, length);
    if (this.waitingBytes < aheadBytes) this.ahead();
    return count;
  }

  close(): void {
    this.ended = true;
    this.closed = true;
    this.gunzip.close();
    this.source.close();
  }

  private async wait(into: Uint8Array, at: number, length: number): Promise<number> {
    while (this.waitingBytes === 0 && !this.ended) await this.ahead();
    return this.read(into, at, length);
  }

  private ahead(): Promise<void> {
    if (this.step === null && !this.ended)
      this.step = this.advance().finally(() => {
        this.step = null;
      });
    return this.step ?? Promise.resolve();
  }

  private async advance(): Promise<void> {
    const count = await this.source.read(this.piece, 0, this.piece.length);
    if (this.ended) return;
    await this.give(count);
    if (this.closed) return;
    if (this.failure !== null) this.error = this.source.error ?? this.sentence(this.failure);
    else if (count === 0) this.error = this.source.error;
    this.ended = this.failure !== null || count === 0;
  }

  /**
   * Resolves when zlib has taken a piece and given all that comes of it; no bytes are the end, whose last word is the
   * close.
   */
  private give(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.gunzip.once('close', resolve);
      if (count === 0) this.gunzip.end();
      else
        this.gunzip.write(this.piece.subarray(0, count), () => {
          this.gunzip.off('close', resolve);
          resolve();
        });
    });
  }

  private sentence(error: NodeJS.ErrnoException): string {
    const what = error.code === 'Z_BUF_ERROR' ? 'is cut' : 'is damaged';
    return `${what} in its gzip stream after ${this.produced} bytes of content`;
  }

  private take(into: Uint8Array, at: number, length: number): number {
    let count = 0;
    while (count < length && this.waiting.length > 0) {
      const chunk = this.waiting[0];
      const part = Math.min(chunk.length, length - count);
      into.set(chunk.subarray(0, part), at + count);
      if (part === chunk.length) this.waiting.shift();
      else this.waiting[0] = chunk.subarray(part);
      count += part;
    }
    this.waitingBytes -= count;
    return count;
  }
}
