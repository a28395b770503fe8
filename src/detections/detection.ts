import type { Event, EventKind, Participants } from '../ledger/events.ts';
import type { Stamp } from '../ledger/stamp.ts';
import type { History } from '../model/history.ts';
import type {
  AssociationRecord,
  ConnectionRecord,
  ExposureRecord,
  FindingRecord,
  Micros,
  PacketReference,
  Severity,
  TlsSessionRecord,
} from '../model/records.ts';
import type { Policy } from '../policy/policy.ts';
import type { Holding } from './held-back.ts';

/** What every detection says of itself: one opinion, in one file, with a name that is the same everywhere. */
export interface Described {
  readonly slug: string;
  /** `condition` is a standing state, `event` something that happened: they are alerted differently. */
  readonly kind: 'event' | 'condition';
  /** Default severities, gravest last, for documentation and `check`. */
  readonly severities: readonly Severity[];
  readonly title: string;
  /** Standards and techniques, such as `45 CFR 164.312(e)(1)`. */
  readonly references: readonly string[];
  /** What the detection needs from a policy file, in words; null when it works without one. */
  readonly needsPolicy: string | null;
}

/** A detection that needs no more than one association. */
export interface Detection extends Described {
  /** Judges an association as it stands. Pure: called again whenever the association changes. */
  readonly judge: (subject: AssociationSubject, policy: Policy) => Opinion | null;
}

/**
 * A detection that looks beyond one association. It is told what happens in order, keeps what it must in a state of its
 * own, bounded and expiring by the times of events, and raises cases.
 */
export interface Correlation extends Described {
  /** The events it is told of. */
  readonly observes: readonly EventKind[];
  /** Begins to watch, with nothing seen: once a run. */
  readonly watch: (surroundings: Surroundings) => (event: Event) => void;
}

/** A detection about the sensor itself. Live only: it judges by what the program counts, on wall clock. */
export interface Oversight extends Described {
  /** Begins to oversee, with nothing seen: once a run. To be given each interval of each interface, in order. */
  readonly oversee: () => (interval: InterfaceInterval, policy: Policy) => Blindness | null;
}

/** What one interface brought in an interval of wall clock. */
export interface InterfaceInterval {
  readonly name: string;
  readonly begin: Micros;
  readonly end: Micros;
  readonly packets: number;
  /** Lost by the interface, the kernel or a helper. */
  readonly lost: number;
  readonly bytes: number;
  /** Of streams, what their receivers acknowledged and the sensor never saw. */
  readonly bytesBefore: number;
  /** Id of the capture under way; null while there is none. */
  readonly capture: string | null;
}

/** Why an interface cannot be believed, and the finding where it is to be raised anew. */
export interface Blindness {
  readonly why: string;
  readonly finding: FindingRecord | null;
}

export interface Surroundings {
  readonly policy: Policy;
  readonly history: History;
  /** A case is proven, or its numbers have grown: it is asked for its words when records are handed on next. */
  readonly raise: (raised: Case) => void;
}

/**
 * One finding of a correlation: what happened of one key within one window. It hangs on the association or connection
 * at which it was proven, and is not of it alone: `FindingRecord.associationId` is null, `evidence.associations` names
 * them. Key and the window's start (UTC) make its id, so that parts of a capture and the whole tell of the same one.
 */
export interface Case {
  readonly key: readonly string[];
  readonly window: Micros;
  readonly of: Participants;
  readonly at: Stamp;
  /** A connection that is no association's, to be kept with the finding. */
  readonly connection?: ConnectionRecord;
  /** What it rests on was not all seen whole. */
  readonly partial: boolean;
  /** How many events it rests on: only grows. Of two runs that saw as a different number, the larger one is right. */
  readonly events: number;
  tell(): Told;
}

export type Told = Pick<Opinion, 'severity' | 'summary' | 'next' | 'evidence'>;

export interface AssociationSubject {
  readonly association: Readonly<AssociationRecord>;
  readonly exposure: Readonly<ExposureRecord> | null;
  /** The session of TLS that it was read through, for that does not encrypt. */
  readonly tls: Readonly<TlsSessionRecord> | null;
  /** Services the client was seen in, by the operations observed: each pair once. */
  readonly services: readonly ObservedService[];
}

/** A service (`policy/content.ts`, or `other`) and the client's part in it. */
export interface ObservedService {
  readonly service: string;
  readonly role: 'client-scu' | 'client-scp';
  /** When and where it was first seen, if known. */
  readonly first?: { readonly time: Micros; readonly packet: PacketReference };
}

export interface Opinion {
  readonly severity: Severity;
  /** Packet time and packet at which it was proven. */
  readonly time: Micros;
  readonly packet: PacketReference;
  /** What makes two findings the same for an alert. */
  readonly key: readonly string[];
  readonly summary: string;
  /** What to do next, one sentence: kept in the finding's evidence as `next`. */
  readonly next: string;
  readonly evidence: Record<string, unknown>;
  /** True when the policy tolerates it until a date: a severity set by policy does not apply. */
  readonly tolerated?: boolean;
  /** When the policy holds it back in the detection's own terms (`heldBackBy`): it is counted, not raised. */
  readonly heldBack?: Holding;
}
