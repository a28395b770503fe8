import { aeNotAllowed } from './ae-not-allowed.ts';
import { calledAeUnknown } from './called-ae-unknown.ts';
import { credentialsCleartext } from './credentials-cleartext.ts';
import type { Detection } from './detection.ts';
import { dicomCleartext } from './dicom-cleartext.ts';
import { phiCleartext } from './phi-cleartext.ts';
import { publicAddress } from './public-address.ts';

/** Every detection, in the order of the documentation: patient data and encryption, then identity. */
export const catalogue: readonly Detection[] = [
  phiCleartext,
  dicomCleartext,
  credentialsCleartext,
  aeNotAllowed,
  calledAeUnknown,
  publicAddress,
];
