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
    ['abcd', 'not a capture: it starts with "abcd"'],
    ['calling AE title: ECHOSCU\n', 'not a capture: it starts with "calling AE title"'],
    ['a"\\\n\r\tb', 'not a capture: it starts with "a\\"\\\\\\n\\r\\tb"'],
    ['\x1b[31mred\x1b[0m', 'not a capture: it starts with the bytes 1b5b33316d726564'],
    ['\x1f\x8b\x08\x00', 'not a capture: it starts with the bytes 1f8b0800'],
  ])('%j: the same reason in any chunks, safe on a terminal', async (text, reason) => {
    // Proves too that no escape sequence of the input reaches the reason.
    expect(looksLikeCapture(ascii(text))).toBe(false);
    for (const size of chunkSizes) expect(await reasonOf(ascii(text), size)).toBe(reason);
  });
});
