/** Texts kept, and texts put together of them: more come of an attack on the sensor. */
const keptMax = 4096;

/**
 * Two texts put together, which come again and again: the third is made once. It is then the same string each time,
 * whose hash is known, where one made anew would be laid out, hashed and compared at each look into a map, and thrown
 * away.
 */
export class Joined<Second extends string | number = string> {
  private readonly byFirst = new Map<string, Kept<Second>>();
  private readonly make: (first: string, second: Second) => string;
  private kept = 0;
  /** What was asked for last: it often is again. */
  private first = '';
  private second: Second | null = null;
  private last = '';

  constructor(make: (first: string, second: Second) => string = (first, second) => `${first} ${second}`) {
    this.make = make;
  }

  of(first: string, second: Second): string {
    if (second === this.second && first === this.first) return this.last;
    const kept = this.byFirst.get(first);
    this.last = kept?.second === second ? kept.text : (kept?.others?.get(second) ?? this.made(first, second));
    this.first = first;
    this.second = second;
    return this.last;
  }

  private made(first: string, second: Second): string {
    if (this.kept >= keptMax) {
      this.byFirst.clear();
      this.kept = 0;
    }
    const made = this.make(first, second);
    const kept = this.byFirst.get(first);
    if (kept === undefined) this.byFirst.set(first, { second, text: made, others: null });
    else {
      kept.others ??= new Map();
      kept.others.set(second, made);
    }
    this.kept++;
    return made;
  }
}

/** What was made of a first text: mostly one, for a client has one server and a title one address. */
interface Kept<Second> {
  readonly second: Second;
  readonly text: string;
  others: Map<Second, string> | null;
}
