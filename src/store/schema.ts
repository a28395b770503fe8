import type {
  AlertRecord,
  AssociationRecord,
  CaptureRecord,
  ConnectionRecord,
  EndpointRecord,
  ExposureRecord,
  FindingRecord,
  HealthRecord,
  LogRecord,
  Micros,
  OperationRecord,
  RunRecord,
  SinkRecord,
  TlsSessionRecord,
} from '../model/records.ts';
import { type Column, type Columns, columnList } from './columns.ts';
import { healthColumns, type LogMarkRow, logMarkColumns, sinkColumns } from './tables/live.ts';
import { sharedFieldsOf } from './tables/shared.ts';

/** An endpoint in a group of endpoints that associations show together. */
export interface EndpointGroupRow {
  id: string;
  endpointId: string;
  implementationUid: string | null;
  implementationVersion: string | null;
  sopClasses: readonly string[];
}

/** Of one association, what the store folds into `endpoint`. */
export interface EndpointSightingRow {
  associationId: string;
  groupId: string;
  firstSeen: Micros;
  lastSeen: Micros;
}

/** How often a record changed that changed more than once. */
export interface RevisionRow {
  recordId: string;
  revision: number;
}

/** What the store remembers of itself. */
export interface MetaRow {
  name: string;
  value: string;
}

/** A table: one record a row. `docs/records.md` shows these words; `migrations.ts` made the SQL. */
export interface Table {
  readonly name: string;
  /** One row is one of these. */
  readonly about: string;
  /** Primary key. */
  readonly key: readonly string[];
  readonly columns: readonly Column[];
  /** Of these, what a record has for itself, and what many have alike (`tables/shared.ts`): mostly nothing. */
  readonly own: readonly Column[];
  readonly shared: readonly Column[];
  /** The table in SQLite that has a row for each record. */
  readonly rows: string;
}

export const tables = {
  run: table<RunRecord>('run', 'start of the program', ['id'], {
    id: ['integer', 'Number of the run, from 1'],
    program: ['text', 'Name and version of the program'],
    arguments: ['json', 'List of its arguments'],
    policyDigest: ['text?', 'SHA-256 of the policy file; null without one'],
    hashKeyId: ['text', 'Id of the key of the keyed hashes, never the key'],
    sensor: ['text', 'Name of the sensor'],
    reveal: ['boolean', 'Whether patient values were asked for and are stored'],
    begin: ['time', 'When it began, wall clock'],
    end: ['time?', 'When it ended, wall clock; null while it runs or when it was killed'],
    ending: ['text?', '`done`, `incomplete`, `interrupted` or `failed`; null as above'],
  }),
  capture: table<CaptureRecord>('capture', 'file or interface of a run', ['run_id', 'id'], {
    id: ['text', 'From name, link type and first packet: the same file is the same capture in each run'],
    runId: ['integer', 'The run that read it'],
    path: ['text', 'Path as given, or interface'],
    format: ['text', 'Such as `pcap` or `pcapng`, with the compression'],
    size: ['bytes', 'Size of the file as stored, compressed if it is'],
    packets: ['integer', 'Packets read'],
    bytes: ['bytes', 'Bytes of these packets on the wire'],
    firstTime: ['time?', 'Time of the first packet'],
    lastTime: ['time?', 'Time of the last packet'],
    linkTypes: ['json', 'List of link types seen (LINKTYPE_ numbers)'],
    losses: ['json', 'What could not be used: cause to packets and bytes'],
    complete: ['boolean', 'Whether the file was read to its proper end'],
    error: ['text?', 'Why it was not'],
  }),
  connection: table<ConnectionRecord>('connection', 'TCP connection of an identified protocol', ['id'], {
    id: ['text', 'Id, the same from every capture that saw its handshake'],
    communityId: ['text', 'Community ID, version 1, seed 0'],
    clientAddress: ['text', 'Address of the client'],
    clientPort: ['integer', 'Its TCP port'],
    clientMac: ['text?', 'Its link-layer address on this wire; a router may stand between'],
    serverAddress: ['text', 'Address of the server'],
    serverPort: ['integer', 'Its TCP port'],
    serverMac: ['text?', 'Its link-layer address on this wire'],
    clientWhy: [
      'text',
      'What told the client from the server: `syn`, `syn-ack`, `associate-request`, `client-hello`, `known-listener`, `dimse-request` or `higher-port`',
    ],
    vlan: ['json', 'List of VLAN ids seen, ascending'],
    tunnel: [
      'json',
      'List of tunnels seen, outermost first: `mpls`, `pppoe`, `ipip`, `gre`, `gre:KEY`, `nvgre:VSID`, `erspan`, `erspan:SESSION`, `vxlan:VNI`, `geneve:VNI`. VNI, VSID and GRE key are part of what identifies the connection',
    ],
    start: ['time', 'First packet'],
    end: ['time', 'Last packet'],
    clientBytes: ['bytes', 'Sequence space seen from the client, each byte once'],
    serverBytes: ['bytes', 'Sequence space seen from the server, each byte once'],
    clientMissed: ['bytes', "Bytes missing in the client's stream"],
    serverMissed: ['bytes', "Bytes missing in the server's stream"],
    clientUnseen: ['bytes', 'Of those of the client what the server acknowledged: lost before the sensor'],
    serverUnseen: ['bytes', 'Of those of the server what the client acknowledged'],
    began: ['text', 'First thing seen: `syn`, `syn-ack` or `mid-stream`'],
    ended: ['text', '`open`, `fin`, `reset`, `expired`, `replaced`, `evicted` or `input-end`'],
    protocol: ['text', 'Protocol it was taken for'],
    why: ['text', 'Why it was taken for that'],
    firstCapture: ['text', 'Capture of the first packet'],
    firstFrame: ['integer', 'Its frame number there, as Wireshark counts'],
    lastCapture: ['text', 'Capture of the last packet'],
    lastFrame: ['integer', 'Its frame number there'],
    complete: ['boolean', 'Whether all of it was seen'],
    incomplete: ['json', 'List of reasons why not'],
  }),
  association: table<AssociationRecord>('association', 'A-ASSOCIATE, or P-DATA joined in the middle', ['id'], {
    id: ['text', "From the connection's id and the ordinal"],
    connectionId: ['text', 'Its connection'],
    ordinal: ['integer', 'From 1, by stream offset, within its connection'],
    clientAddress: ['text', 'Address of the client'],
    clientPort: ['integer', 'Its TCP port'],
    serverAddress: ['text', 'Address of the server'],
    serverPort: ['integer', 'Its TCP port'],
    callingAe: ['text?', 'Calling AE title, trimmed and escaped; null when not seen'],
    calledAe: ['text?', 'Called AE title, the same'],
    ended: ['boolean', 'Whether it is over'],
    outcome: ['text', '`requested`, `accepted`, `rejected`, `released`, `aborted` or `cut`'],
    outcomeDetail: ['text?', 'In words: who rejected or aborted, and why'],
    accepted: [
      'boolean?',
      'Whether it was accepted; null when neither the answer was seen nor what only follows one (then `outcome_detail` says so)',
    ],
    rejectResult: ['integer?', 'Result of A-ASSOCIATE-RJ: 1 permanent, 2 transient (PS3.8 section 9.3.4)'],
    rejectSource: ['integer?', 'Its source'],
    rejectReason: ['integer?', 'Its reason'],
    abortSource: ['integer?', 'Source of A-ABORT: 0 user, 2 provider (PS3.8 section 9.3.8)'],
    abortReason: ['integer?', 'Its reason'],
    protocolVersion: ['integer?', 'Protocol version of the request, a bit mask'],
    applicationContext: ['text?', 'Application context name'],
    contexts: ['json', 'List of presentation contexts: id, syntaxes, roles, result'],
    clientMaximumLength: ['bytes?', 'Longest P-DATA the client takes; 0 without bound'],
    serverMaximumLength: ['bytes?', 'Longest P-DATA the server takes; 0 without bound'],
    clientImplementationUid: ['text?', "Client's implementation class UID"],
    clientImplementationVersion: ['text?', "Client's implementation version name"],
    serverImplementationUid: ['text?', "Server's implementation class UID"],
    serverImplementationVersion: ['text?', "Server's implementation version name"],
    identityType: [
      'text?',
      'User identity offered: `username`, `username-passcode`, `kerberos`, `saml`, `jwt` or `unknown`; never its content',
    ],
    identityPasscodeEmpty: ['boolean?', 'Whether its passcode was empty'],
    identityResponseRequested: ['boolean?', 'Whether the client asked for an acknowledgement'],
    identityAcknowledged: ['boolean?', 'Whether the server acknowledged it'],
    tls: ['boolean', 'Whether it ran inside TLS'],
    midStream: ['boolean', 'Whether its beginning was not seen'],
    start: ['time', 'First packet'],
    end: ['time', 'Last packet'],
    firstCapture: ['text', 'Capture of the first packet'],
    firstFrame: ['integer', 'Its frame number there'],
    lastCapture: ['text', 'Capture of the last packet'],
    lastFrame: ['integer', 'Its frame number there'],
    operations: ['integer', 'DIMSE requests'],
    objects: ['integer', 'Composite objects moved by C-STORE'],
    deidentifiedObjects: ['integer', 'Objects that declare themselves de-identified: a claim'],
    clientDataBytes: ['bytes', 'Data set bytes from the client'],
    serverDataBytes: ['bytes', 'Data set bytes from the server'],
    patients: ['count', 'Distinct patients by keyed hash'],
    studies: ['count', 'Distinct studies by keyed hash'],
    patientData: [
      'boolean',
      'Whether it has shown a direct identifier with a value, or two quasi-identifiers, outside objects declared de-identified',
    ],
    patientDataTime: ['time?', 'When that was so first'],
    patientDataCapture: ['text?', 'Capture of that packet'],
    patientDataFrame: ['integer?', 'Its frame number there'],
    complete: ['boolean', 'Whether all of it was seen and read'],
    incomplete: ['json', 'List of reasons why not'],
  }),
  operation: table<OperationRecord>('operation', 'DIMSE request with its responses', ['association_id', 'ordinal'], {
    id: ['text', "From the association's id and the ordinal"],
    associationId: ['text', 'Its association'],
    connectionId: ['text', 'Its connection'],
    ordinal: ['integer', 'From 1, by stream offset, within its association'],
    command: ['text', 'Such as `C-STORE`'],
    requester: ['text', '`client` or `server`'],
    contextId: ['integer', 'Presentation context id'],
    messageId: ['integer?', 'Message ID'],
    sopClass: ['text?', 'Affected or requested SOP class UID'],
    transferSyntax: ['text?', 'Transfer syntax UID of the data sets'],
    transferSyntaxGuessed: ['boolean', 'Whether it was worked out from the bytes, the acceptance not being seen'],
    status: ['integer?', 'Last status seen'],
    statusText: ['text?', 'The same in words'],
    statusKind: ['text?', '`success`, `pending`, `cancel`, `warning` or `failure`'],
    responses: ['integer', 'Responses seen'],
    answers: ['integer', 'Pending responses with a data set: records handed out'],
    remaining: ['integer?', 'Sub-operations remaining'],
    completed: ['integer?', 'Sub-operations completed'],
    failed: ['integer?', 'Sub-operations failed'],
    warning: ['integer?', 'Sub-operations with warnings'],
    cancelled: ['boolean', 'Whether the requester asked to cancel it'],
    requestBytes: ['bytes', "Data set bytes of the request's"],
    responseBytes: ['bytes', "Data set bytes of the responses'"],
    missedBytes: ['bytes', 'Data set bytes missing'],
    queryLevel: ['text?', 'Query/Retrieve Level'],
    patientHash: ['text?', 'Keyed hash of Patient ID with its issuer'],
    studyHash: ['text?', 'Keyed hash of Study Instance UID'],
    instanceHash: ['text?', 'Keyed hash of SOP Instance UID'],
    patients: ['count', 'Distinct patients shown, by keyed hash'],
    moveDestination: ['text?', 'AE title that C-MOVE names'],
    moveOriginator: ['text?', 'AE title whose C-MOVE caused this C-STORE'],
    moveOriginatorMessageId: ['integer?', 'Message ID of that C-MOVE'],
    eventType: ['integer?', 'Event Type ID of N-EVENT-REPORT'],
    actionType: ['integer?', 'Action Type ID of N-ACTION'],
    deidentified: ['text?', 'Whether the object declares itself de-identified: `yes`, `no` or `not-seen`; a claim'],
    patientData: ['boolean', 'Whether it showed patient data, as in `association`'],
    start: ['time', 'First packet'],
    end: ['time', 'Last packet'],
    durationMicros: ['micros', 'From first to last packet'],
    firstCapture: ['text', 'Capture of the first packet'],
    firstFrame: ['integer', 'Its frame number there'],
    lastCapture: ['text', 'Capture of the last packet'],
    lastFrame: ['integer', 'Its frame number there'],
    complete: ['boolean', 'Whether all of it was seen and read'],
    incomplete: ['json', 'List of reasons why not'],
    contentMark: [
      'text?',
      'Keyed hash of length and CRC-32 of samples of a stored object that was seen whole: `object-replaced`',
    ],
  }),
  exposure: table<ExposureRecord>('exposure', 'association that showed attributes', ['association_id'], {
    associationId: ['text', 'Its association'],
    connectionId: ['text', 'Its connection'],
    direct: ['integer', 'Values of direct identifiers shown'],
    quasi: ['integer', 'Values of quasi-identifiers'],
    clinical: ['integer', 'Values of clinical attributes'],
    staff: ['integer', 'Values that name staff'],
    device: ['integer', 'Values of devices and sites'],
    uid: ['integer', 'UIDs'],
    attributes: [
      'json',
      'List of attributes: keyword, tag, class, how it was seen, count, count in objects declared de-identified; `exposure_attribute` has a row for each',
    ],
    revealed: ['json?', 'With `--reveal` only: keyword to at most 100 distinct values'],
  }),
  endpoint: table<EndpointRecord>('endpoint', 'AE title at an address in a service', ['id'], {
    id: ['text', 'From AE title, address, port, service and role'],
    aeTitle: ['text', 'AE title, trimmed and escaped'],
    address: ['text', 'Address'],
    port: ['integer?', 'TCP port listened on; null for the side that connects'],
    service: ['text', 'Such as `store`, `query`, `retrieve`, `worklist`, `mpps`, `commitment`, `print`, `echo`'],
    role: ['text', '`scu` (asks) or `scp` (serves)'],
    firstSeen: ['time', 'Start of the first association that showed it'],
    lastSeen: ['time', 'End of the last'],
    implementationUid: ['text?', 'Implementation class UID, as last seen'],
    implementationVersion: ['text?', 'Implementation version name, as last seen'],
    sopClasses: ['json', 'List of SOP class UIDs seen, ascending'],
  }),
  endpoint_group: table<EndpointGroupRow>(
    'endpoint_group',
    'endpoint in a group that associations show together',
    ['id', 'endpoint_id'],
    {
      id: ['text', 'Id of the group, from all that its endpoints say here'],
      endpointId: ['text', 'The endpoint'],
      implementationUid: ['text?', 'Implementation class UID'],
      implementationVersion: ['text?', 'Implementation version name'],
      sopClasses: ['json', 'List of SOP class UIDs seen'],
    },
  ),
  endpoint_sighting: table<EndpointSightingRow>(
    'endpoint_sighting',
    'association that showed endpoints',
    ['association_id'],
    {
      associationId: ['text', 'The association'],
      groupId: ['text', 'The group of its endpoints'],
      firstSeen: ['time', 'When the association showed them first'],
      lastSeen: ['time', 'When it did last'],
    },
  ),
  tls_session: table<TlsSessionRecord>('tls_session', 'TLS handshake to or from a DICOM endpoint', ['id'], {
    id: ['text', "From the connection's id and an ordinal"],
    connectionId: ['text', 'Its connection'],
    clientAddress: ['text', 'Address of the client'],
    clientPort: ['integer', 'Its TCP port'],
    serverAddress: ['text', 'Address of the server'],
    serverPort: ['integer', 'Its TCP port'],
    why: ['text', 'Why it is taken for DICOM: `content` (read), `policy`, `known-listener` or `port-2762`'],
    version: ['text?', "Such as `TLS 1.2`; null when the server's answer was not seen"],
    cipherSuite: ['text?', 'Cipher suite, by its IANA name'],
    serverName: ['text?', 'Server name the client asked for'],
    ja4: ['text?', 'JA4 fingerprint of the client'],
    certificateSubject: ['text?', "Subject of the server's certificate; certificates cannot be seen in TLS 1.3"],
    certificateIssuer: ['text?', 'Its issuer'],
    certificateNotBefore: ['time?', 'Begin of its validity'],
    certificateNotAfter: ['time?', 'End of its validity'],
    certificateFingerprint: ['text?', 'SHA-256 of it'],
    certificateKey: ['text?', 'Kind of its key, such as `RSA`'],
    certificateKeyBits: ['integer?', 'Bits of that key'],
    certificateSignature: ['text?', 'What it is signed with, such as `sha256WithRSAEncryption`'],
    certificateSelfSigned: ['boolean?', 'Whether its own key signed it'],
    clientCertificateAsked: ['boolean?', 'Whether the server asked the client for one; null where it cannot be seen'],
    clientCertificateSent: ['boolean?', 'Whether the client sent one; null where it cannot be seen'],
    grade: ['text?', '`pass`, `weak`, `fail` or `critical`'],
    gradeWhy: ['text?', 'Why, in words'],
    start: ['time', 'First packet'],
    end: ['time', 'Last packet'],
    clientBytes: ['bytes', 'Payload bytes from the client'],
    serverBytes: ['bytes', 'Payload bytes from the server'],
    firstCapture: ['text', 'Capture of the first packet'],
    firstFrame: ['integer', 'Its frame number there'],
  }),
  finding: table<FindingRecord>('finding', 'opinion of one detection on one subject', ['id'], {
    id: ['text', 'From detection and subject: raised again, it is the same finding in a higher revision'],
    detection: ['text', 'Slug of the detection'],
    severity: ['text', '`info`, `low`, `medium`, `high` or `critical`'],
    time: ['time', 'Packet time at which it was proven'],
    summary: ['text', 'One sentence for the person on call'],
    clientAddress: ['text', 'Address of the client'],
    clientPort: ['integer', 'Its TCP port'],
    serverAddress: ['text', 'Address of the server'],
    serverPort: ['integer', 'Its TCP port'],
    callingAe: ['text?', 'Calling AE title'],
    calledAe: ['text?', 'Called AE title'],
    associationId: ['text?', 'Its association; null for what several prove together, named in `evidence`'],
    connectionId: ['text', 'Its connection'],
    key: ['text', 'What makes two findings the same for an alert'],
    evidence: ['json', 'Object: the numbers behind the sentence'],
    references: ['json', 'List of standards and rules it maps to'],
    capture: ['text', 'Capture of the packet that proved it'],
    frame: ['integer', 'Its frame number there'],
    partial: ['boolean', "Whether its association's input was incomplete"],
    withdrawn: ['boolean', 'Whether it was judged again, under another policy, and no longer raised'],
  }),
  alert: table<AlertRecord>('alert', 'findings of one detection and key within one window', ['id'], {
    id: ['text', 'From detection, key and window'],
    detection: ['text', 'Slug of the detection'],
    key: ['text', 'Key its findings share'],
    kind: ['text', '`event` (windows of an hour) or `condition` (first seen, worse, then every 7 days)'],
    windowStart: ['time', 'Begin of its window'],
    severity: ['text', 'Gravest severity of its findings'],
    count: ['integer', 'Findings it stands for'],
    firstTime: ['time', 'Time of the first'],
    lastTime: ['time', 'Time of the last'],
    findingId: ['text', 'The finding that shows it: the gravest, then the first'],
    related: ['json', 'Object: other detections on the same associations, with how often'],
  }),
  health: table<HealthRecord>('health', 'interval of a live run', ['id'], healthColumns),
  log: table<LogRecord>('log', 'change of a record that a sink may want', ['seq'], {
    seq: ['integer', 'Sequence number, never used twice'],
    kind: ['text', "The record's table"],
    recordId: ['text', 'Its id'],
    revision: ['integer', 'From 1, per record'],
    removed: ['boolean', 'Whether the record left the store, because another saw more'],
  }),
  revision: table<RevisionRow>('revision', 'record that changed more than once', ['record_id'], {
    recordId: ['text', 'Its id'],
    revision: ['integer', 'Its last revision in `log`; the log may have been trimmed since'],
  }),
  log_mark: table<LogMarkRow>(
    'log_mark',
    'moment at which the log of a live run had come so far',
    ['seq'],
    logMarkColumns,
  ),
  sink: table<SinkRecord>('sink', 'place that records are delivered to', ['name'], sinkColumns),
  meta: table<MetaRow>('meta', 'thing the store remembers of itself', ['name'], {
    name: [
      'text',
      '`hash_key_id`: the id of the one hash key its records were made under. `missing_indices`, while a run fills an empty store or after it was killed: what the next run makes first. `age_clock`: by which a live run tells how old records are',
    ],
    value: ['text', 'The value'],
  }),
} as const satisfies Record<string, Table>;

export type TableName = keyof typeof tables;

function table<Row>(name: string, about: string, key: readonly string[], described: Columns<Row>): Table {
  const columns = columnList(described as Readonly<Record<string, readonly [string, string]>>);
  const shared = columns.filter(({ field }) => sharedFieldsOf(name).includes(field));
  const own = columns.filter((column) => !shared.includes(column));
  return { name, about, key, columns, own, shared, rows: shared.length === 0 ? name : `${name}_own` };
}
