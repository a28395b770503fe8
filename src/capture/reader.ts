import type { Batch } from './batch.ts';

/** Packets of one capture, a batch at a time. The batch's memory is reused by the next call. */
export interface CaptureReader {
  readonly format: 'pcap' | 'pcapng';
  /** The next packets, or null at the end; then `error` says whether it was the right one. */
  next(): Promise<Batch | null>;
  /** Null while all is well; else one sentence with the offset at which the input was cut or broken. */
  readonly error: string | null;
  /** Packets that the recorder says it dropped, so far: by the last statistics of each interface (pcapng). */
  readonly dropped: number;
  /** Bytes read from the source so far (after decompression). */
  readonly bytesRead: number;
}
