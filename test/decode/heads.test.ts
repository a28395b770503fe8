// Proves that heads say what the decoder does: of every capture, and of every disturbed one, of just those packets that
// bring or acknowledge bytes and nothing else.
import { expect, it } from 'vitest';
import type { Batch } from '../../src/capture/batch.ts';
import { Decoder } from '../../src/decode/decode.ts';
import { Head, Heads, headWords } from '../../src/decode/heads.ts';
import { ACK, FIN, Next, type Packet, RST, SYN } from '../../src/decode/packet.ts';
import { limits } from '../../src/model/limits.ts';
import { disturbed } from '../support/mutations.ts';
import { scenes } from '../support/scenes.ts';

/** The row that a decoded packet of a batch should have. */
function expected(packet: Packet, start: number): number[] {
  const ports = (packet.sourcePort << 16) | packet.targetPort;
  const label = (packet.identification << 16) | packet.checksum;
  const shape = (packet.flags << 24) | (packet.payloadStart - start);
  const { words, sequence, acknowledgement, payloadLength } = packet;
  return [words[3], words[7], ports, sequence, acknowledgement, label, shape, payloadLength];
}

/** Rows of a batch that are there, each compared; how many, and how many TCP segments there are. */
function compare(batch: Batch, heads: Heads, decoder: Decoder): { rows: number; segments: number } {
  let [rows, segments] = [0, 0];
  heads.list(batch, 0, batch.count);
  for (let i = 0; i < batch.count; i++) {
    const row = Array.from(heads.rows.subarray(headWords * i, headWords * (i + 1)));
    const next = decoder.general(batch, i);
    if (next === Next.tcp) segments++;
    if (row[Head.shape] === 0) continue;
    rows++;
    const { packet } = decoder;
    expect(next).toBe(Next.tcp);
    expect(row).toEqual(expected(packet, batch.start[i]));
    expect(packet.flags & (SYN | FIN | RST | ACK)).toBe(ACK);
    expect([packet.vlanCount, packet.tunnelMark, packet.family]).toEqual([0, 0, 4]);
    expect(packet.payloadEnd - packet.payloadStart).toBe(packet.payloadLength);
  }
  return { rows, segments };
}

it.each(scenes())('%s', async (scene) => {
  for (const batches of await disturbed(scene, 4)) {
    const [heads, decoder] = [new Heads(), new Decoder(limits)];
    for (const batch of batches) compare(batch, heads, decoder);
  }
});

it('nearly every segment has a row', async () => {
  let [rows, segments] = [0, 0];
  for (const batch of (await disturbed('store.pcap', 0))[0]) {
    const counted = compare(batch, new Heads(), new Decoder(limits));
    rows += counted.rows;
    segments += counted.segments;
  }
  expect(rows / segments).toBeGreaterThan(0.8);
});
