import type { Packet } from '../decode/packet.ts';
import { tunnelText } from '../decode/tunnel.ts';

/** What a connection's packets were wrapped in, as records have it. */
export interface Path {
  /** VLAN ids, ascending. */
  readonly vlan: readonly number[];
  /** Tunnels, outermost first. */
  readonly tunnel: readonly string[];
}

interface Note extends Path {
  readonly tunnels: readonly Noted[];
}

/** A tunnel of a connection, `depth` the deepest at which it was seen: so that the order is that of no packet alone. */
interface Noted {
  readonly kind: number;
  readonly id: number;
  readonly depth: number;
}

const none: Note = { vlan: [], tunnel: [], tunnels: [] };
/** VLAN ids and tunnels noted of one connection: more are made up. */
const idsMax = 64;
/** Notes kept to be shared; beyond, a note is its connection's own. */
const notesMax = 4096;

/** The VLAN ids and tunnels each connection's packets came in; equal notes are one object, for there are few. */
export class PathNotes {
  private readonly bySlot = new Map<number, Note>();
  private readonly notes = new Map<string, Note>();

  add(slot: number, packet: Packet): void {
    // The usual case, two mirrored VLANs in turn for each packet, ends here.
    const note = this.bySlot.get(slot) ?? none;
    const vlanKnown = note.vlan.length >= idsMax || hasVlans(note.vlan, packet);
    const tunnelsKnown = note.tunnels.length >= idsMax || hasTunnels(note.tunnels, packet);
    if (vlanKnown && tunnelsKnown) return;
    const vlan = vlanKnown ? note.vlan : withVlans(note.vlan, packet);
    const tunnels = tunnelsKnown ? note.tunnels : withTunnels(note.tunnels, packet);
    this.bySlot.set(slot, this.shared(vlan, tunnels));
  }

  of(slot: number): Path {
    return this.bySlot.get(slot) ?? none;
  }

  forget(slot: number): void {
    this.bySlot.delete(slot);
  }

  private shared(vlan: readonly number[], tunnels: readonly Noted[]): Note {
    const tunnel = tunnels.map(({ kind, id }) => tunnelText(kind, id));
    const depths = tunnels.map(({ depth }) => depth);
    const key = `${vlan.join(' ')}/${tunnel.join(' ')}/${depths.join(' ')}`;
    const known = this.notes.get(key);
    if (known !== undefined) return known;
    const note = { vlan, tunnel, tunnels };
    if (this.notes.size < notesMax) this.notes.set(key, note);
    return note;
  }
}

function hasVlans(known: readonly number[], packet: Packet): boolean {
  for (let i = 0; i < packet.vlanCount; i++) if (!known.includes(packet.vlans[i])) return false;
  return true;
}

function withVlans(known: readonly number[], packet: Packet): readonly number[] {
  const ids = new Set(known);
  for (let i = 0; i < packet.vlanCount; i++) ids.add(packet.vlans[i]);
  return [...ids].sort((a, b) => a - b);
}

function hasTunnels(known: readonly Noted[], packet: Packet): boolean {
  for (let i = 0; i < packet.tunnelCount; i++) {
    const at = placeOf(known, packet, i);
    if (at === -1 || known[at].depth < i) return false;
  }
  return true;
}

/** Keys of a path keep their order: each is deeper than the one before in every packet, so their deepest are, too. */
function withTunnels(known: readonly Noted[], packet: Packet): readonly Noted[] {
  const tunnels = [...known];
  for (let i = 0; i < packet.tunnelCount; i++) {
    const at = placeOf(known, packet, i);
    const noted = { kind: packet.tunnelKinds[i], id: packet.tunnelIds[i], depth: i };
    if (at === -1) tunnels.push(noted);
    else if (known[at].depth < i) tunnels[at] = noted;
  }
  return tunnels.sort((a, b) => a.depth - b.depth || a.kind - b.kind || a.id - b.id);
}

/** Where tunnel `i` of a packet is in a list, or -1; one that is in itself is there twice. */
function placeOf(known: readonly Noted[], packet: Packet, i: number): number {
  const kind = packet.tunnelKinds[i];
  const id = packet.tunnelIds[i];
  let before = 0;
  for (let j = 0; j < i; j++) if (packet.tunnelKinds[j] === kind && packet.tunnelIds[j] === id) before++;
  for (let at = 0; at < known.length; at++) {
    if (known[at].kind === kind && known[at].id === id && before-- === 0) return at;
  }
  return -1;
}
