import { ascending } from '../bytes/ascending.ts';
import { counted } from '../bytes/counted.ts';
import { type AssociationRecord, attributeClasses, type ExposedAttribute, type SeenIn } from '../model/records.ts';
import type { Policy, Tolerance } from '../policy/policy.ts';
import type { AssociationSubject, Detection, Opinion } from './detection.ts';
import { outsideEnds } from './entries.ts';
import { atStart, clientInWords, listed, listener, serverInWords, withinTls } from './sentence.ts';

export const phiCleartext: Detection = {
  slug: 'phi-cleartext',
  kind: 'condition',
  severities: ['info', 'high', 'critical'],
  title: 'Patient data without encryption',
  references: ['45 CFR 164.312(e)(1)', 'DICOM PS3.15 Annex B', 'DICOM PS3.15 Table E.1-1', 'MITRE ATT&CK T1040'],
  needsPolicy: null,
  judge,
};

/** What can be read inside TLS was not encrypted either. */
function judge({ association, exposure, tls }: AssociationSubject, policy: Policy): Opinion | null {
  if (!association.patientData) return null;
  const proof = proven(association);
  const tolerance = policy.tolerance(association, proof.time);
  const outside = outsideEnds(association, policy);
  const shown = shownBy(exposure?.attributes ?? nothing);
  return {
    severity: tolerance !== null ? 'info' : outside.length > 0 ? 'critical' : 'high',
    time: proof.time,
    packet: proof.packet,
    key: [association.clientAddress, listener(association), association.callingAe ?? ''],
    // It crosses in either direction: an archive answers what a client asks.
    summary:
      `Patient data observed without encryption between ${clientInWords(association)} and ${serverInWords(association)}: ` +
      `${amount(association)}${shown.words}.${circumstances(association, tls, outside, tolerance, policy)} ` +
      'Maps to 45 CFR 164.312(e)(1).',
    next:
      tolerance === null
        ? association.tls
          ? NEXT_WITHIN_TLS
          : 'Turn on DICOM TLS between these two (PS3.15 B.12), or write the clear text into the policy with a reason and a date.'
        : 'Nothing until the date; plan DICOM TLS between these two (PS3.15 B.12).',
    evidence: evidence(association, shown, outside, policy),
    tolerated: tolerance !== null,
  };
}

const NEXT_WITHIN_TLS =
  'Take the suites that do not encrypt out of the configuration of both (PS3.15 B.12): whoever set this up believes it is encrypted.';

/** Where patient data was first seen; the first packet stands in when the record does not say. */
function proven(association: Readonly<AssociationRecord>): Pick<Opinion, 'time' | 'packet'> {
  const { patientDataTime: time, patientDataCapture: capture, patientDataFrame: frame } = association;
  if (time === null || capture === null || frame === null) return atStart(association);
  return { time, packet: { capture, frame } };
}

/** What is not so of most, each sentence after a space. */
function circumstances(
  association: Readonly<AssociationRecord>,
  tls: AssociationSubject['tls'],
  outside: readonly string[],
  tolerance: Tolerance | null,
  policy: Policy,
): string {
  let said = '';
  if (association.tls) said += ` ${withinTls(association, tls)}`;
  if (association.deidentifiedObjects > 0) said += ` ${deidentified(association)}`;
  if (outside.length > 0) said += ` ${outsideInWords(outside, policy)}`;
  if (tolerance !== null) said += ` The policy tolerates it through ${tolerance.untilText}: ${tolerance.reason}.`;
  return said;
}

function outsideInWords(outside: readonly string[], policy: Policy): string {
  const networks = policy.internalAssumed ? 'internal networks (assumed: private addresses)' : 'internal networks';
  return `${listed(outside)} ${outside.length === 1 ? 'is' : 'are'} outside the ${networks}.`;
}

function amount({ objects, patients, studies, clientDataBytes, serverDataBytes }: Readonly<AssociationRecord>): string {
  const bytes = `${counted(clientDataBytes + serverDataBytes, 'byte')} of data sets`;
  let things = objects > 0 ? `, ${counted(objects, 'object')}` : '';
  if (patients !== 0) things += `, ${counted(patients, 'patient')}`;
  if (studies !== 0) things += `, ${counted(studies, 'study', 'studies')}`;
  return things === '' ? bytes : `${things.slice(2)} and ${bytes}`;
}

function deidentified({ objects, deidentifiedObjects }: Readonly<AssociationRecord>): string {
  const which = `${deidentifiedObjects} of the ${counted(objects, 'object')}`;
  return deidentifiedObjects === 1
    ? `${which} claims to be de-identified and is not counted among them.`
    : `${which} claim to be de-identified and are not counted among them.`;
}

/** What attributes come to in a finding. */
interface Shown {
  /** `, showing PatientID and PatientName in stored objects`; empty when none identifies a person. */
  readonly words: string;
  /** Counts by class and attribute, and by way of showing. */
  readonly attributes: Record<string, Record<string, number>>;
  readonly seenIn: Record<string, number>;
}

/** Associations that showed the same have the same list (`ledger/exposed.ts`): what it comes to is known then. */
function shownBy(all: readonly ExposedAttribute[]): Shown {
  let shown = shownByList.get(all);
  if (shown === undefined) {
    const persons = identifying(all);
    const words = persons.length === 0 ? '' : `, showing ${attributes(persons)}`;
    shown = { words, attributes: byClass(all), seenIn: sums(all, (each) => each.seenIn) };
    shownByList.set(all, shown);
  }
  return shown;
}

const shownByList = new WeakMap<readonly ExposedAttribute[], Shown>();
const nothing: readonly ExposedAttribute[] = [];

/** Attributes that identify a person, outside objects declared de-identified: direct ones first, then by name. */
function identifying(all: readonly ExposedAttribute[]): ExposedAttribute[] {
  return all
    .filter((each) => (each.class === 'direct' || each.class === 'quasi') && each.count > each.deidentifiedCount)
    .sort(
      (a, b) => ascending(a.class, b.class) || ascending(a.attribute, b.attribute) || ascending(a.seenIn, b.seenIn),
    );
}

/** `PatientID, PatientName and 4 more (stored objects, query keys)`. */
function attributes(shown: readonly ExposedAttribute[]): string {
  const names = [...new Set(shown.map((each) => each.attribute))];
  const ways = [...new Set(shown.map((each) => SEEN[each.seenIn]))].sort(ascending);
  return `${listed(names, 4)} in ${listed(ways)}`;
}

const SEEN: Readonly<Record<SeenIn, string>> = {
  stored: 'stored objects',
  'query-key': 'query keys',
  'query-answer': 'query answers',
  'worklist-key': 'worklist keys',
  'worklist-answer': 'worklist answers',
  mpps: 'procedure step messages',
  commitment: 'storage commitment messages',
  event: 'event reports',
  other: 'other messages',
  unknown: 'messages of unknown kind',
};

function evidence(
  association: Readonly<AssociationRecord>,
  shown: Shown,
  outside: readonly string[],
  policy: Policy,
): Record<string, unknown> {
  const numbers = {
    objects: association.objects,
    deidentifiedObjects: association.deidentifiedObjects,
    patients: association.patients,
    studies: association.studies,
    clientDataBytes: association.clientDataBytes,
    serverDataBytes: association.serverDataBytes,
    attributes: shown.attributes,
    seenIn: shown.seenIn,
    outside,
    internalAssumed: policy.internalAssumed,
  };
  return association.tls ? { ...numbers, tls: true } : numbers;
}

/** Class to attribute to count; those within objects declared de-identified apart. */
function byClass(all: readonly ExposedAttribute[]): Record<string, Record<string, number>> {
  const groups: [string, Record<string, number>][] = attributeClasses.map((each) => [
    each,
    sums(
      all.filter((attribute) => attribute.class === each),
      (attribute) => attribute.attribute,
    ),
  ]);
  const claimed = sums(
    all,
    (attribute) => attribute.attribute,
    (attribute) => attribute.deidentifiedCount,
  );
  groups.push(['claimedDeidentified', claimed]);
  return Object.fromEntries(groups.filter(([, counts]) => Object.keys(counts).length > 0));
}

function sums(
  all: readonly ExposedAttribute[],
  name: (attribute: ExposedAttribute) => string,
  count: (attribute: ExposedAttribute) => number = (attribute) => attribute.count - attribute.deidentifiedCount,
): Record<string, number> {
  const totals = new Map<string, number>();
  for (const each of all) {
    const more = count(each);
    if (more > 0) totals.set(name(each), (totals.get(name(each)) ?? 0) + more);
  }
  return Object.fromEntries([...totals].sort(([a], [b]) => ascending(a, b)));
}
