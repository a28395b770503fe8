/** A map from numbers that holds one or two things nearly always: lists, in the order of entry, of which a search is a look. */
export class FewByNumber<T> {
  private readonly keys: number[] = [];
  private readonly things: T[] = [];

  get size(): number {
    return this.keys.length;
  }

  get(key: number): T | undefined {
    const at = this.keys.indexOf(key);
    return at < 0 ? undefined : this.things[at];
  }

  /** What comes under a key that is there takes the place of what was. */
  set(key: number, thing: T): void {
    const at = this.keys.indexOf(key);
    if (at >= 0) this.things[at] = thing;
    else {
      this.keys.push(key);
      this.things.push(thing);
    }
  }

  delete(key: number): void {
    const at = this.keys.indexOf(key);
    if (at < 0) return;
    this.keys.splice(at, 1);
    this.things.splice(at, 1);
  }

  clear(): void {
    this.keys.length = 0;
    this.things.length = 0;
  }

  values(): readonly T[] {
    return this.things;
  }
}
