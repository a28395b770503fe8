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
    for (let i = at + 1; i < this.keys.length; i++) {
      this.keys[i - 1] = this.keys[i];
      this.things[i - 1] = this.things[i];
    }
    this.keys.pop();
    this.things.pop();
  }

  clear(): void {
    this.keys.length = 0;
    this.things.length = 0;
  }

  values(): readonly T[] {
    return this.things;
  }
}
