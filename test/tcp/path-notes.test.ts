// Proves that each connection's VLAN ids and tunnels are noted once, in an order of their own, and bounded.
import { describe, expect, it } from 'vitest';
import { Packet } from '../../src/decode/packet.ts';
import { Tunnel } from '../../src/decode/tunnel.ts';
import { PathNotes } from '../../src/tcp/path-notes.ts';

function tagged(...ids: number[]): Packet {
  const packet = new Packet();
  packet.vlans.set(ids);
  packet.vlanCount = ids.length;
  return packet;
}

describe('VLAN ids', () => {
  it('hold every id once, ascending, by connection', () => {
    const notes = new PathNotes();
    for (const packet of [tagged(30), tagged(4, 30), tagged(), tagged(7), tagged(30)]) notes.add(1, packet);
    notes.add(2, tagged(9));
    expect([notes.of(1).vlan, notes.of(2).vlan, notes.of(3).vlan]).toEqual([[4, 7, 30], [9], []]);
  });

  it('that are equal share one list, and a known id makes no new one', () => {
    const notes = new PathNotes();
    notes.add(1, tagged(5, 6));
    notes.add(2, tagged(6));
    notes.add(2, tagged(5));
    expect(notes.of(1).vlan).toBe(notes.of(2).vlan);
    const before = notes.of(1).vlan;
    notes.add(1, tagged(6));
    expect(notes.of(1).vlan).toBe(before);
  });

  it('of a connection that is gone are gone', () => {
    const notes = new PathNotes();
    notes.add(1, tagged(5));
    notes.forget(1);
    expect(notes.of(1).vlan).toEqual([]);
  });

  it('do not read tags of the packet before', () => {
    const notes = new PathNotes();
    const packet = tagged(5, 6);
    packet.vlanCount = 1;
    notes.add(1, packet);
    expect(notes.of(1).vlan).toEqual([5]);
  });

  it('made up for one connection are bounded', () => {
    const notes = new PathNotes();
    for (let id = 0; id < 4096; id++) notes.add(1, tagged(id));
    expect(notes.of(1).vlan.length).toBe(64);
  });
});

describe('tunnels', () => {
  const { mpls, erspan, greKey, vxlan } = Tunnel;
  const wrapped = (...tunnels: (readonly [kind: number, id: number])[]) => {
    const packet = new Packet();
    for (const [kind, id] of tunnels) packet.enter(kind, id);
    return packet;
  };
  const noted = (...packets: Packet[]) => {
    const notes = new PathNotes();
    for (const packet of packets) notes.add(1, packet);
    return notes.of(1).tunnel;
  };

  it('are noted outermost first, one in itself twice', () => {
    expect(noted(wrapped([greKey, 5], [vxlan, 7], [vxlan, 7], [mpls, 0]))).toEqual([
      'gre:5',
      'vxlan:7',
      'vxlan:7',
      'mpls',
    ]);
  });

  it('of several ways are all noted, in the same order whichever came first', () => {
    const ways = [
      wrapped([erspan, 1], [vxlan, 9], [vxlan, 8]),
      wrapped([vxlan, 9], [vxlan, 8]),
      wrapped([erspan, 2], [mpls, 0], [vxlan, 9], [vxlan, 8]),
      wrapped(),
    ];
    const all = ['erspan:1', 'erspan:2', 'mpls', 'vxlan:9', 'vxlan:8'];
    expect(noted(...ways)).toEqual(all);
    expect(noted(...ways.toReversed())).toEqual(all);
    expect(noted(ways[1], ways[0], ways[2], ways[1])).toEqual(all);
  });

  it('and VLAN ids that are equal share one note', () => {
    const notes = new PathNotes();
    notes.add(1, wrapped([erspan, 1]));
    notes.add(2, wrapped([erspan, 1]));
    notes.add(2, wrapped([erspan, 1]));
    expect(notes.of(1)).toBe(notes.of(2));
  });

  it('made up for one connection are bounded', () => {
    const notes = new PathNotes();
    for (let id = 0; id < 4096; id++) notes.add(1, wrapped([erspan, id]));
    expect(notes.of(1).tunnel).toHaveLength(64);
  });
});
