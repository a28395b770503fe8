import type { Duplex } from 'node:stream';

/** What the one who captures is told of the one who reads. */
export interface HandoverListener {
  /** One came: what the blocks that follow refer to must be written first. */
  attached(): void;
  /** It went, or died: nothing can be written until one comes. */
  detached(): void;
  /** It asks for what was received until now, and wants no more after that. */
  asked(): void;
  /** It cannot take more; it can again. */
  full(): void;
  ready(): void;
}

/**
 * The reading side of a capture as seen from the capturing one: one stream at a time. Whole blocks are written to it;
 * its reader closes its own direction to say that it wants to end.
 */
export class Handover {
  private readonly listener: HandoverListener;
  private stream: Duplex | null = null;
  private finishing = false;

  constructor(listener: HandoverListener) {
    this.listener = listener;
  }

  get attached(): boolean {
    return this.stream !== null;
  }

  /** Takes a reader; false when there is one already. The stream must allow to be half open. */
  attach(stream: Duplex): boolean {
    if (this.stream !== null) return false;
    this.stream = stream;
    const gone = (): void => {
      if (this.stream !== stream) return;
      this.stream = null;
      this.finishing = false;
      stream.destroy();
      this.listener.detached();
    };
    stream.on('error', gone);
    stream.on('close', gone);
    stream.on('end', () => this.stream === stream && this.listener.asked());
    stream.on('drain', () => this.stream === stream && !this.finishing && this.listener.ready());
    stream.resume();
    this.listener.attached();
    return true;
  }

  /** Whole blocks; lost when nobody reads. `done`: their memory is not needed any more. */
  write(blocks: Buffer, done: () => void = nothing): void {
    if (this.stream === null || this.finishing) done();
    else if (!this.stream.write(blocks, () => done())) this.listener.full();
  }

  /** No more comes for this reader; resolves when it has all, or is gone. */
  finish(): Promise<void> {
    const { stream } = this;
    if (stream === null) return Promise.resolve();
    this.finishing = true;
    return new Promise((resolve) => {
      stream.once('close', () => resolve());
      stream.end(() => stream.destroy());
    });
  }
}

function nothing(): void {}
