import { u32be, u32le } from '../bytes/reader.ts';
import { PcapReader, pcapMagic } from './pcap.ts';
import { PcapngReader } from './pcapng.ts';
import type { CaptureReader } from './reader.ts';
import type { ByteSource } from './source.ts';
import { Window } from './window.ts';

/** Why an input is no capture: `reason` completes "FILE is …". */
export interface NotACapture {
  readonly format: null;
  readonly reason: string;
}

/** Opens a capture by its first bytes (not by its name): pcap in either byte order and precision, or pcapng. */
export async function openCapture(source: ByteSource): Promise<CaptureReader | NotACapture> {
  const window = new Window(source);
  if (!(await window.need(4))) {
    const length = window.end - window.start;
    return { format: null, reason: length === 0 ? 'empty' : `only ${length} bytes long` };
  }
  const magic = u32be(window.bytes, window.start);
  if (magic === 0x0a0d0d0a) return new PcapngReader(window);
  const little = u32le(window.bytes, window.start);
  const format = pcapMagic(magic) ?? pcapMagic(little);
  if (format === null) {
    await window.need(previewBytes);
    return { format: null, reason: `not a capture: it starts with ${preview(window)}` };
  }
  const reader = new PcapReader(window, pcapMagic(magic) === null, format);
  await reader.open();
  return reader;
}

/** Whether the first bytes of a file are those of a capture, so that folders can be searched. */
export function looksLikeCapture(bytes: Uint8Array): boolean {
  if (bytes.length < 4) return false;
  const magic = u32be(bytes, 0);
  return magic === 0x0a0d0d0a || pcapMagic(magic) !== null || pcapMagic(u32le(bytes, 0)) !== null;
}

/** Bytes shown of what is no capture: waited for, so that the sentence does not depend on how the input is cut. */
const previewBytes = 16;

function preview(window: Window): string {
  const head = window.bytes.subarray(window.start, Math.min(window.end, window.start + previewBytes));
  const printable = head.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 9);
  if (!printable) return `the bytes ${Buffer.from(head.subarray(0, 8)).toString('hex')}`;
  return JSON.stringify(Buffer.from(head).toString('latin1'));
}
