import type { AssociationRecord } from '../model/records.ts';
import type { Policy } from '../policy/policy.ts';
import type { AssociationSubject, Detection, Opinion } from './detection.ts';
import { heldBackBy } from './held-back.ts';
import { atStart, clientInWords, serverInWords } from './sentence.ts';
import { type Scanner, scanners } from './tables/scanners.ts';
import { implementationInWords } from './toolkit.ts';

export const scannerFingerprint: Detection = {
  slug: 'scanner-fingerprint',
  kind: 'event',
  severities: ['medium'],
  title: 'Looks like a known scanner or test tool',
  references: ['45 CFR 164.308(a)(1)(ii)(D)', 'DICOM PS3.7 D.3.3.2', 'MITRE ATT&CK T1595', 'MITRE ATT&CK T1046'],
  needsPolicy: null,
  judge,
};

function judge({ association }: AssociationSubject, policy: Policy): Opinion | null {
  if (association.midStream || association.callingAe === null) return null;
  const scanner = scanners.find((one) => fits(one, association, policy));
  if (scanner === undefined) return null;
  const start = atStart(association);
  const expected = policy.expectedTool(scanner.tool, association, start.time);
  const { clientImplementationUid: uid, clientImplementationVersion: version } = association;
  return {
    severity: 'medium',
    ...start,
    ...(expected === null ? {} : heldBackBy('tool', expected)),
    key: [association.clientAddress, scanner.tool],
    summary:
      `${clientInWords(association)} looks like ${WORDS[scanner.tool]} to ${serverInWords(association)}: it identifies ` +
      `itself as ${implementationInWords(uid, version)}${scanner.leaves ? ', was accepted, and left without one message' : ', with an AE title that the policy does not know'}.`,
    next: 'Find the device at the client address and ask who runs the tool. If the site does itself, name it under tools in the policy.',
    evidence: { tool: scanner.tool, implementationUid: uid, implementationVersion: version },
  };
}

const WORDS: Readonly<Record<string, string>> = {
  nmap: "nmap's dicom scripts",
  dcmtk: "a command of DCMTK's with its defaults",
};

function fits(scanner: Scanner, association: Readonly<AssociationRecord>, policy: Policy): boolean {
  const { callingAe, contexts, clientImplementationUid: uid, clientImplementationVersion: version } = association;
  if (callingAe !== scanner.callingAe) return false;
  if (scanner.implementationUid !== null && uid !== scanner.implementationUid) return false;
  if (scanner.implementationVersion !== null && version !== scanner.implementationVersion) return false;
  const { offers } = scanner;
  const alike = offers?.length === contexts.length && contexts.every((one, i) => one.abstractSyntax === offers[i]);
  if (offers !== null && !alike) return false;
  if (scanner.leaves && !(association.accepted === true && leftIdle(association))) return false;
  return !scanner.common || (policy.listsAeTitles && policy.callers(callingAe).length === 0);
}

/** Over, seen whole, and without a request. */
export function leftIdle({ ended, complete, operations, midStream }: Readonly<AssociationRecord>): boolean {
  return ended && complete && !midStream && operations === 0;
}
