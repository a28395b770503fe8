import { u32be, u32le } from '../bytes/reader.ts';
import { PcapReader, pcapMagic } from './pcap.ts';
import { PcapngReader } from './pcapng.ts';
import type { CaptureReader } from './reader.ts';
import type { ByteSource } from './source.ts';
import { type ReadLimits, Window } from './window.ts';

/** Why an input is no capture: `reason` completes "FILE is …". */
export interface NotACapture {
  readonly format: null;
  readonly reason: string;
}

/** Opens a capture by its first bytes (not by its name): pcap in either byte order and precision, or pcapng. */
export async function openCapture(source: ByteSource, limits?: ReadLimits): Promise<CaptureReader | NotACapture> {
  const window = new Window(source, limits);
  if (!(await window.need(4))) {
    const length = window.end - window.start;
    return { format: null, reason: length === 0 ? 'empty' : `only ${length} bytes long` };
  }
  const magic = u32be(window.bytes, window.start);
  if (magic === 0x0a0d0d0a) return new PcapngReader(window);
  const little = u32le(window.bytes, window.start);
  const format = pcapMagic(magic) ?? pcapMagic(little);
  if (format === null) {
    await window.need(headBytes);
    const head = window.bytes.subarray(window.start, Math.min(window.end, window.start + headBytes));
    return { format: null, reason: `not a capture: ${kindOf(head)}` };
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

/** Bytes that tell the kind: waited for, so that the sentence does not depend on how the input is cut. */
const headBytes = 132;

/** What is no capture may hold patient data: it is named by its magic, and nothing of it is told. */
function kindOf(head: Uint8Array): string {
  const text = Buffer.from(head.buffer, head.byteOffset, head.length).toString('latin1');
  for (const [at, magic, kind] of magics) if (text.startsWith(magic, at)) return kind;
  return head.every(isText) ? 'a text file' : 'unknown format';
}

/** Offset, magic, and what it stands for. DICOM Part 10: PS3.10 section 7.1. */
const magics: readonly (readonly [number, string, string])[] = [
  [128, 'DICM', 'a DICOM Part 10 file'],
  [0, 'PK\x03\x04', 'a ZIP archive'],
  [0, 'PK\x05\x06', 'a ZIP archive'],
  [0, '%PDF-', 'a PDF document'],
  [0, 'SQLite format 3\0', 'an SQLite database'],
];

/** ASCII, UTF-8 or Latin 1; of control characters tab and line ends only. */
function isText(byte: number): boolean {
  return (byte >= 0x20 && byte !== 0x7f) || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}
