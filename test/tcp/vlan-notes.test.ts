// Proves that each connection's VLAN ids are noted once, ascending, and bounded.
import { describe, expect, it } from 'vitest';
import { Packet } from '../../src/decode/packet.ts';
import { VlanNotes } from '../../src/tcp/vlan-notes.ts';

function tagged(...ids: number[]): Packet {
  const packet = new Packet();
  packet.vlans.set(ids);
  packet.vlanCount = ids.length;
  return packet;
}

describe('VLAN notes', () => {
  it('hold every id once, ascending, by connection', () => {
    const notes = new VlanNotes();
    for (const packet of [tagged(30), tagged(4, 30), tagged(), tagged(7), tagged(30)]) notes.add(1, packet);
    notes.add(2, tagged(9));
    expect([notes.of(1), notes.of(2), notes.of(3)]).toEqual([[4, 7, 30], [9], []]);
  });

  it('that are equal share one list, and a known id makes no new one', () => {
    const notes = new VlanNotes();
    notes.add(1, tagged(5, 6));
    notes.add(2, tagged(6));
    notes.add(2, tagged(5));
    expect(notes.of(1)).toBe(notes.of(2));
    const before = notes.of(1);
    notes.add(1, tagged(6));
    expect(notes.of(1)).toBe(before);
  });

  it('of a connection that is gone are gone', () => {
    const notes = new VlanNotes();
    notes.add(1, tagged(5));
    notes.forget(1);
    expect(notes.of(1)).toEqual([]);
  });

  it('do not read tags of the packet before', () => {
    const notes = new VlanNotes();
    const packet = tagged(5, 6);
    packet.vlanCount = 1;
    notes.add(1, packet);
    expect(notes.of(1)).toEqual([5]);
  });

  it('made up for one connection are bounded', () => {
    const notes = new VlanNotes();
    for (let id = 0; id < 4096; id++) notes.add(1, tagged(id));
    expect(notes.of(1).length).toBe(64);
  });
});
