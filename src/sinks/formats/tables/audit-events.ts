/** A coded value: csd-code and originalText, of DCM (PS3.16 annex D). */
export type Code = readonly [code: string, meaning: string];

export const securityAlert: Code = ['110113', 'Security Alert'];
export const sourceRole: Code = ['110153', 'Source Role ID'];
export const destinationRole: Code = ['110152', 'Destination Role ID'];
export const nodeId: Code = ['110182', 'Node ID'];

/** Security Alert type codes, PS3.16 CID 403. */
const nodeAuthentication: Code = ['110126', 'Node Authentication'];
const networkConfiguration: Code = ['110128', 'Network Configuration'];
const securityConfiguration: Code = ['110129', 'Security Configuration'];
const softwareConfiguration: Code = ['110131', 'Software Configuration'];
const restrictedFunction: Code = ['110132', 'Use of Restricted Function'];
const recordingStopped: Code = ['110133', 'Audit Recording Stopped'];
const recordingStarted: Code = ['110134', 'Audit Recording Started'];

/** By detection; of messages that are none, by kind. */
export const eventTypes: Readonly<Record<string, Code>> = {
  'phi-cleartext': securityConfiguration,
  'dicom-cleartext': securityConfiguration,
  'credentials-cleartext': securityConfiguration,
  'tls-null-cipher': securityConfiguration,
  'tls-weak': securityConfiguration,
  'tls-certificate': nodeAuthentication,
  'tls-downgrade': securityConfiguration,
  'ae-not-allowed': nodeAuthentication,
  'called-ae-unknown': nodeAuthentication,
  'ae-collision': nodeAuthentication,
  'ae-any-accepted': securityConfiguration,
  'implementation-changed': softwareConfiguration,
  'public-address': networkConfiguration,
  'no-authentication': nodeAuthentication,
  'ae-guessing': nodeAuthentication,
  'dicom-sweep': restrictedFunction,
  'scanner-fingerprint': restrictedFunction,
  'association-idle': nodeAuthentication,
  'capability-probe': restrictedFunction,
  'bulk-query': restrictedFunction,
  'bulk-retrieval': restrictedFunction,
  'move-destination-unknown': restrictedFunction,
  'store-to-outside': restrictedFunction,
  'object-replaced': restrictedFunction,
  'unexpected-sender': restrictedFunction,
  'destructive-operation': restrictedFunction,
  'executable-content': restrictedFunction,
  'path-in-identifier': restrictedFunction,
  'protocol-violation': restrictedFunction,
  'evasion-suspected': restrictedFunction,
  'association-exhaustion': restrictedFunction,
  'sensor-blind': recordingStopped,
  'unexpected-protocol': networkConfiguration,
  association: nodeAuthentication,
  gap: recordingStopped,
  health: recordingStarted,
  heartbeat: recordingStarted,
  test: securityConfiguration,
};

/** Of a detection that has none yet. */
export const otherEventType = restrictedFunction;
