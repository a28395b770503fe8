import type {
  Abort,
  AssociateAccept,
  AssociateReject,
  AssociateRequest,
  ClientHello,
  Command,
  DataSet,
  Release,
  ServerHello,
  ShownAttribute,
  Side,
  UserInformation,
} from '../../src/model/facts.ts';
import { attributes } from '../../src/protocols/dicom/tables/attributes.ts';

/** Facts as literals with sensible defaults. Side 0 is the client unless a test says otherwise. */
export const client: Side = 0;
export const server: Side = 1;

export const ctStorage = '1.2.840.10008.5.1.4.1.1.2';
export const studyRootFind = '1.2.840.10008.5.1.4.1.2.2.1';
export const studyRootGet = '1.2.840.10008.5.1.4.1.2.2.3';
export const worklistFind = '1.2.840.10008.5.1.4.31';
export const mpps = '1.2.840.10008.3.1.2.3.3';
export const storageCommitment = '1.2.840.10008.1.20.1';
export const explicitLittle = '1.2.840.10008.1.2.1';

export function user(parts: Partial<UserInformation> = {}): UserInformation {
  return {
    maximumLength: 16_384,
    implementationClassUid: '1.2.3',
    implementationVersion: 'TEST',
    asynchronousOperations: null,
    roles: [],
    extendedNegotiations: [],
    commonExtendedNegotiations: [],
    identity: null,
    identityAcknowledged: false,
    ...parts,
  };
}

export function request(parts: Partial<AssociateRequest> = {}): AssociateRequest {
  return {
    kind: 'associate-request',
    side: client,
    protocolVersion: 1,
    calledAe: 'ARCHIVE',
    callingAe: 'MODALITY',
    applicationContext: '1.2.840.10008.3.1.1.1',
    contexts: [{ id: 1, abstractSyntax: ctStorage, transferSyntaxes: [explicitLittle] }],
    user: user(),
    ...parts,
  };
}

export function accept(parts: Partial<AssociateAccept> = {}): AssociateAccept {
  return {
    kind: 'associate-accept',
    side: server,
    protocolVersion: 1,
    calledAe: 'ARCHIVE',
    callingAe: 'MODALITY',
    contexts: [{ id: 1, result: 0, transferSyntax: explicitLittle }],
    user: user({ implementationVersion: 'SERVER' }),
    ...parts,
  };
}

export function reject(parts: Partial<AssociateReject> = {}): AssociateReject {
  return { kind: 'associate-reject', side: server, result: 1, source: 1, reason: 7, ...parts };
}

export function abort(parts: Partial<Abort> = {}): Abort {
  return { kind: 'abort', side: client, source: 0, reason: 0, ...parts };
}

export const releaseRequest: Release = { kind: 'release-request', side: client };
export const releaseResponse: Release = { kind: 'release-response', side: server };

/** A C-STORE request unless told otherwise. */
export function command(parts: Partial<Command> = {}): Command {
  return {
    kind: 'command',
    side: client,
    contextId: 1,
    field: 0x0001,
    sopClass: ctStorage,
    instanceHash: null,
    messageId: 1,
    respondedTo: null,
    status: null,
    hasDataSet: false,
    moveDestination: null,
    moveOriginator: null,
    moveOriginatorMessageId: null,
    remaining: null,
    completed: null,
    failed: null,
    warning: null,
    eventType: null,
    actionType: null,
    oddity: null,
    ...parts,
  };
}

/** The response to message 1 of `field` (without its response bit), from the server, with success. */
export function response(field: number, parts: Partial<Command> = {}): Command {
  return command({ side: server, field: field | 0x8000, messageId: null, respondedTo: 1, status: 0, ...parts });
}

/** A whole data set from the client that showed nothing. */
export function dataSet(parts: Partial<DataSet> = {}): DataSet {
  return {
    kind: 'data-set',
    side: client,
    contextId: 1,
    final: true,
    bytes: 100,
    missed: 0,
    transferSyntax: explicitLittle,
    transferSyntaxGuessed: false,
    incomplete: null,
    shown: [],
    patientHash: null,
    studyHash: null,
    instanceHash: null,
    deidentified: 'no',
    queryLevel: null,
    restricted: null,
    oddities: [],
    contentMark: null,
    ...parts,
  };
}

/** Attributes by keyword, each shown once; a value only with `--reveal`. */
export function shown(...keywords: readonly (string | readonly [keyword: string, value: string])[]): ShownAttribute[] {
  return keywords.map((each) => {
    const [keyword, value] = typeof each === 'string' ? [each, null] : each;
    const attribute = attributes.findIndex((one) => one.keyword === keyword);
    if (attribute < 0) throw new Error(`no attribute ${keyword}`);
    return { attribute, count: 1, value };
  });
}

export function clientHello(parts: Partial<ClientHello> = {}): ClientHello {
  return {
    kind: 'client-hello',
    side: client,
    version: 0x0303,
    cipherSuites: [0xc02f],
    extensions: [0],
    signatureAlgorithms: [],
    protocol: 'h2',
    serverName: 'archive.example',
    ...parts,
  };
}

export function serverHello(parts: Partial<ServerHello> = {}): ServerHello {
  return { kind: 'server-hello', side: server, version: 0x0303, cipherSuite: 0xc02f, ...parts };
}

/** A store of one object, acknowledged. */
export function store(messageId = 1, parts: Partial<DataSet> = {}) {
  return [
    command({ messageId, hasDataSet: true }),
    dataSet(parts),
    response(0x0001, { respondedTo: messageId }),
  ] as const;
}
