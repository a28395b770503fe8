// Proves B30 of connections that speak: crowds of them are bounded, and cost none that is in use.
import { describe, expect, it } from 'vitest';
import { concat, counting } from '../support/bytes.ts';
import { client, conversation, defaultStart, frames } from '../support/conversation.ts';
import { merged } from '../support/segments.ts';
import { said, sense, storing } from '../support/sensing.ts';

const request = conversation(said.open())[3].payload;
const stored = { complete: true, objects: 1, patients: 1, outcome: 'released', callingAe: 'MODALITY' };

describe('B30 connections that speak', () => {
  const hello = concat(
    Uint8Array.of(22, 3, 1, 0, 51, 1, 0, 0, 47, 3, 3),
    counting(32),
    Uint8Array.of(0, 0, 2, 0xc0, 0x2f, 1, 0, 0, 4, 0, 23, 0, 0),
  );
  const flood = (first: Uint8Array) =>
    Array.from({ length: 600 }, (_, i) =>
      conversation([client(first)], {
        client: { address: `10.21.${i >> 8}.${i & 255}`, port: 2000 + i },
        at: defaultStart + 10 * i,
      }),
    ).flat();

  it.each([
    ['association requests', request],
    ['TLS hellos', hello],
  ])('of a flood of %s cost the idlest of them, which are counted', (_, bytes) => {
    const list = merged(flood(bytes), conversation(storing, { at: defaultStart + 5000, stepMicros: 1 }));
    const { tcp, sensor, records } = sense(frames(list), { limits: { identifiedConnectionsMax: 50 } });
    expect(sensor.losses().evicted?.packets).toBe(tcp.filter(({ ended }) => ended === 'evicted').length);
    expect(sensor.losses().evicted?.packets).toBeGreaterThan(500);
    expect(records.associations.filter(({ outcome }) => outcome === 'released')).toMatchObject([stored]);
  });

  it('with half a handshake each share one bound, which costs the handshakes at hand', () => {
    const { sensor } = sense(frames(flood(hello.subarray(0, -5))), { limits: { pduTotalBytesMax: 1000 } });
    expect(sensor.losses()['not-parsed']?.bytes).toBeGreaterThan(20_000);
    expect(sensor.held.pduBytes).toBe(0);
  });
});
