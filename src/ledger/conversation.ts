import type { Side } from '../model/facts.ts';
import type { ConnectionRecord, Micros } from '../model/records.ts';
import type { Association } from './association.ts';
import { type ClientEvidence, noEvidence } from './connection.ts';
import type { Participants } from './events.ts';
import { Reasons } from './reasons.ts';
import type { TlsSession } from './tls-session.ts';

/** A connection's record, and which side it takes for the client. */
export interface ConnectionState {
  readonly connection: ConnectionRecord;
  readonly client: Side;
  /** What makes it DICOM over TLS; null for what is not, as far as known then. */
  readonly overTls: string | null;
}

/** The ends as events told them last, and the side that was the client. */
export interface EndsToldLast {
  readonly client: Side;
  readonly of: Participants;
}

/** What the ledger knows of one identified connection. */
export class Conversation {
  readonly slot: number;
  readonly protocol: string;
  readonly why: string;
  readonly evidence: ClientEvidence = noEvidence();
  readonly reasons = new Reasons();
  associations = 0;
  current: Association | null = null;
  /** The one before it. */
  previous: Association | null = null;
  /** Associations changed since they were handed on last, each once: nearly always the one at hand. */
  changed: Association[] = [];
  tls: TlsSession | null = null;
  endsTold: EndsToldLast | null = null;
  /** Its record once the connection is over, for its slot is used again. */
  frozen: ConnectionState | null = null;
  /** It has something to hand on, as the ledger knows already. */
  dirty = false;
  /** Something changed that must not wait: opened, accepted, proven, ended. */
  urgent = true;
  /** It waited when a batch was written. */
  heldOver = false;
  writtenAt: Micros = Number.NEGATIVE_INFINITY;

  /** What its id is made of when it began (`identityBy`). */
  readonly isn: number | null;
  readonly tunnel: readonly string[];
  /** Made when a record or an association needs it; empty until then, which of most TLS is for ever. */
  id = '';

  constructor(slot: number, protocol: string, why: string, isn: number | null, tunnel: readonly string[]) {
    this.slot = slot;
    this.protocol = protocol;
    this.why = why;
    this.isn = isn;
    this.tunnel = tunnel;
  }

  /** Bytes of a side could not be read: of the association at hand, or of the one before where that may be. */
  doubt(side: Side): void {
    const { current, previous } = this;
    this.reasons.add('lost-step');
    for (const association of [current, previous?.missed.open ? previous : null]) {
      if (association === null) continue;
      association.lostStep(side);
      this.change(association);
    }
  }

  /** What goes missing of `side` from now on is none of an association's; `missed` as in `MissedSpan`. */
  endMissed(association: Association | null, side: Side, missed: Float64Array): void {
    if (association === null || !association.missed.open) return;
    association.missed.end(side, missed, 2 * this.slot);
    this.change(association);
  }

  /** A capture was interrupted while it lasted. */
  interrupt(): void {
    this.reasons.add('interrupted');
    const { current } = this;
    if (current === null || current.ended) return;
    current.reasons.add('interrupted');
    this.change(current);
  }

  change(association: Association): void {
    if (this.changed.length === 0) this.changed = [association];
    else if (!this.changed.includes(association)) this.changed.push(association);
  }
}
