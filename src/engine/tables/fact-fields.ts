import type { Fact } from '../../model/facts.ts';

/**
 * The fields of each kind of fact beside its kind, in the order in which they go from thread to thread. A test holds it
 * complete.
 */
export const factFields: {
  readonly [K in Fact['kind']]: readonly Exclude<keyof Extract<Fact, { kind: K }>, 'kind'>[];
} = {
  'associate-request': ['side', 'protocolVersion', 'calledAe', 'callingAe', 'applicationContext', 'contexts', 'user'],
  'associate-accept': ['side', 'protocolVersion', 'calledAe', 'callingAe', 'contexts', 'user'],
  'associate-reject': ['side', 'result', 'source', 'reason'],
  'release-request': ['side'],
  'release-response': ['side'],
  abort: ['side', 'source', 'reason'],
  'mid-stream': ['side'],
  command: [
    'side',
    'contextId',
    'field',
    'sopClass',
    'instanceHash',
    'messageId',
    'respondedTo',
    'status',
    'hasDataSet',
    'moveDestination',
    'moveOriginator',
    'moveOriginatorMessageId',
    'remaining',
    'completed',
    'failed',
    'warning',
    'eventType',
    'actionType',
    'oddity',
  ],
  'data-set': [
    'side',
    'contextId',
    'final',
    'bytes',
    'missed',
    'transferSyntax',
    'transferSyntaxGuessed',
    'incomplete',
    'shown',
    'patientHash',
    'studyHash',
    'instanceHash',
    'deidentified',
    'queryLevel',
    'restricted',
    'oddities',
    'contentMark',
  ],
  'data-set-skipped': ['side', 'contextId', 'bytes', 'reason'],
  'client-hello': ['side', 'version', 'cipherSuites', 'extensions', 'signatureAlgorithms', 'protocol', 'serverName'],
  'server-hello': ['side', 'version', 'cipherSuite'],
  'tls-certificate': [
    'side',
    'subject',
    'issuer',
    'notBefore',
    'notAfter',
    'fingerprint',
    'keyType',
    'keyBits',
    'signature',
    'selfSigned',
  ],
  'tls-client-certificate': ['side', 'step'],
  'tls-unencrypted': ['side'],
  malformed: ['side', 'offset', 'field', 'reason'],
  'lost-step': ['side', 'offset', 'bytes'],
};

export const factKinds = Object.keys(factFields) as Fact['kind'][];

/** Fields of which hardly a value comes twice. */
export const ownFields: ReadonlySet<string> = new Set(['instanceHash', 'contentMark', 'fingerprint']);
