import type { Packet } from '../decode/packet.ts';

const none: readonly number[] = [];
/** Ids noted of one connection: more are made up. */
const idsMax = 64;
/** Lists kept to be shared; beyond, a list is its connection's own. */
const listsMax = 4096;

/** The VLAN ids each connection's packets carried, ascending; equal lists are one object, for there are few. */
export class VlanNotes {
  private readonly bySlot = new Map<number, readonly number[]>();
  private readonly lists = new Map<string, readonly number[]>();

  add(slot: number, packet: Packet): void {
    // The usual case, two mirrored VLANs in turn for each packet, ends here.
    const known = this.of(slot);
    if (known.length >= idsMax || allOf(packet, known)) return;
    const ids = new Set(known);
    for (let i = 0; i < packet.vlanCount; i++) ids.add(packet.vlans[i]);
    this.bySlot.set(slot, this.shared([...ids].sort((a, b) => a - b)));
  }

  of(slot: number): readonly number[] {
    return this.bySlot.get(slot) ?? none;
  }

  forget(slot: number): void {
    this.bySlot.delete(slot);
  }

  private shared(ids: readonly number[]): readonly number[] {
    const key = ids.join(' ');
    const list = this.lists.get(key);
    if (list !== undefined) return list;
    if (this.lists.size < listsMax) this.lists.set(key, ids);
    return ids;
  }
}

function allOf(packet: Packet, known: readonly number[]): boolean {
  for (let i = 0; i < packet.vlanCount; i++) if (!known.includes(packet.vlans[i])) return false;
  return true;
}
