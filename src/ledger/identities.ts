import { type ConnectionIdentity, connectionId } from './ids.ts';

/** Ids remembered, oldest forgotten first: a port pair comes round within them. */
const idsMax = 200_000;
/** The same id again after this much packet time is another connection. */
const sameMicrosMax = 60e6;

/** Gives connections their ids; the same identity with a start more than 60 s apart gets an ordinal. */
export class Identities {
  private readonly seen = new Map<string, { start: number; ordinal: number }>();

  idFor(identity: ConnectionIdentity): string {
    const id = connectionId(identity);
    const start = identity.firstMicros;
    const before = this.seen.get(id);
    if (before === undefined) {
      this.remember(id, { start, ordinal: 0 });
      return id;
    }
    if (Math.abs(start - before.start) > sameMicrosMax) {
      before.start = start;
      before.ordinal++;
    }
    return before.ordinal === 0 ? id : connectionId({ ...identity, ordinal: before.ordinal });
  }

  private remember(id: string, about: { start: number; ordinal: number }): void {
    this.seen.set(id, about);
    if (this.seen.size <= idsMax) return;
    for (const oldest of this.seen.keys()) {
      this.seen.delete(oldest);
      return;
    }
  }
}
