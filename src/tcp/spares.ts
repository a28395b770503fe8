/** Room for the payload of a full segment over Ethernet, and the least for which it is not too large. */
const roomBytes = 1536;
const bytesMin = 1024;
/** Kept for the next time, 3 MB: what comes early comes in swarms. */
const keptMax = 2048;

/**
 * Copies of payloads, most of them full segments: these lie in memory that is used again and again, for making and
 * collecting it takes ten times as long as copying.
 */
export class Spares {
  private readonly free: Uint8Array[] = [];

  /** A copy of bytes `from` to `to`; it may be longer than they are. */
  copy(bytes: Uint8Array, from: number, to: number): Uint8Array {
    const length = to - from;
    if (length < bytesMin || length > roomBytes) return bytes.slice(from, to);
    const room = this.free.pop() ?? new Uint8Array(roomBytes);
    room.set(bytes.subarray(from, to));
    return room;
  }

  /** Nobody reads this copy any more. */
  giveBack(copy: Uint8Array): void {
    if (copy.length === roomBytes && this.free.length < keptMax) this.free.push(copy);
  }
}
