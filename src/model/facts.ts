/**
 * Every fact a protocol analyzer can state. Facts say what was seen on the wire, never whether it matters, and
 * carry no patient value: names of attributes, counts and keyed hashes only (values only when the operator asked
 * for `--reveal`).
 *
 * Strings taken from the wire are already escaped (`bytes/text.ts`: non-printable bytes as `\xHH`, the backslash
 * doubled) and bounded.
 */

/** One end of a connection: 0 is the lower endpoint in Community-ID order, 1 the other. Says nothing of roles. */
export type Side = 0 | 1;

export type Fact =
  | AssociateRequest
  | AssociateAccept
  | AssociateReject
  | Release
  | Abort
  | MidStream
  | Command
  | DataSet
  | DataSetSkipped
  | ClientHello
  | ServerHello
  | TlsCertificate
  | TlsClientCertificate
  | TlsUnencrypted
  | Malformed
  | LostStep;

/** A-ASSOCIATE-RQ, PS3.8 section 9.3.2. */
export interface AssociateRequest {
  readonly kind: 'associate-request';
  readonly side: Side;
  /** A bit mask; bit 0 is version 1. */
  readonly protocolVersion: number;
  readonly calledAe: string;
  readonly callingAe: string;
  readonly applicationContext: string;
  readonly contexts: readonly ProposedContext[];
  readonly user: UserInformation;
}

/** Presentation context item, PS3.8 section 9.3.2.2. */
export interface ProposedContext {
  readonly id: number;
  readonly abstractSyntax: string;
  readonly transferSyntaxes: readonly string[];
}

/** A-ASSOCIATE-AC, PS3.8 section 9.3.3. */
export interface AssociateAccept {
  readonly kind: 'associate-accept';
  readonly side: Side;
  readonly protocolVersion: number;
  /** The two AE titles are echoed and not tested by the requester; kept for mid-stream associations. */
  readonly calledAe: string;
  readonly callingAe: string;
  readonly contexts: readonly AnsweredContext[];
  readonly user: UserInformation;
}

/** PS3.8 section 9.3.3.2. Result: 0 acceptance, 1 user rejection, 2 no reason, 3 abstract, 4 transfer syntaxes. */
export interface AnsweredContext {
  readonly id: number;
  readonly result: number;
  readonly transferSyntax: string;
}

/** User information item and its sub-items, PS3.8 annex D and PS3.7 annex D. Absent ones are null or empty. */
export interface UserInformation {
  readonly maximumLength: number | null;
  readonly implementationClassUid: string | null;
  readonly implementationVersion: string | null;
  readonly asynchronousOperations: { readonly invoked: number; readonly performed: number } | null;
  readonly roles: readonly { readonly sopClass: string; readonly scu: boolean; readonly scp: boolean }[];
  readonly extendedNegotiations: readonly { readonly sopClass: string; readonly bytes: number }[];
  readonly commonExtendedNegotiations: readonly {
    readonly sopClass: string;
    readonly serviceClass: string;
    readonly related: readonly string[];
  }[];
  /** User identity, PS3.7 section D.3.3.7: its kind and shape, never its content. */
  readonly identity: UserIdentity | null;
  /** Sub-item 0x59 of an acceptance: the acknowledgement was sent. */
  readonly identityAcknowledged: boolean;
}

export type IdentityType = 'username' | 'username-passcode' | 'kerberos' | 'saml' | 'jwt' | 'unknown';

export interface UserIdentity {
  readonly type: IdentityType;
  readonly responseRequested: boolean;
  readonly primaryBytes: number;
  readonly secondaryBytes: number;
}

/** A-ASSOCIATE-RJ, PS3.8 section 9.3.4: the three numbers as sent. */
export interface AssociateReject {
  readonly kind: 'associate-reject';
  readonly side: Side;
  readonly result: number;
  readonly source: number;
  readonly reason: number;
}

/** A-RELEASE-RQ and -RP, PS3.8 sections 9.3.6 and 9.3.7. */
export interface Release {
  readonly kind: 'release-request' | 'release-response';
  readonly side: Side;
}

/** A-ABORT, PS3.8 section 9.3.8. Source 0 is the service user, 2 the service provider. */
export interface Abort {
  readonly kind: 'abort';
  readonly side: Side;
  readonly source: number;
  readonly reason: number;
}

/** P-DATA-TF on a connection whose A-ASSOCIATE was not seen. */
export interface MidStream {
  readonly kind: 'mid-stream';
  readonly side: Side;
}

/** A complete DIMSE command set, PS3.7 annex E. Absent elements are null. */
export interface Command {
  readonly kind: 'command';
  readonly side: Side;
  readonly contextId: number;
  /** The Command Field (0000,0100), 0x8000 set in a response. */
  readonly field: number;
  readonly sopClass: string | null;
  /** Keyed hash of the affected or requested SOP Instance UID. */
  readonly instanceHash: string | null;
  readonly messageId: number | null;
  readonly respondedTo: number | null;
  readonly status: number | null;
  readonly hasDataSet: boolean;
  readonly moveDestination: string | null;
  readonly moveOriginator: string | null;
  readonly moveOriginatorMessageId: number | null;
  readonly remaining: number | null;
  readonly completed: number | null;
  readonly failed: number | null;
  readonly warning: number | null;
  readonly eventType: number | null;
  readonly actionType: number | null;
  /** What is odd about the SOP Instance UID; null for nothing. */
  readonly oddity: Oddity | null;
}

/**
 * Something in a value that is meant for whatever reads it: `what` it is and `where` it stands (a keyword, `private`,
 * `binary`), in words of tables, never the value.
 */
export interface Oddity {
  readonly kind: 'program' | 'not-its-type' | 'path';
  readonly what: string;
  readonly where: string;
}

/**
 * What the scanner saw of one data set. Stated once when Pixel Data begins (`final: false`) if the data set is
 * not over yet, so that a finding need not wait for the last byte, and once at its end (`final: true`). `shown` holds
 * what was seen since the statement before; everything else is as known now.
 */
export interface DataSet {
  readonly kind: 'data-set';
  readonly side: Side;
  readonly contextId: number;
  readonly final: boolean;
  /** Bytes of P-DATA values seen so far, and bytes known to be missing among them. */
  readonly bytes: number;
  readonly missed: number;
  readonly transferSyntax: string | null;
  /** True when the acceptance was not seen and the syntax was worked out from the bytes. */
  readonly transferSyntaxGuessed: boolean;
  /** Why the scan ended before the data set did; null when it did not. */
  readonly incomplete: ScanEnd | null;
  readonly shown: readonly ShownAttribute[];
  /**
   * Keyed hashes of Patient ID (with issuer), Study and SOP Instance UID, as far as seen at top level (of MPPS: in a
   * scheduled step).
   */
  readonly patientHash: string | null;
  readonly studyHash: string | null;
  readonly instanceHash: string | null;
  /**
   * Patient Identity Removed (0012,0062): a claim. `not-seen` only when the scan ended before group 0012 was passed.
   */
  readonly deidentified: 'yes' | 'no' | 'not-seen';
  /**
   * For query identifiers: Query/Retrieve Level, and whether any key restricts the answer (null as long as none was
   * seen to).
   */
  readonly queryLevel: string | null;
  readonly restricted: boolean | null;
  readonly oddities: readonly Oddity[];
  /**
   * Of the object of a C-STORE, once all of it was seen: a keyed hash of its length and the CRC-32 of samples
   * (`content-mark.ts`); else null.
   */
  readonly contentMark: string | null;
}

export type ScanEnd = 'gap' | 'cut' | 'malformed' | 'limit' | 'syntax-unknown' | 'deflate-error';

/** One attribute of PS3.15 Table E.1-1 shown with a value, at any depth. `value` only with `--reveal`. */
export interface ShownAttribute {
  /** Index into `protocols/dicom/tables/attributes.ts`. */
  readonly attribute: number;
  readonly count: number;
  readonly value: string | null;
}

/** A data set whose command was not seen, or on a context without one: its bytes are counted, its content not read. */
export interface DataSetSkipped {
  readonly kind: 'data-set-skipped';
  readonly side: Side;
  readonly contextId: number;
  readonly bytes: number;
  readonly reason: string;
}

/** TLS ClientHello, RFC 8446 section 4.1.2. */
export interface ClientHello {
  readonly kind: 'client-hello';
  readonly side: Side;
  /** The highest version offered, from supported_versions where present. */
  readonly version: number;
  readonly cipherSuites: readonly number[];
  /** Types of extensions in the order sent. */
  readonly extensions: readonly number[];
  readonly signatureAlgorithms: readonly number[];
  /** The first protocol name of ALPN, as JA4 has it. */
  readonly protocol: string;
  readonly serverName: string | null;
}

/** TLS ServerHello, RFC 8446 section 4.1.3. */
export interface ServerHello {
  readonly kind: 'server-hello';
  readonly side: Side;
  readonly version: number;
  readonly cipherSuite: number;
}

/** The first certificate of the server's (TLS 1.2 and before). Times in microseconds UTC. */
export interface TlsCertificate {
  readonly kind: 'tls-certificate';
  readonly side: Side;
  readonly subject: string;
  readonly issuer: string;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly fingerprint: string;
  /** Such as `RSA`, with the length of its key; null of a key that cannot be read. */
  readonly keyType: string | null;
  readonly keyBits: number | null;
  /** Such as `sha256WithRSAEncryption`. */
  readonly signature: string | null;
  readonly selfSigned: boolean;
}

/** The server asked for a client certificate, or the client sent one (TLS 1.2 and before). */
export interface TlsClientCertificate {
  readonly kind: 'tls-client-certificate';
  readonly side: Side;
  readonly step: 'asked' | 'sent';
}

/** TLS whose hellos were not seen, of which the records show that they do not encrypt. */
export interface TlsUnencrypted {
  readonly kind: 'tls-unencrypted';
  readonly side: Side;
}

/** Bytes that break their format. `offset` counts from the first byte of that direction. */
export interface Malformed {
  readonly kind: 'malformed';
  readonly side: Side;
  readonly offset: number;
  readonly field: string;
  readonly reason: string;
}

/** The analyzer lost its step and could not read `bytes` until it found it again (or the stream ended). */
export interface LostStep {
  readonly kind: 'lost-step';
  readonly side: Side;
  readonly offset: number;
  readonly bytes: number;
}
