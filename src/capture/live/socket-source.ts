import { connect, type Socket } from 'node:net';
import type { InputSource } from '../input-source.ts';

/** As much as a capture process hands over at once, and more. */
const heldBytesMax = 1 << 18;

/**
 * A Unix socket, read into the same memory again and again: as a stream each piece would be a buffer of its own, and to
 * be rid of them costs more than what comes is worth. While what was read is not used, nothing more is.
 */
export class SocketSource implements InputSource {
  consumed = 0;
  error: string | null = null;
  /** Why it failed: the system's code; null while it did not. */
  code: string | null = null;
  private readonly held = Buffer.allocUnsafeSlow(heldBytesMax);
  private readonly socket: Socket;
  /** What is held and was not used: from `from` to `to`. */
  private from = 0;
  private to = 0;
  private ended = false;
  private wake: () => void = nothing;

  constructor(path: string) {
    const onread = { buffer: this.held, callback: (count: number) => this.came(count) };
    this.socket = connect({ path, allowHalfOpen: true, onread });
    const end = (): void => {
      this.ended = true;
      this.wake();
    };
    this.socket.on('end', end);
    this.socket.on('close', end);
    this.socket.on('error', (error: NodeJS.ErrnoException) => {
      this.code = error.code ?? error.message;
      this.error = `cannot be read beyond byte ${this.consumed}: ${this.code}`;
      end();
    });
  }

  read(into: Uint8Array, at: number, length: number): number | Promise<number> {
    const count = this.take(into, at, length);
    return count > 0 || this.ended ? count : this.wait(into, at, length);
  }

  /** Tells the other side that we want to end: what it has still comes. */
  end(): void {
    this.socket.end();
  }

  close(): void {
    this.ended = true;
    this.socket.destroy();
    this.wake();
  }

  /** False: no more for now. */
  private came(count: number): boolean {
    this.from = 0;
    this.to = count;
    this.wake();
    return this.to === 0;
  }

  private wait(into: Uint8Array, at: number, length: number): Promise<number> {
    return new Promise((resolve) => {
      this.wake = () => {
        const count = this.take(into, at, length);
        if (count === 0 && !this.ended) return;
        this.wake = nothing;
        resolve(count);
      };
    });
  }

  private take(into: Uint8Array, at: number, length: number): number {
    const count = Math.min(length, this.to - this.from);
    if (count === 0) return 0;
    into.set(this.held.subarray(this.from, this.from + count), at);
    this.from += count;
    this.consumed += count;
    if (this.from === this.to) {
      this.from = 0;
      this.to = 0;
      this.socket.resume();
    }
    return count;
  }
}

function nothing(): void {}
