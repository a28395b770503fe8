// Proves that one capture is opened when its turn comes, counted as read, and ends with a reason when cut.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CaptureInput, InputSeries } from '../../src/commands/inputs.ts';
import { limits } from '../../src/model/limits.ts';
import { pcap } from '../support/capture.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dicomtap-inputs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const frames = [5, 3, 9].map((seconds) => ({ bytes: new Uint8Array(60), seconds, nanos: 500_000, original: 100 }));

function input(name: string, bytes: Uint8Array | string): CaptureInput {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return new CaptureInput({ path, size: bytes.length, once: false }, limits);
}

async function drain(capture: CaptureInput): Promise<number> {
  let packets = 0;
  for (let batch = await capture.next(); batch !== null; batch = await capture.next()) packets += batch.count;
  return packets;
}

describe('a capture', () => {
  it('counts its packets, their bytes on the wire and its span, which is not first to last', async () => {
    // Proves the numbers of the capture's record.
    const capture = input('a.pcap', pcap(frames));
    expect(await drain(capture)).toBe(3);
    expect(capture).toMatchObject({
      packets: 3,
      bytes: 300,
      firstMicros: 3_000_500,
      lastMicros: 9_000_500,
      error: null,
    });
    expect([...capture.linkTypes]).toEqual([1]);
    expect(capture.consumed).toBe(capture.size);
  });

  it.each([true, false])('is the same after its first packet was looked up (kept open: %s)', async (keep) => {
    // Proves that looking takes no packet away and counts none twice.
    const capture = input('a.pcap', pcap(frames));
    await capture.peek(keep);
    expect(capture.firstTime).toEqual({ seconds: 5, nanos: 500_000 });
    expect(capture.packets).toBe(0);
    expect(await drain(capture)).toBe(3);
    expect(capture).toMatchObject({ packets: 3, finished: true });
  });

  it('that was cut keeps what came before, with a reason and a remedy', async () => {
    // Proves that the error is told at the end, not instead of packets.
    const capture = input('a.pcap', pcap(frames).subarray(0, 150));
    expect(await drain(capture)).toBe(1);
    expect(capture.error).toMatch(/^is cut in a packet at offset \d+$/);
    expect(capture.remedy).not.toBeNull();
    expect(capture.problem).toBeNull();
  });

  it('that is none is a problem', async () => {
    // Proves that a text is told from a capture that was cut.
    const capture = input('a.pcap', 'just a text');
    expect(await drain(capture)).toBe(0);
    expect(capture.problem?.sentence).toMatch(/a\.pcap is not a capture/);
  });

  it('that was interrupted says so, unless it was done', async () => {
    // Proves that an interrupt does not spoil what is complete.
    const [done, begun] = [input('a.pcap', pcap(frames)), input('b.pcap', pcap(frames))];
    await drain(done);
    await begun.next();
    for (const capture of [done, begun]) capture.interrupt();
    expect([done.error, begun.error]).toEqual([null, 'was not read to its end: interrupted']);
  });

  it('of an undecoded link type says which', async () => {
    // Proves the sentence, and that an error known before stands.
    const capture = input('a.pcap', pcap(frames, { linkType: 147 }));
    await drain(capture);
    capture.notDecoded(3, [147]);
    expect(capture.error).toBe('has 3 packets of link type 147, which dicomtap does not decode');
    capture.notDecoded(9, [1]);
    expect(capture.error).toContain('147');
  });
});

describe('a series of captures', () => {
  it('gives each its number with its first packets, and goes on when one is empty or broken', async () => {
    // Proves that a bad file in a ring does not end the ring.
    const captures = [input('a', pcap(frames)), input('b', pcap([])), input('c', 'text'), input('d', pcap(frames))];
    const begun: string[] = [];
    const series = new InputSeries(
      captures,
      (capture) => {
        capture.number = begun.push(capture.path.slice(-1)) - 1;
      },
      () => false,
    );
    const numbers: number[] = [];
    for (let next = await series.next(); next !== null; next = await series.next()) numbers.push(next.input);
    expect(begun).toEqual(['a', 'd']);
    expect(numbers).toEqual([0, 1]);
  });
});
