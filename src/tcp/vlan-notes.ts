import type { Packet } from '../decode/packet.ts';

const none: readonly number[] = [];

/** The VLAN ids each connection's packets carried, ascending; equal lists are one object, for there are few. */
export class VlanNotes {
  private readonly bySlot = new Map<number, readonly number[]>();
  private readonly lists = new Map<string, readonly number[]>();

  add(slot: number, packet: Packet): void {
    const ids = new Set(this.of(slot));
    for (let i = 0; i < packet.vlanCount; i++) ids.add(packet.vlans[i]);
    const sorted = [...ids].sort((a, b) => a - b);
    const key = sorted.join(' ');
    let list = this.lists.get(key);
    if (list === undefined) {
      list = sorted;
      this.lists.set(key, list);
    }
    this.bySlot.set(slot, list);
  }

  of(slot: number): readonly number[] {
    return this.bySlot.get(slot) ?? none;
  }

  forget(slot: number): void {
    this.bySlot.delete(slot);
  }
}
