/**
 * What is kept. Field names here are those of JSON; in SQLite they are the same in snake_case, lists and objects
 * as JSON text. `docs/records.md` says unit and meaning of each, and a test holds the three equal.
 *
 * Times are integers in microseconds since 1970 UTC (JSON shows them as RFC 3339 with six digits). Ids are a kind
 * letter and 26 base32 characters. Null means not seen or not applicable.
 */

export type Micros = number;

/** Exact to 10,000, then `10000+`. */
export type Count = number | '10000+';

export type Severity = 'info' | 'low' | 'medium' | 'high' | 'critical';
export const severities: readonly Severity[] = ['info', 'low', 'medium', 'high', 'critical'];

/** A packet: capture id and frame number as Wireshark counts in that file. */
export interface PacketReference {
  readonly capture: string;
  readonly frame: number;
}

/** Why a record is not whole. */
export type Incomplete =
  | 'mid-stream' // the beginning was not seen
  | 'one-direction' // the other side was not seen
  | 'missed-bytes' // holes in a stream that were never filled
  | 'ambiguous' // bytes that were sent twice and differ: the first were read, the receiver may have read the others
  | 'wrong-checksum' // wrong TCP checksums of a host whose others are right: the receiver did not take these segments
  | 'truncated' // the snap length cut packets
  | 'cut' // input ended, or the connection expired, before the end
  | 'lost-step' // bytes that could not be read as PDUs
  | 'not-decodable' // a data set that could not be scanned to its end
  | 'evicted' // dropped from memory to keep a bound
  | 'interrupted'; // a live capture was interrupted while it lasted

export type ClientWhy =
  | 'syn'
  | 'syn-ack'
  | 'associate-request'
  | 'client-hello'
  | 'known-listener'
  | 'dimse-request'
  | 'higher-port';

/** A TCP connection. Kept in the store for identified protocols; all of them go to `--connections`. */
export interface ConnectionRecord {
  id: string;
  communityId: string;
  clientAddress: string;
  clientPort: number;
  clientMac: string | null;
  serverAddress: string;
  serverPort: number;
  serverMac: string | null;
  /** What told the client from the server. */
  clientWhy: ClientWhy;
  /** VLAN ids seen, ascending. */
  vlan: readonly number[];
  /** Tunnels seen, outermost first, such as `vxlan:42` (`tunnelText` in `decode/tunnel.ts`). */
  tunnel: readonly string[];
  start: Micros;
  end: Micros;
  clientBytes: number;
  serverBytes: number;
  clientMissed: number;
  serverMissed: number;
  /** Of the missed bytes those that the other side acknowledged: lost before the sensor. */
  clientUnseen: number;
  serverUnseen: number;
  began: 'syn' | 'syn-ack' | 'mid-stream';
  ended: 'open' | 'fin' | 'reset' | 'expired' | 'replaced' | 'evicted' | 'input-end';
  protocol: string;
  /** Why it was taken for that protocol. */
  why: string;
  firstCapture: string;
  firstFrame: number;
  lastCapture: string;
  lastFrame: number;
  complete: boolean;
  incomplete: readonly Incomplete[];
}

export type AssociationOutcome =
  | 'requested' // asked, not answered yet
  | 'accepted' // accepted and not over yet
  | 'rejected'
  | 'released'
  | 'aborted'
  | 'cut'; // ended without release or abort, or the input ended

export interface PresentationContext {
  id: number;
  abstractSyntax: string | null;
  transferSyntaxes: readonly string[];
  scuRole: boolean | null;
  scpRole: boolean | null;
  /** As answered: 0 accepted, 1 to 4 rejected, null not answered. */
  result: number | null;
  acceptedTransferSyntax: string | null;
}

/** One A-ASSOCIATE, or P-DATA joined in the middle. In the store while it lasts: `ended` is false until it is over. */
export interface AssociationRecord {
  id: string;
  connectionId: string;
  /** From 1, by stream offset, within its connection. */
  ordinal: number;
  clientAddress: string;
  clientPort: number;
  serverAddress: string;
  serverPort: number;
  /** AE titles, trimmed and escaped; null when not seen. */
  callingAe: string | null;
  calledAe: string | null;
  ended: boolean;
  outcome: AssociationOutcome;
  /** In words: who rejected or aborted, and why. */
  outcomeDetail: string | null;
  accepted: boolean | null;
  rejectResult: number | null;
  rejectSource: number | null;
  rejectReason: number | null;
  abortSource: number | null;
  abortReason: number | null;
  protocolVersion: number | null;
  applicationContext: string | null;
  contexts: readonly PresentationContext[];
  clientMaximumLength: number | null;
  serverMaximumLength: number | null;
  clientImplementationUid: string | null;
  clientImplementationVersion: string | null;
  serverImplementationUid: string | null;
  serverImplementationVersion: string | null;
  identityType: string | null;
  identityPasscodeEmpty: boolean | null;
  identityResponseRequested: boolean | null;
  identityAcknowledged: boolean | null;
  tls: boolean;
  midStream: boolean;
  start: Micros;
  end: Micros;
  firstCapture: string;
  firstFrame: number;
  lastCapture: string;
  lastFrame: number;
  operations: number;
  /** Composite objects moved by C-STORE. */
  objects: number;
  /** Objects that declare themselves de-identified: a claim. */
  deidentifiedObjects: number;
  /** Bytes of data sets from either side. */
  clientDataBytes: number;
  serverDataBytes: number;
  patients: Count;
  studies: Count;
  /**
   * True once it has shown a direct identifier with a value or two quasi-identifiers outside objects declared
   * de-identified.
   */
  patientData: boolean;
  patientDataTime: Micros | null;
  patientDataCapture: string | null;
  patientDataFrame: number | null;
  complete: boolean;
  incomplete: readonly Incomplete[];
}

/** One DIMSE request with its responses. */
export interface OperationRecord {
  id: string;
  associationId: string;
  connectionId: string;
  ordinal: number;
  /** Such as `C-STORE`. */
  command: string;
  requester: 'client' | 'server';
  contextId: number;
  messageId: number | null;
  sopClass: string | null;
  transferSyntax: string | null;
  transferSyntaxGuessed: boolean;
  /** The last status seen, as a number; in words; and its kind. Null while no response was seen. */
  status: number | null;
  statusText: string | null;
  statusKind: 'success' | 'pending' | 'cancel' | 'warning' | 'failure' | null;
  responses: number;
  /** Pending responses that carried a data set: records handed out. */
  answers: number;
  remaining: number | null;
  completed: number | null;
  failed: number | null;
  warning: number | null;
  cancelled: boolean;
  requestBytes: number;
  responseBytes: number;
  missedBytes: number;
  queryLevel: string | null;
  patientHash: string | null;
  studyHash: string | null;
  instanceHash: string | null;
  patients: Count;
  moveDestination: string | null;
  moveOriginator: string | null;
  moveOriginatorMessageId: number | null;
  eventType: number | null;
  actionType: number | null;
  deidentified: 'yes' | 'no' | 'not-seen' | null;
  patientData: boolean;
  start: Micros;
  end: Micros;
  durationMicros: number;
  firstCapture: string;
  firstFrame: number;
  lastCapture: string;
  lastFrame: number;
  complete: boolean;
  incomplete: readonly Incomplete[];
  /** Of a C-STORE whose object was seen whole: a keyed hash of its length and a checksum of samples; else null. */
  contentMark: string | null;
}

/** The classes of `protocols/dicom/tables/attributes.ts`. */
export type AttributeClass = 'direct' | 'quasi' | 'clinical' | 'staff' | 'device' | 'uid';
export const attributeClasses: readonly AttributeClass[] = ['direct', 'quasi', 'clinical', 'staff', 'device', 'uid'];

/** How patient data was shown. */
export type SeenIn =
  | 'stored'
  | 'query-key'
  | 'query-answer'
  | 'worklist-key'
  | 'worklist-answer'
  | 'mpps'
  | 'commitment'
  | 'event'
  | 'other'
  | 'unknown';

export interface ExposedAttribute {
  /** Keyword of PS3.6, such as `PatientName`. */
  attribute: string;
  /** Eight hexadecimal digits. */
  tag: string;
  class: AttributeClass;
  seenIn: SeenIn;
  count: number;
  /** Counts within objects that declare themselves de-identified. */
  deidentifiedCount: number;
}

/** What one association showed: never values. The view `exposure_attribute` has one row per attribute. */
export interface ExposureRecord {
  associationId: string;
  connectionId: string;
  direct: number;
  quasi: number;
  clinical: number;
  staff: number;
  device: number;
  uid: number;
  attributes: readonly ExposedAttribute[];
  /** With `--reveal` only: keyword to at most 100 distinct values; else null. */
  revealed: Record<string, string[]> | null;
}

/** An AE title at an address in a service: who talks, and who listens. */
export interface EndpointRecord {
  id: string;
  aeTitle: string;
  address: string;
  /** Port listened on; null for the side that connects. */
  port: number | null;
  /** Such as `store`, `query`, `retrieve`, `worklist`, `mpps`, `commitment`, `print`, `echo`, `other`, `none`. */
  service: string;
  role: 'scu' | 'scp';
  firstSeen: Micros;
  lastSeen: Micros;
  implementationUid: string | null;
  implementationVersion: string | null;
  sopClasses: readonly string[];
}

/** An endpoint as one association showed it. */
export type ShownEndpoint = Readonly<Omit<EndpointRecord, 'firstSeen' | 'lastSeen'>>;

/** All endpoints that one association showed: the store folds the sightings of all associations into `endpoint`. */
export interface EndpointSighting {
  associationId: string;
  connectionId: string;
  firstSeen: Micros;
  lastSeen: Micros;
  /** Never none. Associations between the same two parties mostly have the very same list. */
  shown: readonly ShownEndpoint[];
}

export interface TlsSessionRecord {
  id: string;
  connectionId: string;
  clientAddress: string;
  clientPort: number;
  serverAddress: string;
  serverPort: number;
  /** Why this is taken for DICOM over TLS: `content` (read through), `policy`, `known-listener`, `port-2762`. */
  why: string;
  /** Such as `TLS 1.2`; null when the server's answer was not seen. */
  version: string | null;
  cipherSuite: string | null;
  serverName: string | null;
  ja4: string | null;
  certificateSubject: string | null;
  certificateIssuer: string | null;
  certificateNotBefore: Micros | null;
  certificateNotAfter: Micros | null;
  certificateFingerprint: string | null;
  /** Such as `RSA`, and the bits of its key. */
  certificateKey: string | null;
  certificateKeyBits: number | null;
  /** Such as `sha256WithRSAEncryption`. */
  certificateSignature: string | null;
  certificateSelfSigned: boolean | null;
  /** True, false, or null where not observable (TLS 1.3). */
  clientCertificateAsked: boolean | null;
  clientCertificateSent: boolean | null;
  grade: 'pass' | 'weak' | 'fail' | 'critical' | null;
  gradeWhy: string | null;
  start: Micros;
  end: Micros;
  clientBytes: number;
  serverBytes: number;
  firstCapture: string;
  firstFrame: number;
}

/** One opinion of one detection on one subject: never incremented, raised again as a higher revision. */
export interface FindingRecord {
  id: string;
  detection: string;
  severity: Severity;
  /** Packet time at which it was proven. */
  time: Micros;
  summary: string;
  clientAddress: string;
  clientPort: number;
  serverAddress: string;
  serverPort: number;
  callingAe: string | null;
  calledAe: string | null;
  associationId: string | null;
  connectionId: string;
  /** What makes two findings the same for an alert. */
  key: string;
  /** The numbers behind the sentence. */
  evidence: Record<string, unknown>;
  references: readonly string[];
  capture: string;
  frame: number;
  /** True when its association's input was incomplete. */
  partial: boolean;
  /** Judged again under another policy and no longer raised. */
  withdrawn: boolean;
}

/** Findings of one detection and key within one window, as one message to a person. */
export interface AlertRecord {
  id: string;
  detection: string;
  key: string;
  kind: 'event' | 'condition';
  windowStart: Micros;
  severity: Severity;
  count: number;
  firstTime: Micros;
  lastTime: Micros;
  /** The finding that stands for it: the gravest, then the first. */
  findingId: string;
  /** Other detections raised on the same associations, with how often. */
  related: Record<string, number>;
}

/**
 * A start of the program. It, `capture` and what tells of a live run (`health`, `sink`, `log_mark`) know the wall
 * clock.
 */
export interface RunRecord {
  id: number;
  program: string;
  arguments: string[];
  policyDigest: string | null;
  hashKeyId: string;
  sensor: string;
  reveal: boolean;
  begin: Micros;
  end: Micros | null;
  /** `done`, `incomplete`, `interrupted`, `failed`; null while it runs or when it was killed. */
  ending: string | null;
}

/** One input of a run. */
export interface CaptureRecord {
  /** From name, link type and first packet: the same file is the same capture in each run. */
  id: string;
  runId: number;
  path: string;
  format: string;
  /** Bytes of the file as stored (compressed if it is). */
  size: number;
  packets: number;
  bytes: number;
  firstTime: Micros | null;
  lastTime: Micros | null;
  linkTypes: number[];
  losses: Losses;
  complete: boolean;
  error: string | null;
}

/** Everything the sensor could not use: cause to packets and bytes (design: "nothing is silent"). */
export type Losses = Partial<Record<LossCause, { packets: number; bytes: number }>>;

export const lossCauses = [
  'not-captured', // packets that the recorder says it or its interface dropped: they are in no other number
  'link-unsupported', // link types that are not decoded
  'network-unsupported', // frames that are neither IPv4 nor IPv6 (ARP, LLDP, ...): normal, counted all the same
  'transport-unsupported', // IP packets that are not TCP (UDP, ICMP, ...): normal, counted all the same
  'encapsulation-unsupported', // packets in tunnels whose header names a protocol that is not decoded
  'encapsulation-too-deep', // packets in more VLAN tags and tunnels than are followed
  'malformed-link', // a header below IP is cut or contradicts itself: Ethernet, PPP, or a tunnel's
  'malformed-network',
  'malformed-transport',
  'truncated', // packets cut by the snap length: their missing bytes
  'fragments-given-up',
  'fragments-held', // IP fragments used in a reassembled datagram
  'duplicate', // frames seen twice
  'retransmitted', // bytes already seen
  'conflicting', // segments whose bytes differ from those held of the same numbers: the first copy is kept
  'checksum-ip', // packets with a wrong checksum of the IP header, of those that were looked at
  'checksum-tcp', // segments with a wrong TCP checksum, of those that were looked at: offload leaves them so
  'out-of-window', // segments that fit no connection's window, resets that no receiver would believe
  'after-reset', // bytes in a reset, and new ones on a connection that a reset had ended
  'not-selected', // left out by --from, --to or --filter
  'before-sensor', // holes in TCP streams of any protocol that the receiver acknowledged: lost on the way to the sensor
  'missed', // bytes missing in streams of identified protocols
  'not-parsed', // bytes of identified streams that were not understood
  'not-scanned', // bytes of data sets after their scan ended early
  'not-identified', // stream bytes whose protocol was never known to be one of ours
  'evicted', // connections dropped to keep the bound
  'clock-backward', // packets whose time stamp went back, on their connection or for all
  'bug', // analyzers ended by an error of ours: must be 0
] as const;

export type LossCause = (typeof lossCauses)[number];

/**
 * Causes that say something of packets and bytes which are in another place too: used all the same, or lost as told
 * there.
 */
export const markCauses: readonly LossCause[] = [
  'conflicting',
  'checksum-ip',
  'checksum-tcp',
  'before-sensor',
  'evicted',
  'clock-backward',
];

/**
 * What became of the bytes of TCP connections that are over, both directions together, each byte of sequence space
 * once: covered by captured segments, or missed. Of identified ones each covered byte is in one of the places below.
 */
export interface StreamBytes {
  /** TCP segments that were used, or counted as copies and the like. */
  segments: number;
  /** Of these, segments whose checksums were looked at. */
  summed: number;
  /** Of connections of any protocol. */
  covered: number;
  missed: number;
  /** Of the missed bytes those that the receiver acknowledged: lost before the sensor. */
  unseen: number;
  identified: IdentifiedBytes;
}

/** `covered` is the sum of the fields after `missed`. */
export interface IdentifiedBytes {
  covered: number;
  missed: number;
  /** Cut off by the snap length. */
  truncated: number;
  /** PDU, value and record headers. */
  headers: number;
  /** Held until whole: association PDUs, command sets, TLS handshakes. */
  kept: number;
  /** Of data sets what was looked at, and what was passed over by its length; of TLS what is encrypted. */
  scanned: number;
  skipped: number;
  /** Passed over until the next PDU was found. */
  lostStep: number;
  /** Breaking their format. */
  malformed: number;
  /** After so much malformed that no more was parsed. */
  givenUp: number;
  /** Of data sets whose beginning was not seen. */
  notBegun: number;
  /** Of data sets after their scan ended early. */
  notScanned: number;
  /** After an error of ours. */
  bug: number;
}

/** State of the program, or of one interface, over one interval of a live run. Knows the wall clock only. */
export interface HealthRecord {
  id: number;
  runId: number;
  begin: Micros;
  end: Micros;
  /** The interface it is about; null for the sensor as a whole. */
  interface: string | null;
  /** `ok`; `degraded`: something is lost, refused or waits; `blind`: nothing is captured. */
  state: 'ok' | 'degraded' | 'blind';
  /** In words; null when all is well. */
  why: string | null;
  /** Packets used, and their bytes on the wire. */
  packets: number;
  bytes: number;
  /** What the interface received by its own count, also while nothing captured there; null where it does not say. */
  received: number | null;
  /** Place (`interface`, `kernel`, `helper`) to packets. */
  drops: Record<string, number>;
  /** What could not be used in this interval. */
  losses: Losses;
  lagMicros: number;
  memoryBytes: number;
  /** Queue to entries waiting. */
  queues: Record<string, number>;
  /** Bytes of TCP streams, and of these what was not understood: of identified protocols and of others. */
  streamBytes: number;
  notUnderstoodBytes: number;
}

/**
 * Where a sink stands in the log, and what it has to be told. Kept by the sink, but for `lost` and `lostTo`: those are
 * retention's.
 */
export interface SinkRecord {
  name: string;
  /** Such as `syslog-tls` or `file`. */
  kind: string;
  /** Kinds of records it wants, such as `alert`. */
  wants: readonly string[];
  /** Last sequence number of the log that is done with. */
  cursor: number;
  /** Since it was first configured: messages confirmed as far as the transport can, sent again, given up. */
  delivered: number;
  repeated: number;
  dropped: number;
  /** Lines of the log it wanted, and did not have yet, that the quota removed; and the last of them. */
  lost: number;
  lostTo: number;
  /** What it has to remember beside its place: alerts it holds back until later, and what it gave up. */
  notes: Record<string, unknown>;
  /** Wall clock of the last confirmed delivery. */
  lastConfirmed: Micros | null;
  /** Never a secret; null when the last attempt went well. */
  lastError: string | null;
}

/** A change of a record that a sink may want: sinks are cursors over `seq`. */
export interface LogRecord {
  seq: number;
  /** The record's table. */
  kind: string;
  recordId: string;
  /** From 1, per record. */
  revision: number;
  /** True when the record is no longer in the store. */
  removed: boolean;
}

/**
 * What a writer is given: the state of records that changed. The connection of each record is in the same batch
 * or was in an earlier one of the run. Later entries of the same id replace earlier ones.
 */
export interface RecordBatch {
  connections: ConnectionRecord[];
  associations: AssociationRecord[];
  operations: OperationRecord[];
  exposures: ExposureRecord[];
  /** Not folded: what each association showed. */
  endpoints: EndpointSighting[];
  tlsSessions: TlsSessionRecord[];
  findings: FindingRecord[];
}
