/**
 * A map from numbers that holds one or two things nearly always: a chain in the order of entry, of which a search is a
 * look.
 */
export class FewByNumber<T> {
  size = 0;
  private first: Entry<T> | null = null;

  get(key: number): T | undefined {
    return this.find(key)?.thing;
  }

  /** What comes under a key that is there takes the place of what was. */
  set(key: number, thing: T): void {
    let last = this.first;
    while (last !== null && last.key !== key && last.next !== null) last = last.next;
    if (last?.key === key) {
      last.thing = thing;
      return;
    }
    const entry = { key, thing, next: null };
    if (last === null) this.first = entry;
    else last.next = entry;
    this.size++;
  }

  delete(key: number): void {
    const entry = this.find(key);
    if (entry === null) return;
    this.size--;
    if (entry === this.first) {
      this.first = entry.next;
      return;
    }
    let before = this.first;
    while (before !== null && before.next !== entry) before = before.next;
    if (before !== null) before.next = entry.next;
  }

  clear(): void {
    this.first = null;
    this.size = 0;
  }

  values(): readonly T[] {
    if (this.first === null) return nothing;
    const things: T[] = [];
    for (let entry: Entry<T> | null = this.first; entry !== null; entry = entry.next) things.push(entry.thing);
    return things;
  }

  private find(key: number): Entry<T> | null {
    let entry = this.first;
    while (entry !== null && entry.key !== key) entry = entry.next;
    return entry;
  }
}

const nothing: readonly never[] = [];

interface Entry<T> {
  readonly key: number;
  thing: T;
  next: Entry<T> | null;
}
