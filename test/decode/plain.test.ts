// Proves that the two lanes of the decoder agree: the plain packets of every capture, and of every disturbed one, are
// decoded as one header after the other would, and what is UDP goes as far.
import { expect, it } from 'vitest';
import type { Batch } from '../../src/capture/batch.ts';
import { Decoder } from '../../src/decode/decode.ts';
import { Next, type Packet } from '../../src/decode/packet.ts';
import { plain } from '../../src/decode/plain.ts';
import { limits } from '../../src/model/limits.ts';
import { disturbed } from '../support/mutations.ts';
import { scenes } from '../support/scenes.ts';

/** Everything a packet says, but for the bytes themselves. */
function said(packet: Packet, next: number): string {
  const { bytes, frameBytes, addressBytes, words, vlans, tunnelKinds, tunnelIds, ...numbers } = packet;
  const lists = [words, vlans.subarray(0, packet.vlanCount), tunnelKinds.subarray(0, packet.tunnelCount), tunnelIds[0]];
  const same = next === Next.tcp ? [frameBytes === bytes || packet.macAt < 0, addressBytes === bytes] : [];
  return JSON.stringify([next, numbers, ...lists.map(String), same]);
}

function compare(batch: Batch, short: Decoder, long: Decoder): number {
  let plains = 0;
  for (let i = 0; i < batch.count; i++) {
    const [next, expected] = [short.decode(batch, i), long.general(batch, i)];
    expect(next).toBe(expected);
    if (next !== Next.tcp) continue;
    plains++;
    if (said(short.packet, next) !== said(long.packet, next))
      expect(said(short.packet, next)).toBe(said(long.packet, next));
  }
  return plains;
}

it.each(scenes())('%s', async (scene) => {
  for (const batches of await disturbed(scene, 4)) {
    const [short, long] = [new Decoder(limits), new Decoder(limits)];
    for (const batch of batches) compare(batch, short, long);
  }
});

it('nearly every packet is plain', async () => {
  let [all, plains] = [0, 0];
  for (const batch of (await disturbed('store.pcap', 0))[0]) {
    const decoder = new Decoder(limits);
    for (let i = 0; i < batch.count; i++) {
      if (decoder.general(batch, i) !== Next.tcp) continue;
      all++;
      const { packet } = decoder;
      packet.bytes = batch.bytes;
      packet.at = batch.start[i];
      packet.end = packet.at + batch.captured[i];
      packet.wireEnd = packet.at + batch.original[i];
      if (plain(packet) === Next.tcp) plains++;
    }
  }
  expect(plains / all).toBeGreaterThan(0.99);
});
