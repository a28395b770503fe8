import { reaching } from '../bytes/column.ts';

/**
 * What belongs to few of all slots. Not a `Map`: one from which things go as fast as others come is laid out anew all
 * the time, and each layout that was given up holds on to the next and to what was in it until the whole heap is
 * collected.
 */
export class BySlot<T> {
  /** By slot: 0, or 1 and its place. */
  private places = new Uint32Array(256);
  private readonly things: (T | undefined)[] = [];
  private readonly vacant: number[] = [];

  /** How many slots have one. */
  get size(): number {
    return this.things.length - this.vacant.length;
  }

  get(slot: number): T | undefined {
    const place = slot < this.places.length ? this.places[slot] : 0;
    return place === 0 ? undefined : this.things[place - 1];
  }

  /** The slot has none yet. */
  add(slot: number, thing: T): void {
    this.places = reaching(this.places, slot);
    const place = this.vacant.pop() ?? this.things.length;
    this.things[place] = thing;
    this.places[slot] = place + 1;
  }

  delete(slot: number): void {
    if (slot >= this.places.length || this.places[slot] === 0) return;
    const place = this.places[slot] - 1;
    this.things[place] = undefined;
    this.vacant.push(place);
    this.places[slot] = 0;
  }

  /** All of them, in no order that means anything. */
  *values(): Iterable<T> {
    for (const thing of this.things) if (thing !== undefined) yield thing;
  }
}
