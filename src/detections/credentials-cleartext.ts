import type { AssociationSubject, Detection, Opinion } from './detection.ts';
import { atStart, clientInWords, listener, serverInWords, withinTls } from './sentence.ts';

export const credentialsCleartext: Detection = {
  slug: 'credentials-cleartext',
  kind: 'event',
  severities: ['high', 'critical'],
  title: 'Credentials without encryption',
  references: [
    'DICOM PS3.7 D.3.3.7',
    'DICOM PS3.15 B.12',
    '45 CFR 164.312(d)',
    'MITRE ATT&CK T1552',
    'MITRE ATT&CK T1040',
  ],
  needsPolicy: null,
  judge,
};

/** What can be taken from the wire and used again. A user name alone is no secret. */
const SECRETS: Readonly<Record<string, string>> = {
  'username-passcode': 'a user name with its passcode',
  kerberos: 'a Kerberos service ticket',
  saml: 'a SAML assertion',
  jwt: 'a JSON Web Token',
};

function judge({ association, tls }: AssociationSubject): Opinion | null {
  const kind = association.identityType;
  if (kind === null || !Object.hasOwn(SECRETS, kind)) return null;
  const within = withinTls(association, tls);
  const empty = kind === 'username-passcode' && association.identityPasscodeEmpty === true;
  return {
    severity: empty ? 'critical' : 'high',
    ...atStart(association),
    key: [listener(association), kind],
    summary:
      `Credentials observed without encryption: ${clientInWords(association)} sent ` +
      `${empty ? 'a user name with an empty passcode' : SECRETS[kind]} to ${serverInWords(association)}, ` +
      `${answered(association.accepted)}. ${within === '' ? '' : `${within} `}Maps to 45 CFR 164.312(d).`,
    next: empty
      ? 'Give the account a passcode, see who else uses it, and turn on DICOM TLS to this server.'
      : 'Turn on DICOM TLS to this server, then change these credentials: whoever saw the traffic has them.',
    evidence: { kind, emptyPasscode: empty, accepted: association.accepted, ...(association.tls ? { tls: true } : {}) },
  };
}

function answered(accepted: boolean | null): string {
  if (accepted === null) return 'whose answer was not seen';
  return accepted ? 'which accepted the association' : 'which rejected the association';
}
