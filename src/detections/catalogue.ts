import { aeAnyAccepted } from './ae-any-accepted.ts';
import { aeCollision } from './ae-collision.ts';
import { aeGuessing } from './ae-guessing.ts';
import { aeNotAllowed } from './ae-not-allowed.ts';
import { associationExhaustion } from './association-exhaustion.ts';
import { associationIdle } from './association-idle.ts';
import { bulkQuery } from './bulk-query.ts';
import { bulkRetrieval } from './bulk-retrieval.ts';
import { calledAeUnknown } from './called-ae-unknown.ts';
import { capabilityProbe } from './capability-probe.ts';
import { credentialsCleartext } from './credentials-cleartext.ts';
import { destructiveOperation } from './destructive-operation.ts';
import type { Correlation, Detection, Oversight } from './detection.ts';
import { dicomCleartext } from './dicom-cleartext.ts';
import { dicomSweep } from './dicom-sweep.ts';
import { evasionSuspected } from './evasion-suspected.ts';
import { executableContent } from './executable-content.ts';
import { implementationChanged } from './implementation-changed.ts';
import { moveDestinationUnknown } from './move-destination-unknown.ts';
import { noAuthentication } from './no-authentication.ts';
import { objectReplaced } from './object-replaced.ts';
import { pathInIdentifier } from './path-in-identifier.ts';
import { phiCleartext } from './phi-cleartext.ts';
import { brokenRules } from './protocol-violation.ts';
import { publicAddress } from './public-address.ts';
import { scannerFingerprint } from './scanner-fingerprint.ts';
import { sensorBlind } from './sensor-blind.ts';
import { storeToOutside } from './store-to-outside.ts';
import { tlsCertificate } from './tls-certificate.ts';
import { tlsDowngrade } from './tls-downgrade.ts';
import { tlsNullCipher } from './tls-null-cipher.ts';
import { tlsWeak } from './tls-weak.ts';
import { unexpectedProtocol } from './unexpected-protocol.ts';
import { unexpectedSender } from './unexpected-sender.ts';

/**
 * Every detection, in the order of the documentation: patient data and encryption, identity, reconnaissance and theft,
 * integrity and abuse, honesty about itself.
 */
export const catalogue: readonly (Detection | Correlation | Oversight)[] = [
  phiCleartext,
  dicomCleartext,
  credentialsCleartext,
  tlsNullCipher,
  tlsWeak,
  tlsCertificate,
  tlsDowngrade,
  aeNotAllowed,
  calledAeUnknown,
  aeCollision,
  aeAnyAccepted,
  implementationChanged,
  publicAddress,
  noAuthentication,
  aeGuessing,
  dicomSweep,
  scannerFingerprint,
  associationIdle,
  capabilityProbe,
  bulkQuery,
  bulkRetrieval,
  moveDestinationUnknown,
  storeToOutside,
  objectReplaced,
  unexpectedSender,
  destructiveOperation,
  executableContent,
  pathInIdentifier,
  brokenRules,
  evasionSuspected,
  associationExhaustion,
  sensorBlind,
  unexpectedProtocol,
];
