import { type NotACapture, openCapture } from '../../src/capture/open.ts';
import type { CaptureReader } from '../../src/capture/reader.ts';
import type { ByteSource } from '../../src/capture/source.ts';
import { chunkedSource } from '../support/chunks.ts';

/** A packet as a reader gave it, its bytes as hexadecimal digits. */
export interface Read {
  readonly frame: number;
  readonly seconds: number;
  readonly nanos: number;
  readonly original: number;
  readonly linkType: number;
  readonly bytes: string;
}

export interface Reading {
  readonly format: string;
  readonly packets: Read[];
  readonly error: string | null;
  readonly bytesRead: number;
}

/** Every packet of a capture, and the error at its end. */
export async function readAll(source: ByteSource): Promise<Reading> {
  const reader = await opened(source);
  const packets: Read[] = [];
  for (let batch = await reader.next(); batch !== null; batch = await reader.next()) {
    if (batch.count === 0) throw new Error('an empty batch');
    for (let i = 0; i < batch.count; i++) {
      const bytes = Buffer.from(batch.bytes.subarray(batch.start[i], batch.start[i] + batch.captured[i]));
      packets.push({
        frame: batch.frame[i],
        seconds: batch.seconds[i],
        nanos: batch.nanos[i],
        original: batch.original[i],
        linkType: batch.linkType[i],
        bytes: bytes.toString('hex'),
      });
    }
  }
  return { format: reader.format, packets, error: reader.error, bytesRead: reader.bytesRead };
}

export function readBytes(bytes: Uint8Array, chunk = 1 << 20): Promise<Reading> {
  return readAll(chunkedSource(bytes, chunk));
}

async function opened(source: ByteSource): Promise<CaptureReader> {
  const reader: CaptureReader | NotACapture = await openCapture(source);
  if (reader.format === null) throw new Error(reader.reason);
  return reader;
}
