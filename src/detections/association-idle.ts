import type { Policy } from '../policy/policy.ts';
import type { AssociationSubject, Detection, Opinion } from './detection.ts';
import { namesPair } from './entries.ts';
import { leftIdle } from './scanner-fingerprint.ts';
import { atStart, clientInWords, listener, serverInWords } from './sentence.ts';

export const associationIdle: Detection = {
  slug: 'association-idle',
  kind: 'event',
  severities: ['info', 'low'],
  title: 'Association without a message',
  references: ['45 CFR 164.308(a)(1)(ii)(D)', 'DICOM PS3.8 7.1', 'MITRE ATT&CK T1046'],
  needsPolicy: null,
  judge,
};

function judge({ association, services }: AssociationSubject, policy: Policy): Opinion | null {
  if (association.accepted !== true || !leftIdle(association) || services.length > 0) return null;
  const refused = association.contexts.length > 0 && association.contexts.every(({ result }) => result !== 0);
  // Who watches a server, or asks it in vain, is known where the policy has both ends meet.
  const expected = namesPair(policy, association);
  return {
    severity: expected ? 'info' : 'low',
    ...atStart(association),
    key: [association.clientAddress, listener(association)],
    summary:
      `${clientInWords(association)} was accepted by ${serverInWords(association)} and ${HOW[association.outcome] ?? 'left'} ` +
      `without one DIMSE message${refused ? '; none of the presentation contexts that it offered was accepted' : ''}.`,
    next: refused
      ? 'Compare what the client asks for with what the server offers: one of them is set up wrongly, or somebody is trying what works.'
      : 'Ask what the device at the client address does: some monitors and all scanners open associations only to see who answers.',
    evidence: { outcome: association.outcome, contexts: association.contexts.length, refused, expected },
  };
}

const HOW: Readonly<Record<string, string>> = {
  released: 'released the association',
  aborted: 'the association was aborted',
  cut: 'closed the connection',
};
