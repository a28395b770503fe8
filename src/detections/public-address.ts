import type { AssociationRecord } from '../model/records.ts';
import type { Policy } from '../policy/policy.ts';
import type { AssociationSubject, Detection, Opinion } from './detection.ts';
import { outsideEnds } from './entries.ts';
import { atStart, clientInWords, listed, listener, serverInWords } from './sentence.ts';

export const publicAddress: Detection = {
  slug: 'public-address',
  kind: 'condition',
  severities: ['high', 'critical'],
  title: 'DICOM with an address outside the internal networks',
  references: ['45 CFR 164.312(e)(1)', 'MITRE ATT&CK T1190', 'MITRE ATT&CK T1133'],
  needsPolicy: null,
  judge,
};

/** With assumed networks it is at most high: a hospital may own public addresses and use them inside. */
function judge({ association }: AssociationSubject, policy: Policy): Opinion | null {
  const outside = outsideEnds(association, policy);
  if (outside.length === 0) return null;
  const accepted = association.accepted === true || association.midStream;
  const networks = policy.internalAssumed
    ? 'the internal networks (assumed: private addresses, for no policy names them)'
    : 'the internal networks';
  return {
    severity: accepted && !policy.internalAssumed ? 'critical' : 'high',
    ...atStart(association),
    key: [listed(outside), listener(association)],
    summary:
      `DICOM association with an address outside ${networks}: ${clientInWords(association)} to ` +
      `${serverInWords(association)}, ${outcome(association)}; outside: ${listed(outside)}.`,
    next: 'Find out whose address it is; if nobody expects it, block it at the firewall and look at what the association carried.',
    evidence: { outside, accepted, internalAssumed: policy.internalAssumed, tls: association.tls },
  };
}

function outcome({ accepted, midStream }: Readonly<AssociationRecord>): string {
  if (accepted === true) return 'accepted';
  if (accepted === false) return 'rejected';
  return midStream ? 'under way' : 'not answered';
}
