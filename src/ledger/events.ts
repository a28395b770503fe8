import type { Oddity, ProposedContext } from '../model/facts.ts';
import type { AssociationOutcome, ConnectionRecord, TlsSessionRecord } from '../model/records.ts';
import type { Stamp } from './stamp.ts';

/**
 * What happens, in the order of the packets that tell it: the past of detections that look beyond one association. An
 * event is stated when its packet is read, whenever records are drained, so that live and replay see the same order;
 * the end of a connection that fell silent has the time of its last packet, and comes when that is noticed.
 */
export type Event =
  | AssociationRequested
  | AssociationAccepted
  | AssociationRejected
  | OperationRequested
  | OperationAnswered
  | QueryAsked
  | RecordHandedOut
  | ObjectSent
  | OddValue
  | Malformation
  | AssociationOver
  | ConnectionOver
  | TlsAgreed
  | TlsCertified;

export type EventKind = Event['kind'];

/** The ends of an association, as far as known when an event of it was stated. */
export interface Participants {
  readonly associationId: string | null;
  readonly connectionId: string;
  readonly clientAddress: string;
  readonly clientPort: number;
  readonly serverAddress: string;
  readonly serverPort: number;
  readonly callingAe: string | null;
  readonly calledAe: string | null;
  /** The client's, of the request. */
  readonly implementationUid: string | null;
  readonly implementationVersion: string | null;
  readonly midStream: boolean;
  /** Inside TLS. */
  readonly tls: boolean;
  /** Something of it was not seen, as far as known now. */
  readonly partial: boolean;
}

interface Happened {
  readonly at: Stamp;
  readonly of: Participants;
}

/** A-ASSOCIATE-RQ. */
export interface AssociationRequested extends Happened {
  readonly kind: 'association-requested';
  readonly offered: readonly ProposedContext[];
  /** Tiny segments in a row that the client's first bytes came in, at most; 0 for hardly any. */
  readonly tinySegments: number;
}

export interface AssociationAccepted extends Happened {
  readonly kind: 'association-accepted';
}

/** A-ASSOCIATE-RJ: its numbers, PS3.8 section 9.3.4. */
export interface AssociationRejected extends Happened {
  readonly kind: 'association-rejected';
  readonly result: number;
  readonly source: number;
  readonly reason: number;
}

/** A DIMSE request, but for C-CANCEL. */
export interface OperationRequested extends Happened {
  readonly kind: 'operation-requested';
  readonly operation: Acted;
}

/** The last response of an operation. */
export interface OperationAnswered extends Happened {
  readonly kind: 'operation-answered';
  readonly operation: Acted;
  readonly status: number | null;
}

/** The identifier of a C-FIND request was read. */
export interface QueryAsked extends Happened {
  readonly kind: 'query-asked';
  readonly operation: Acted;
  /** Whether any key restricts the answer; null when the identifier was not read to its end. */
  readonly restricted: boolean | null;
}

/** A pending answer of a C-FIND was read. */
export interface RecordHandedOut extends Happened {
  readonly kind: 'record-handed-out';
  readonly operation: Acted;
  /** Keyed hashes; null when not seen. */
  readonly patientHash: string | null;
  readonly studyHash: string | null;
}

/** The data set of a C-STORE request is over, whatever is answered. */
export interface ObjectSent extends Happened {
  readonly kind: 'object-sent';
  readonly operation: Acted;
  readonly patientHash: string | null;
  readonly instanceHash: string | null;
  readonly transferSyntax: string | null;
  /** As in `DataSet`. */
  readonly contentMark: string | null;
}

/** A value of a message is odd: meant for whatever reads it. */
export interface OddValue extends Happened {
  readonly kind: 'odd-value';
  readonly by: 'client' | 'server';
  readonly operation: Acted;
  readonly oddities: readonly Oddity[];
}

/** Bytes break their format, or the rules of the upper layer: `field` and `reason` in words of ours. */
export interface Malformation extends Happened {
  readonly kind: 'malformation';
  readonly by: 'client' | 'server';
  readonly field: string;
  readonly reason: string;
}

/** An association was rejected, released, aborted or cut. */
export interface AssociationOver extends Happened {
  readonly kind: 'association-over';
  readonly outcome: AssociationOutcome;
  readonly accepted: boolean;
  /** The ends themselves ended it, by DICOM or TCP: false where the sensor saw no more. */
  readonly byThem: boolean;
  /** Bytes of its connection came again with others in their place. */
  readonly ambiguous: boolean;
  /** A reset came that ended nothing, and then more data. */
  readonly strangeReset: boolean;
  readonly offered: readonly ProposedContext[];
  /** DIMSE requests and what is known only by responses or data sets. */
  readonly operations: number;
  /** Services observed, and their SOP classes. */
  readonly services: readonly { readonly service: string; readonly sopClasses: readonly string[] }[];
}

/** A TCP connection to a port of DICOM that was no DICOM. */
export interface ConnectionOver extends Happened {
  readonly kind: 'connection-over';
  /** Where no record of it is kept otherwise. */
  readonly connection?: ConnectionRecord;
  /**
   * `no-answer`: nothing, or a reset, came back to the SYN. `other`: its first bytes were seen, and are no protocol of
   * ours. `tls`: DICOM inside, perhaps. `unclear`: too little was sent or seen to say.
   */
  readonly how: 'no-answer' | 'other' | 'tls' | 'unclear';
}

/**
 * Client and server of DICOM over TLS agreed on version and cipher suite. Once a connection, when it is known for
 * DICOM.
 */
export interface TlsAgreed extends Happened {
  readonly kind: 'tls-agreed';
  readonly session: TlsSessionRecord;
}

/** The server of DICOM over TLS showed its certificate: up to TLS 1.2. The same. */
export interface TlsCertified extends Happened {
  readonly kind: 'tls-certified';
  readonly session: TlsSessionRecord;
}

/** An operation as its events tell it. */
export interface Acted {
  readonly id: string;
  /** Such as `C-STORE`. */
  readonly command: string;
  readonly service: string;
  readonly sopClass: string | null;
  readonly requester: 'client' | 'server';
  readonly messageId: number | null;
  readonly moveDestination: string | null;
  readonly moveOriginator: string | null;
  readonly moveOriginatorMessageId: number | null;
}
