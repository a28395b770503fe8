import { findingId } from '../ledger/ids.ts';
import type { AssociationRecord, FindingRecord, Severity } from '../model/records.ts';
import type { Exception, Policy } from '../policy/policy.ts';
import { catalogue } from './catalogue.ts';
import type { AssociationSubject, Detection, Opinion } from './detection.ts';
import { incompleteInWords } from './sentence.ts';

/** Findings of every detection on an association as it stands, in the order of the catalogue. */
export function judge(subject: AssociationSubject, policy: Policy): FindingRecord[] {
  return judgement(subject, policy).findings;
}

/** A finding that an exception of the policy keeps from being raised; its id makes it countable once. */
export interface Excepted {
  readonly findingId: string;
  readonly exception: Exception;
}

export function judgement(
  subject: AssociationSubject,
  policy: Policy,
): { findings: FindingRecord[]; excepted: Excepted[] } {
  const { association } = subject;
  const findings: FindingRecord[] = [];
  const excepted: Excepted[] = [];
  for (const detection of catalogue) {
    const setting = policy.severity(detection.slug);
    if (setting === 'off') continue;
    const opinion = detection.judge(subject, policy);
    if (opinion === null) continue;
    const id = findingId(detection.slug, association.id);
    const exception = policy.exception(detection.slug, association, opinion.time);
    if (exception !== null) excepted.push({ findingId: id, exception });
    else findings.push(finding(id, detection, opinion, setting, association));
  }
  return { findings, excepted };
}

function finding(
  id: string,
  detection: Detection,
  opinion: Opinion,
  setting: Severity | null,
  association: Readonly<AssociationRecord>,
): FindingRecord {
  const partial = !association.complete;
  return {
    id,
    detection: detection.slug,
    severity: setting === null || opinion.tolerated === true ? opinion.severity : setting,
    time: opinion.time,
    summary: partial ? opinion.summary + incompleteInWords(association.incomplete) : opinion.summary,
    clientAddress: association.clientAddress,
    clientPort: association.clientPort,
    serverAddress: association.serverAddress,
    serverPort: association.serverPort,
    callingAe: association.callingAe,
    calledAe: association.calledAe,
    associationId: association.id,
    connectionId: association.connectionId,
    key: JSON.stringify(opinion.key),
    evidence: { ...opinion.evidence, next: opinion.next },
    references: [...detection.references],
    capture: opinion.packet.capture,
    frame: opinion.packet.frame,
    partial,
    withdrawn: false,
  };
}
