import type { Batch } from '../capture/batch.ts';
import { sectionHeader } from '../capture/live/pcapng-blocks.ts';
import { commentedFrame, frameBlockBytes, nanoInterface, writeFrame } from '../capture/nano-blocks.ts';

const bufferBytes = 1 << 20;

/** Packets of one or more connections as pcapng: bytes and times as they were captured. */
export class PacketFile {
  packets = 0;
  private readonly write: (bytes: Uint8Array) => void;
  private readonly comments: readonly string[];
  private readonly begun = new Set<number>();
  private readonly interfaces = new Map<number, number>();
  private readonly buffer = Buffer.allocUnsafeSlow(bufferBytes);
  private used = 0;

  /** `comments[index]` goes on the first packet of that connection. `write` must not keep the bytes. */
  constructor(application: string, comments: readonly string[], write: (bytes: Uint8Array) => void) {
    this.comments = comments;
    this.write = write;
    this.add(sectionHeader({ application }));
  }

  packet(batch: Batch, i: number, index: number): void {
    const id = this.interfaceOf(batch.linkType[i]);
    this.packets++;
    if (!this.begun.has(index)) {
      this.begun.add(index);
      this.add(commentedFrame(id, batch, i, this.comments[index]));
      return;
    }
    if (this.used + frameBlockBytes(batch, i) > bufferBytes) this.flush();
    this.used = writeFrame(this.buffer, this.used, id, batch, i);
  }

  flush(): void {
    if (this.used > 0) this.write(this.buffer.subarray(0, this.used));
    this.used = 0;
  }

  private interfaceOf(linkType: number): number {
    const known = this.interfaces.get(linkType);
    if (known !== undefined) return known;
    const id = this.interfaces.size;
    this.interfaces.set(linkType, id);
    this.add(nanoInterface(linkType, null));
    return id;
  }

  private add(block: Buffer): void {
    if (this.used + block.length > bufferBytes) this.flush();
    block.copy(this.buffer, this.used);
    this.used += block.length;
  }
}
