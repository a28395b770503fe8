import { type ConnectionIdentity, connectionId } from './ids.ts';
import { KnownIds } from './known-ids.ts';

/** Ids remembered, oldest forgotten first: a port pair comes round within them. */
const idsMax = 200_000;
/** The same id again after this much packet time is another connection. */
const sameMicrosMax = 60e6;

/** Gives connections their ids; the same identity with a start more than 60 s apart gets an ordinal. */
export class Identities {
  private readonly known = new KnownIds(idsMax);

  idFor(identity: ConnectionIdentity): string {
    const id = connectionId(identity);
    const { known } = this;
    const start = identity.firstMicros;
    const place = known.find(id);
    if (place < 0) {
      known.add(id, start);
      return id;
    }
    if (Math.abs(start - known.starts[place]) > sameMicrosMax) {
      known.starts[place] = start;
      known.ordinals[place]++;
    }
    const ordinal = known.ordinals[place];
    return ordinal === 0 ? id : connectionId({ ...identity, ordinal });
  }
}
