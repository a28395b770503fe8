import { Joined } from '../bytes/joined-texts.ts';
import { findingId } from '../ledger/ids.ts';
import type { AssociationRecord, FindingRecord, Micros } from '../model/records.ts';
import type { Ends, Policy, SeveritySetting } from '../policy/policy.ts';
import { catalogue } from './catalogue.ts';
import type { AssociationSubject, Detection, Opinion } from './detection.ts';
import type { HeldBack, Holding } from './held-back.ts';
import { incompleteInWords } from './sentence.ts';

/** Findings of every detection on an association as it stands, in the order of the catalogue. */
export function judge(subject: AssociationSubject, policy: Policy): FindingRecord[] {
  return [...judgement(subject, policy).findings];
}

export interface Judgement {
  readonly findings: readonly FindingRecord[];
  /** What the policy keeps from being raised. */
  readonly heldBack: readonly HeldBack[];
}

export function judgement(subject: AssociationSubject, policy: Policy): Judgement {
  return judgementOfAll([subject], [policy]);
}

/** The same of several, in their order, each by the policy of its own. */
export function judgementOfAll(subjects: readonly AssociationSubject[], policies: readonly Policy[]): Judgement {
  const findings: FindingRecord[] = [];
  const heldBack: HeldBack[] = [];
  for (let i = 0; i < subjects.length; i++) judgeOne(subjects[i], policies[i], findings, heldBack);
  return { findings, heldBack };
}

function judgeOne(subject: AssociationSubject, policy: Policy, findings: FindingRecord[], heldBack: HeldBack[]): void {
  const { association } = subject;
  for (const detection of detections) {
    const opinion = detection.judge(subject, policy);
    if (opinion === null) continue;
    const { slug } = detection;
    const id = findingId(slug, association.id);
    const setting = policy.severity(slug);
    const holding = opinion.heldBack ?? holdingOf(slug, setting, association, opinion.time, policy);
    if (holding !== null) {
      const { id: associationId, connectionId } = association;
      heldBack.push({ ...holding, findingId: id, detection: slug, associationId, connectionId });
    } else findings.push(finding(id, detection, opinion, setting, association));
  }
}

const detections: readonly Detection[] = catalogue.filter((each) => 'judge' in each);

export function saysAnything({ findings, heldBack }: Judgement): boolean {
  return findings.length + heldBack.length > 0;
}

/** Both, one after the other. */
export function joined(a: Judgement, b: Judgement): Judgement {
  return { findings: [...a.findings, ...b.findings], heldBack: [...a.heldBack, ...b.heldBack] };
}

/** The key as a JSON list: the same string each time, for the same parties meet again and again. */
function keyText(key: readonly string[]): string {
  return key.reduce((list, part) => longer.of(list, part), '[]');
}

const longer = new Joined((list, part) => `${list.slice(0, -1)}${list === '[]' ? '' : ','}${JSON.stringify(part)}]`);

/** The evidence is the opinion's own, and becomes the finding's. */
function withNext({ evidence, next }: Opinion): Record<string, unknown> {
  evidence['next'] = next;
  return evidence;
}

/** What of the policy holds back any finding of a detection between these ends: `off`, or an exception. */
export function holdingOf(
  detection: string,
  setting: SeveritySetting | null,
  ends: Ends,
  time: Micros,
  policy: Policy,
): Holding | null {
  if (setting === 'off') return { by: 'severity', index: null, until: null, reason: null };
  const exception = policy.exception(detection, ends, time);
  if (exception === null) return null;
  return { by: 'exception', index: exception.index, until: exception.untilText, reason: exception.reason };
}

function finding(
  id: string,
  detection: Detection,
  opinion: Opinion,
  setting: SeveritySetting | null,
  association: Readonly<AssociationRecord>,
): FindingRecord {
  const partial = !association.complete;
  return {
    id,
    detection: detection.slug,
    severity: setting === null || setting === 'off' || opinion.tolerated === true ? opinion.severity : setting,
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
    key: keyText(opinion.key),
    evidence: withNext(opinion),
    references: detection.references,
    capture: opinion.packet.capture,
    frame: opinion.packet.frame,
    partial,
    withdrawn: false,
  };
}
