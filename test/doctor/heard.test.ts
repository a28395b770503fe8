// Proves what is told from packets: which conversations show both directions, which frames came twice, tags, and the
// beginnings of DICOM.
import { expect, it } from 'vitest';
import { Listener, looksLikeDicom } from '../../src/doctor/heard.ts';
import { batchOf } from '../support/batch.ts';
import type { Frame } from '../support/capture.ts';
import { conversation, frames } from '../support/conversation.ts';
import { storing } from '../support/sensing.ts';

const wire = frames(conversation(storing));

function heard(all: readonly Frame[]) {
  const listener = new Listener();
  // In pieces: what was seen lasts from batch to batch.
  for (let i = 0; i < all.length; i += 4) listener.take(batchOf(all.slice(i, i + 4)));
  return listener.heard(5, 2);
}

it('sees both directions, each frame once, and DICOM', () => {
  const told = heard(wire);
  expect(told).toMatchObject({ seconds: 5, lost: 2, packets: wire.length, segments: wire.length, tagged: 0, twice: 0 });
  expect(told).toMatchObject({ conversations: 1, bothWays: 1 });
  expect(told.bytes).toBe(wire.reduce((sum, { bytes }) => sum + bytes.length, 0));
  expect(told.dicom).toBeGreaterThan(2);
});

it('sees one direction', () => {
  const port = (frame: Frame): number => (frame.bytes[34] << 8) | frame.bytes[35];
  const one = wire.filter((frame) => port(frame) === port(wire[0]));
  expect(one.length).toBeLessThan(wire.length);
  expect(heard(one)).toMatchObject({ conversations: 1, bothWays: 0 });
});

it('sees frames twice, but not a retransmission', () => {
  const twice = heard(wire.flatMap((frame) => [frame, frame]));
  expect(twice.twice).toBe(twice.payloads / 2);
  const again = wire.map(({ bytes, ...frame }) => {
    const copy = Uint8Array.from(bytes);
    // IP identification.
    copy[18] ^= 0x55;
    return { ...frame, bytes: copy };
  });
  expect(heard([...wire, ...again]).twice).toBe(0);
});

it('sees tags', () => {
  const tagged = wire.map(({ bytes, ...frame }) => {
    const copy = new Uint8Array(bytes.length + 4);
    copy.set(bytes.subarray(0, 12));
    copy.set([0x81, 0, 0, 7], 12);
    copy.set(bytes.subarray(12), 16);
    return { ...frame, bytes: copy };
  });
  expect(heard(tagged)).toMatchObject({ segments: wire.length, tagged: wire.length });
});

it.each<[string, number[], boolean]>([
  ['A-ASSOCIATE-RQ', [1, 0, 0, 0, 0, 200, 0, 1, 0, 0, 65, 65], true],
  ['A-ASSOCIATE-AC', [2, 0, 0, 0, 0, 200, 0, 1, 0, 0, 65, 65], true],
  ['P-DATA-TF', [4, 0, 0, 0, 0, 80, 0, 0, 0, 76, 1, 3], true],
  ['an even context', [4, 0, 0, 0, 0, 80, 0, 0, 0, 76, 2, 3], false],
  ['a value longer than its PDU', [4, 0, 0, 0, 0, 80, 0, 0, 0, 90, 1, 3], false],
  ['no version', [1, 0, 0, 0, 0, 200, 0, 0, 0, 0, 65, 65], false],
  ['TLS', [22, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3, 0], false],
  ['HTTP', [...Buffer.from('GET / HTTP/1.1')], false],
  ['too little', [1, 0, 0, 0, 0, 200], false],
])('%s begins as DICOM does: %s %s', (_, bytes, yes) => {
  expect(looksLikeDicom(Uint8Array.from(bytes))).toBe(yes);
});
