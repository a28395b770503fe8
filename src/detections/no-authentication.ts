import type { AssociationRecord } from '../model/records.ts';
import type { Policy } from '../policy/policy.ts';
import type { AssociationSubject, Detection, Opinion } from './detection.ts';
import { atStart, clientInWords, listed, listener, serverInWords } from './sentence.ts';

export const noAuthentication: Detection = {
  slug: 'no-authentication',
  kind: 'condition',
  severities: ['medium'],
  title: 'User identity not offered or not acknowledged',
  references: ['45 CFR 164.312(d)', 'DICOM PS3.7 D.3.3.7', 'DICOM PS3.15 B.4', 'MITRE ATT&CK T1078'],
  needsPolicy: 'which AE titles must offer an identity, except for acknowledgements that did not come',
  judge,
};

function judge({ association }: AssociationSubject, policy: Policy): Opinion | null {
  if (association.accepted !== true || association.midStream) return null;
  const { reason, why, next } = missing(association, policy) ?? {};
  if (reason === undefined) return null;
  return {
    severity: 'medium',
    ...atStart(association),
    key: [listener(association)],
    summary: `${serverInWords(association)} accepted ${clientInWords(association)} ${why} (${reason}).`,
    next: next as string,
    evidence: { reason, identityType: association.identityType },
  };
}

interface Missing {
  readonly reason: 'none-offered' | 'other-kind' | 'not-acknowledged';
  readonly why: string;
  readonly next: string;
}

function missing(association: Readonly<AssociationRecord>, policy: Policy): Missing | null {
  const { calledAe, serverAddress, identityType, identityResponseRequested, identityAcknowledged } = association;
  const asked = policy.asksIdentity ? policy.identityAsked(calledAe, serverAddress) : null;
  if (asked !== null && identityType === null) {
    const why = `without a user identity, of which the policy asks for one (${listed([...asked].sort())})`;
    return { reason: 'none-offered', why, next: OFFER };
  }
  if (asked !== null && !(asked as ReadonlySet<string>).has(identityType as string)) {
    const why = `with a user identity of kind ${identityType}, where the policy asks for ${listed([...asked].sort())}`;
    return { reason: 'other-kind', why, next: OFFER };
  }
  if (identityResponseRequested !== true || identityAcknowledged !== false) return null;
  const why = 'without the acknowledgement of the user identity that the client had asked for';
  return { reason: 'not-acknowledged', why, next: ACKNOWLEDGE };
}

const OFFER =
  'Have the server refuse associations without the user identity that the site asks for, and the client send it; over TLS only.';
const ACKNOWLEDGE =
  'Find out whether the server looks at user identities at all: one that ignores them lets in whoever names any user.';
