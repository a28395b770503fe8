import { endpointId, findingId } from '../../src/ledger/ids.ts';
import { emptyBatch } from '../../src/ledger/record-batch.ts';
import type {
  AssociationRecord,
  ConnectionRecord,
  EndpointSighting,
  ExposureRecord,
  FindingRecord,
  OperationRecord,
  RecordBatch,
  ShownEndpoint,
  StreamBytes,
  TlsSessionRecord,
} from '../../src/model/records.ts';

/** Of a run without a TCP connection. */
export const noStreamBytes: StreamBytes = {
  segments: 0,
  summed: 0,
  covered: 0,
  missed: 0,
  unseen: 0,
  identified: {
    covered: 0,
    missed: 0,
    truncated: 0,
    headers: 0,
    kept: 0,
    scanned: 0,
    skipped: 0,
    lostStep: 0,
    malformed: 0,
    givenUp: 0,
    notBegun: 0,
    notScanned: 0,
    bug: 0,
  },
};

/** 2026-03-01 10:00:00 UTC, in µs. */
export const T0 = 1_772_359_200_000_000;
export const SECOND = 1_000_000;

export function batch(parts: Partial<RecordBatch> = {}): RecordBatch {
  return { ...emptyBatch(), ...parts };
}

export function connection(id: string, parts: Partial<ConnectionRecord> = {}): ConnectionRecord {
  return {
    id,
    communityId: '1:wCb3OG7yAFWelaUydu0D+125CLM=',
    clientAddress: '10.0.0.2',
    clientPort: 50000,
    clientMac: '02:00:00:00:00:02',
    serverAddress: '10.0.0.1',
    serverPort: 104,
    serverMac: null,
    clientWhy: 'syn',
    vlan: [],
    tunnel: [],
    start: T0,
    end: T0 + SECOND,
    clientBytes: 1000,
    serverBytes: 500,
    clientMissed: 0,
    serverMissed: 0,
    clientUnseen: 0,
    serverUnseen: 0,
    began: 'syn',
    ended: 'fin',
    protocol: 'dicom',
    why: 'associate-request',
    firstCapture: 'p1',
    firstFrame: 1,
    lastCapture: 'p1',
    lastFrame: 20,
    complete: true,
    incomplete: [],
    ...parts,
  };
}

export function association(
  id: string,
  connectionId: string,
  parts: Partial<AssociationRecord> = {},
): AssociationRecord {
  return {
    id,
    connectionId,
    ordinal: 1,
    clientAddress: '10.0.0.2',
    clientPort: 50000,
    serverAddress: '10.0.0.1',
    serverPort: 104,
    callingAe: 'MODALITY',
    calledAe: 'PACS',
    ended: true,
    outcome: 'released',
    outcomeDetail: null,
    accepted: true,
    rejectResult: null,
    rejectSource: null,
    rejectReason: null,
    abortSource: null,
    abortReason: null,
    protocolVersion: 1,
    applicationContext: '1.2.840.10008.3.1.1.1',
    contexts: [
      {
        id: 1,
        abstractSyntax: '1.2.840.10008.5.1.4.1.1.2',
        transferSyntaxes: ['1.2.840.10008.1.2.1'],
        scuRole: null,
        scpRole: null,
        result: 0,
        acceptedTransferSyntax: '1.2.840.10008.1.2.1',
      },
    ],
    clientMaximumLength: 16384,
    serverMaximumLength: 16384,
    clientImplementationUid: '1.2.276.0.7230010.3.0.3.6.7',
    clientImplementationVersion: 'OFFIS_DCMTK_367',
    serverImplementationUid: null,
    serverImplementationVersion: null,
    identityType: null,
    identityPasscodeEmpty: null,
    identityResponseRequested: null,
    identityAcknowledged: null,
    tls: false,
    midStream: false,
    start: T0,
    end: T0 + SECOND,
    firstCapture: 'p1',
    firstFrame: 4,
    lastCapture: 'p1',
    lastFrame: 18,
    operations: 1,
    objects: 1,
    deidentifiedObjects: 0,
    clientDataBytes: 900,
    serverDataBytes: 0,
    patients: 1,
    studies: 1,
    patientData: true,
    patientDataTime: T0 + SECOND / 2,
    patientDataCapture: 'p1',
    patientDataFrame: 9,
    complete: true,
    incomplete: [],
    ...parts,
  };
}

export function operation(
  id: string,
  associationId: string,
  connectionId: string,
  parts: Partial<OperationRecord> = {},
): OperationRecord {
  return {
    id,
    associationId,
    connectionId,
    ordinal: 1,
    command: 'C-STORE',
    requester: 'client',
    contextId: 1,
    messageId: 1,
    sopClass: '1.2.840.10008.5.1.4.1.1.2',
    transferSyntax: '1.2.840.10008.1.2.1',
    transferSyntaxGuessed: false,
    status: 0,
    statusText: 'success',
    statusKind: 'success',
    responses: 1,
    answers: 0,
    remaining: null,
    completed: null,
    failed: null,
    warning: null,
    cancelled: false,
    requestBytes: 900,
    responseBytes: 0,
    missedBytes: 0,
    queryLevel: null,
    patientHash: '00112233445566778899aabbccddeeff',
    studyHash: null,
    instanceHash: null,
    patients: 1,
    moveDestination: null,
    moveOriginator: null,
    moveOriginatorMessageId: null,
    eventType: null,
    actionType: null,
    deidentified: 'no',
    patientData: true,
    start: T0 + 1000,
    end: T0 + 2000,
    durationMicros: 1000,
    firstCapture: 'p1',
    firstFrame: 6,
    lastCapture: 'p1',
    lastFrame: 12,
    complete: true,
    incomplete: [],
    contentMark: null,
    ...parts,
  };
}

export function exposure(
  associationId: string,
  connectionId: string,
  parts: Partial<ExposureRecord> = {},
): ExposureRecord {
  return {
    associationId,
    connectionId,
    direct: 2,
    quasi: 1,
    clinical: 0,
    staff: 0,
    device: 0,
    uid: 3,
    attributes: [
      {
        attribute: 'PatientName',
        tag: '00100010',
        class: 'direct',
        seenIn: 'stored',
        count: 1,
        deidentifiedCount: 0,
      },
    ],
    revealed: null,
    ...parts,
  };
}

/** An association that showed one endpoint, or what `parts` says. */
export function sighting(
  associationId: string,
  connectionId: string,
  { firstSeen = T0, lastSeen = T0 + SECOND, ...parts }: Partial<Omit<EndpointSighting, 'shown'> & ShownEndpoint> = {},
  shown: readonly ShownEndpoint[] = [shownEndpoint(parts)],
): EndpointSighting {
  return { associationId, connectionId, firstSeen, lastSeen, shown };
}

/** The called AE as a listener of the association's server, or what `parts` says. */
export function shownEndpoint(parts: Partial<ShownEndpoint> = {}): ShownEndpoint {
  const endpoint = {
    aeTitle: 'PACS',
    address: '10.0.0.1',
    port: 104,
    service: 'store',
    role: 'scp' as const,
    implementationUid: null,
    implementationVersion: null,
    sopClasses: ['1.2.840.10008.5.1.4.1.1.2'],
    ...parts,
  };
  const { aeTitle, address, port, service, role } = endpoint;
  return { id: endpointId(aeTitle, address, port, service, role), ...endpoint };
}

export function tlsSession(id: string, connectionId: string, parts: Partial<TlsSessionRecord> = {}): TlsSessionRecord {
  return {
    id,
    connectionId,
    clientAddress: '10.0.0.2',
    clientPort: 50000,
    serverAddress: '10.0.0.1',
    serverPort: 2762,
    why: 'port-2762',
    version: 'TLS 1.2',
    cipherSuite: 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
    serverName: null,
    ja4: null,
    certificateSubject: null,
    certificateIssuer: null,
    certificateNotBefore: null,
    certificateNotAfter: null,
    certificateFingerprint: null,
    certificateKey: null,
    certificateKeyBits: null,
    certificateSignature: null,
    certificateSelfSigned: null,
    clientCertificateAsked: false,
    clientCertificateSent: false,
    grade: 'pass',
    gradeWhy: null,
    start: T0,
    end: T0 + SECOND,
    clientBytes: 1000,
    serverBytes: 500,
    firstCapture: 'p1',
    firstFrame: 4,
    ...parts,
  };
}

/** A finding on an association; its id follows from detection and association unless `parts` says otherwise. */
export function finding(
  detection: string,
  associationId: string | null,
  connectionId: string,
  parts: Partial<FindingRecord> = {},
): FindingRecord {
  return {
    id: findingId(detection, associationId ?? connectionId),
    detection,
    severity: 'high',
    time: T0 + SECOND / 2,
    summary: 'patient data observed without encryption',
    clientAddress: '10.0.0.2',
    clientPort: 50000,
    serverAddress: '10.0.0.1',
    serverPort: 104,
    callingAe: 'MODALITY',
    calledAe: 'PACS',
    associationId,
    connectionId,
    key: '["10.0.0.2","10.0.0.1","MODALITY"]',
    evidence: { patients: 1, objects: 1 },
    references: ['45 CFR 164.312(e)(1)'],
    capture: 'p1',
    frame: 9,
    partial: false,
    withdrawn: false,
    ...parts,
  };
}
