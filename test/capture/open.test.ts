// Proves that captures are told by their first bytes, and that other inputs say what they are instead.
import { describe, expect, it } from 'vitest';
import { looksLikeCapture, openCapture } from '../../src/capture/open.ts';
import { ascii, concat, counting, hex } from '../support/bytes.ts';
import { pcap, pcapngOf } from '../support/capture.ts';
import { chunkedSource, chunkSizes } from '../support/chunks.ts';

const frame = { bytes: counting(20), seconds: 1, nanos: 2000 };
const reasonOf = async (bytes: Uint8Array, size: number) => {
  const answer = await openCapture(chunkedSource(bytes, size));
  return answer.format === null ? answer.reason : answer.format;
};

describe('captures', () => {
  it.each([
    ['pcap', pcap([frame])],
    ['pcap', pcap([frame], { order: 'big' })],
    ['pcap', pcap([frame], { resolution: 'nanos' })],
    ['pcap', pcap([frame], { resolution: 'nanos', order: 'big' })],
    ['pcap', concat(hex('34cdb2a1'), pcap([]).subarray(4))],
    ['pcapng', pcapngOf([frame])],
    ['pcapng', pcapngOf([frame], { order: 'big' })],
  ])('%s', async (format, bytes) => {
    expect(looksLikeCapture(bytes)).toBe(true);
    for (const size of chunkSizes) expect(await reasonOf(bytes, size)).toBe(format);
  });
});

describe('what is none', () => {
  it.each([
    ['', 'empty'],
    ['ab', 'only 2 bytes long'],
    ['abcd', 'not a capture: a text file'],
    ['Muster^Erika\t19700101\r\n', 'not a capture: a text file'],
    ['Muster^J\xf6rg', 'not a capture: a text file'],
    [`${'\0'.repeat(128)}DICMMuster^Erika`, 'not a capture: a DICOM Part 10 file'],
    [`Muster^Erika${'x'.repeat(116)}DICM`, 'not a capture: a DICOM Part 10 file'],
    ['PK\x03\x04Muster^Erika', 'not a capture: a ZIP archive'],
    ['PK\x05\x06', 'not a capture: a ZIP archive'],
    ['%PDF-1.7 Muster^Erika', 'not a capture: a PDF document'],
    ['SQLite format 3\0Muster^Erika', 'not a capture: an SQLite database'],
    ['\x1b[31mMuster^Erika\x1b[0m', 'not a capture: unknown format'],
    ['\0\0\0\0Muster^Erika', 'not a capture: unknown format'],
  ])('%j: the same reason in any chunks, safe on a terminal', async (text, reason) => {
    // Proves too that nothing of the input, an escape sequence or a patient's name, reaches the reason.
    expect(looksLikeCapture(ascii(text))).toBe(false);
    for (const size of chunkSizes) expect(await reasonOf(ascii(text), size)).toBe(reason);
  });
});
