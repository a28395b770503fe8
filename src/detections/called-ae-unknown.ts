import { parseAddress } from '../policy/addresses.ts';
import type { Policy } from '../policy/policy.ts';
import type { AssociationSubject, Detection, Opinion } from './detection.ts';
import { atStart, clientInWords, listener, titleInWords } from './sentence.ts';

export const calledAeUnknown: Detection = {
  slug: 'called-ae-unknown',
  kind: 'event',
  severities: ['medium'],
  title: 'Called AE title unknown for this server',
  references: ['DICOM PS3.8 9.3.4', 'DICOM PS3.15 A.5.3', 'MITRE ATT&CK T1046'],
  needsPolicy: 'AE titles with their addresses',
  judge,
};

type Reason = 'unknown-title' | 'other-address' | 'other-port';

function judge({ association }: AssociationSubject, policy: Policy): Opinion | null {
  const { calledAe, serverAddress, serverPort } = association;
  if (!policy.listsAeTitles || calledAe === null) return null;
  const reason = mismatch(calledAe, serverAddress, serverPort, policy);
  if (reason === null) return null;
  return {
    severity: 'medium',
    ...atStart(association),
    key: [calledAe, listener(association)],
    summary:
      `${clientInWords(association)} called ${titleInWords(calledAe)} at ${listener(association)}: ` +
      `${WORDS[reason]} (${reason}); the association was ${answered(association.accepted)}.`,
    next: 'Correct the called AE title at the client, or add the title with this address to the policy; an accepted one means the server does not check.',
    evidence: { reason, calledAe, accepted: association.accepted },
  };
}

const WORDS: Readonly<Record<Reason, string>> = {
  'unknown-title': 'no AE title of the policy',
  'other-address': 'the policy knows that title at another address',
  'other-port': 'the policy knows that title there on another port',
};

function mismatch(title: string, address: string, port: number, policy: Policy): Reason | null {
  const entries = policy.answerers(title);
  if (entries.length === 0) return 'unknown-title';
  const bytes = parseAddress(address);
  let isThere = false;
  for (const { addresses, ports } of entries) {
    if (addresses !== null && (bytes === null || !addresses.includes(bytes))) continue;
    if (ports === null || ports.includes(port)) return null;
    isThere = true;
  }
  return isThere ? 'other-port' : 'other-address';
}

function answered(accepted: boolean | null): string {
  if (accepted === null) return 'not answered';
  return accepted ? 'accepted' : 'rejected';
}
