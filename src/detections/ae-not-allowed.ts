import type { AssociationRecord } from '../model/records.ts';
import type { Policy, Roles } from '../policy/policy.ts';
import type { AssociationSubject, Detection, ObservedService, Opinion } from './detection.ts';
import { mayMeet, usableFrom } from './entries.ts';
import { atStart, clientInWords, listed, listener, serverInWords, titleInWords } from './sentence.ts';

export const aeNotAllowed: Detection = {
  slug: 'ae-not-allowed',
  kind: 'event',
  severities: ['medium', 'high'],
  title: 'Calling AE not allowed',
  references: ['45 CFR 164.312(a)(1)', '45 CFR 164.312(d)', 'DICOM PS3.8 9.3.4', 'MITRE ATT&CK T1078'],
  needsPolicy: 'AE titles, with the addresses, roles and peers that are theirs',
  judge,
};

type Reason = 'unknown-title' | 'wrong-address' | 'wrong-peer' | 'wrong-role';

interface Denial {
  readonly reason: Reason;
  readonly why: string;
  /** Services and parts it may not take; empty for other reasons. */
  readonly roles: readonly string[];
  /** Where it was first seen in such a role, if known. */
  readonly first?: NonNullable<ObservedService['first']> | undefined;
}

function judge({ association, services }: AssociationSubject, policy: Policy): Opinion | null {
  const { callingAe } = association;
  if (!policy.listsAeTitles || callingAe === null) return null;
  if (isAllowed(association, callingAe, services, policy)) return null;
  const denial = deny(association, callingAe, services, policy);
  if (denial === null) return null;
  const accepted = association.accepted === true;
  return {
    severity: accepted ? 'high' : 'medium',
    ...(denial.first ?? atStart(association)),
    key: [denial.reason, callingAe, association.clientAddress, listener(association)],
    summary:
      `Calling AE not allowed (${denial.reason}): ${denial.why}; ${clientInWords(association)} called ` +
      `${serverInWords(association)}, which ${answered(association.accepted)}.`,
    next: NEXT[denial.reason],
    evidence: { reason: denial.reason, accepted: association.accepted, roles: denial.roles },
  };
}

const NEXT: Readonly<Record<Reason, string>> = {
  'unknown-title':
    'Find the device at the client address; add its AE title to the policy, or have the server refuse it.',
  'wrong-address':
    'Find the device at the client address: it moved, or another uses its AE title. Add the address to the policy, or remove the device.',
  'wrong-peer': 'Ask who configured this connection; add the peer to the policy, or have the server refuse it.',
  'wrong-role': 'Ask why the device does this; add the role to the policy, or have the server refuse the service.',
};

/** What nearly every association is, found out without a list: one entry of the title allows all of it. */
function isAllowed(
  association: Readonly<AssociationRecord>,
  callingAe: string,
  services: readonly ObservedService[],
  policy: Policy,
): boolean {
  for (const entry of policy.callers(callingAe)) {
    if (!usableFrom(entry, association.clientAddress) || !mayMeet(entry, association.calledAe)) continue;
    if (mayTakeAll(entry.roles, services)) return welcome(association, callingAe, policy);
  }
  return false;
}

/**
 * The first of the reasons that leaves no entry of the title. Roles come last, for they show only in the course of
 * the association, and a reason once given must not change.
 */
function deny(
  association: Readonly<AssociationRecord>,
  callingAe: string,
  services: readonly ObservedService[],
  policy: Policy,
): Denial | null {
  const title = titleInWords(callingAe);
  const known = policy.callers(callingAe);
  if (known.length === 0) return denial('unknown-title', `the policy does not know ${title}`);
  const here = known.filter((entry) => usableFrom(entry, association.clientAddress));
  if (here.length === 0) {
    return denial('wrong-address', `the policy does not give ${title} the address ${association.clientAddress}`);
  }
  const meeting = here.filter((entry) => mayMeet(entry, association.calledAe));
  if (meeting.length === 0 || !welcome(association, callingAe, policy)) {
    return denial('wrong-peer', `the policy does not let ${title} meet ${titleInWords(association.calledAe ?? '')}`);
  }
  const taken = meeting.map(({ roles }) => services.filter((observed) => !mayTake(roles, observed)));
  const fewest = taken.reduce((least, each) => (each.length < least.length ? each : least));
  if (fewest.length === 0) return null;
  const roles = fewest.map(roleInWords).sort();
  const first = fewest.map((each) => each.first).find((each) => each !== undefined);
  return { reason: 'wrong-role', why: `the policy does not let ${title} be ${listed(roles)}`, roles, first };
}

function denial(reason: Reason, why: string): Denial {
  return { reason, why, roles: [] };
}

/** Whether the called title, where it has peers of its own at that address, may meet the caller. */
function welcome(association: Readonly<AssociationRecord>, callingAe: string, policy: Policy): boolean {
  if (association.calledAe === null) return true;
  let isThere = false;
  for (const entry of policy.answerers(association.calledAe)) {
    if (!usableFrom(entry, association.serverAddress)) continue;
    if (mayMeet(entry, callingAe)) return true;
    isThere = true;
  }
  return !isThere;
}

function mayTakeAll(roles: Roles | null, services: readonly ObservedService[]): boolean {
  for (const observed of services) if (!mayTake(roles, observed)) return false;
  return true;
}

/** `other` is no service a policy can name: it is not judged. */
function mayTake(roles: Roles | null, { service, role }: ObservedService): boolean {
  if (roles === null || service === 'other') return true;
  const taken: ReadonlySet<string> = role === 'client-scu' ? roles.scu : roles.scp;
  return taken.has(service);
}

function roleInWords({ service, role }: ObservedService): string {
  return `${service} ${role === 'client-scu' ? 'SCU' : 'SCP'}`;
}

function answered(accepted: boolean | null): string {
  if (accepted === null) return 'did not answer';
  return accepted ? 'accepted' : 'rejected it';
}
