// How fast the connection of a packet is found, and a new one entered.
import { bench } from 'vitest';
import { Slots } from '../../src/tcp/slots.ts';
import { capture, type Stamped, segmentsOf } from './material.ts';

for (const [kind, size, about] of [
  ['bulk', 20, '22,000 packets of 8 connections'],
  ['crowd', 5000, '40,000 packets of 5,000 connections'],
] as const) {
  const segments = await segmentsOf(capture(kind, size));
  bench(`table: ${about}`, () => find(segments, new Slots()));
}

function find(segments: readonly Stamped[], slots: Slots): void {
  for (const { packet } of segments) {
    let slot = slots.locate(packet, 0);
    while (slot !== -1 && !slots.ends.same(slot, packet, 0)) slot = slots.after(slot);
    if (slot === -1) slots.add(packet, 0);
  }
}
