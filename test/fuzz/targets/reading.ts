import { openCapture } from '../../../src/capture/open.ts';
import { limits } from '../../../src/model/limits.ts';
import { chunkedSource } from '../../support/chunks.ts';
import { promised, promisedSame } from '../target.ts';

interface Packets {
  /** A line for each packet: times, lengths, link type, a digest of its bytes. */
  readonly lines: string[];
  readonly error: string | null;
}

/**
 * What capture readers promise: the same packets however the input is cut, each within what was read; of an input that
 * ends early the packets before the end, and no others; work in proportion to the length.
 */
export async function checkReading(bytes: Uint8Array): Promise<string> {
  const whole = await read(bytes, bytes.length + 1);
  const chunk = [1, 3, 16, 61][bytes.length % 4];
  promisedSame(await read(bytes, chunk), whole, 'chunks of an input give what the whole gives');
  const cut = await read(bytes.subarray(0, bytes.length - (bytes.length >>> 2)), bytes.length);
  promisedSame(cut.lines, whole.lines.slice(0, cut.lines.length), 'a cut input gives no other packets');
  // What is no capture is shown in its reason.
  const error = whole.error?.replace(/(\d|starts with).*/, '') ?? '';
  return `${error} ${Math.min(8, whole.lines.length)}`;
}

async function read(bytes: Uint8Array, chunk: number): Promise<Packets> {
  const lines: string[] = [];
  const reader = await openCapture(chunkedSource(bytes, chunk));
  if (reader.format === null) return { lines, error: reader.reason };
  let captured = 0;
  for (let batch = await reader.next(); batch !== null; batch = await reader.next()) {
    promised(batch.count > 0, 'a batch holds packets');
    for (let i = 0; i < batch.count; i++) {
      const length = batch.captured[i];
      const start = batch.start[i];
      captured += length;
      promised(
        length <= limits.packetBytesMax && start + length <= batch.bytes.length,
        'a packet is within its memory',
      );
      promised(batch.original[i] >= length, 'no packet is captured longer than it was');
      promised(batch.nanos[i] < 1e9, 'nanoseconds are below a second');
      promised(batch.frame[i] > lines.length, 'frame numbers ascend');
      lines.push(
        `${batch.frame[i]} ${batch.seconds[i]} ${batch.nanos[i]} ${batch.original[i]} ${batch.linkType[i]} ` +
          Buffer.from(batch.bytes.buffer, batch.bytes.byteOffset + start, length).toString('latin1'),
      );
    }
  }
  promised(captured <= bytes.length, 'packets hold no more bytes than the input');
  promised(reader.bytesRead <= bytes.length, 'no more is read than there is');
  return { lines, error: reader.error };
}
