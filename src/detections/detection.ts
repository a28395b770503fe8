import type { AssociationRecord, ExposureRecord, Micros, PacketReference, Severity } from '../model/records.ts';
import type { Policy } from '../policy/policy.ts';
import type { Holding } from './held-back.ts';

/** A detection: one opinion, in one file, with a name that is the same everywhere. */
export interface Detection {
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
  /** Judges an association as it stands. Pure: called again whenever the association changes. */
  readonly judge: (subject: AssociationSubject, policy: Policy) => Opinion | null;
}

export interface AssociationSubject {
  readonly association: Readonly<AssociationRecord>;
  readonly exposure: Readonly<ExposureRecord> | null;
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
