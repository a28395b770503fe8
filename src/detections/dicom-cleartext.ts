import { counted } from '../bytes/counted.ts';
import type { Policy } from '../policy/policy.ts';
import type { AssociationSubject, Detection, Opinion } from './detection.ts';
import { heldBackBy } from './held-back.ts';
import { atStart, clientInWords, listener, serverInWords } from './sentence.ts';

export const dicomCleartext: Detection = {
  slug: 'dicom-cleartext',
  kind: 'condition',
  severities: ['low'],
  title: 'DICOM without TLS',
  references: ['DICOM PS3.15 B.12', '45 CFR 164.312(e)(2)(ii)', 'MITRE ATT&CK T1040'],
  needsPolicy: 'a policy file; it asks for TLS unless it says otherwise',
  judge,
};

/** Waits for the end of the association: until then patient data may still come, which is `phi-cleartext`. */
function judge({ association }: AssociationSubject, policy: Policy): Opinion | null {
  if (!policy.tlsAsked || association.tls || association.patientData || !association.ended) return null;
  if (association.accepted !== true && !association.midStream) return null;
  const proof = atStart(association);
  const tolerance = policy.tolerance(association, proof.time);
  return {
    severity: 'low',
    time: proof.time,
    packet: proof.packet,
    key: [association.clientAddress, listener(association)],
    summary:
      `DICOM without TLS, which the policy asks for, from ${clientInWords(association)} to ${serverInWords(association)}: ` +
      `${counted(association.operations, 'operation')}; no patient data was seen.`,
    next: 'Turn on DICOM TLS between these two (PS3.15 B.12), or write the clear text into the policy with a reason and a date.',
    evidence: {
      operations: association.operations,
      clientDataBytes: association.clientDataBytes,
      serverDataBytes: association.serverDataBytes,
    },
    ...(tolerance === null ? {} : heldBackBy('tolerance', tolerance)),
  };
}
