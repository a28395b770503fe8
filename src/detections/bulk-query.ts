import { counted } from '../bytes/counted.ts';
import { Joined } from '../bytes/joined-texts.ts';
import type { Event } from '../ledger/events.ts';
import { sopClasses } from '../protocols/dicom/tables/uids.ts';
import type { Correlation, Surroundings, Told } from './detection.ts';
import { type GrowingCase, hourMicros, minuteMicros } from './growing-case.ts';
import { Remembered } from './recent.ts';
import { clientInWords, serverInWords, within } from './sentence.ts';
import { Tally } from './tally.ts';

export const bulkQuery: Correlation = {
  slug: 'bulk-query',
  kind: 'event',
  severities: ['high'],
  title: 'Queries that hand out many patients',
  references: ['45 CFR 164.308(a)(1)(ii)(D)', '45 CFR 164.312(b)', 'DICOM PS3.4 C.4.1', 'MITRE ATT&CK T1213'],
  needsPolicy: null,
  observes: ['query-asked', 'record-handed-out'],
  watch,
};

/** Patients of all answers; those of answers to queries without any restricting key; and the queries. */
type Answered = 'patients' | 'unrestricted' | 'queries';
const counts: readonly Answered[] = ['patients', 'unrestricted', 'queries'];

function watch({ policy, raise }: Surroundings): (event: Event) => void {
  const askers = new Remembered<Tally<never, Answered>>(2 * hourMicros);
  /** Queries under way of which it is known that nothing restricts them. */
  const open = new Remembered<true>(2 * hourMicros);
  const pairs = new Joined();
  const keys = new Joined();
  return (event) => {
    if (event.kind === 'query-asked' && event.restricted === false) {
      open.get(event.operation.id, event.at.micros) ?? open.add(event.operation.id, event.at.micros, true);
    }
    if (event.kind !== 'record-handed-out' || event.operation.service !== 'query') return;
    const { of, at, operation } = event;
    const threshold = policy.thresholdsOf(of.callingAe, of.clientAddress)['bulk-query'];
    const model = modelOf(operation.sopClass);
    const key = keys.of(pairs.of(of.clientAddress, of.serverAddress), model);
    const window = threshold.window_minutes * minuteMicros;
    const answered =
      askers.get(key, at.micros) ??
      askers.add(key, at.micros, new Tally<never, Answered>([], window, undefined, counts));
    // Answers at levels below the patient name only their study.
    const patient = event.patientHash ?? event.studyHash;
    const unrestricted = open.known(operation.id) === true ? patient : null;
    answered.add(event, { patients: patient, unrestricted, queries: operation.id });
    const proven =
      answered.size('unrestricted') >= threshold.unrestricted || answered.size('patients') >= threshold.patients;
    if (proven || answered.current !== null) {
      const named = [of.clientAddress, of.serverAddress, model];
      raise(answered.case(named, hourMicros, event, told));
    }
  };
}

/** The query's information model, by its name where it has one. */
function modelOf(sopClass: string | null): string {
  return (sopClass === null ? undefined : sopClasses.get(sopClass)?.name) ?? sopClass ?? 'unknown model';
}

function told(one: GrowingCase<never, Answered>): Told {
  const { of } = one;
  const [, , model] = one.key;
  const unrestricted = one.count('unrestricted');
  const free = unrestricted === 0 ? '' : `, ${unrestricted} of them to queries without any restricting key`;
  return {
    severity: 'high',
    summary:
      `${clientInWords(of)} was handed out ${counted(one.count('patients'), 'patient')} by ${serverInWords(of)} ` +
      `${within(one.first, one.last)}${free}: ${counted(one.events, 'record')} in answer to ` +
      `${counted(one.count('queries'), 'query', 'queries')} (${model}).`,
    next: 'Ask who runs these queries, and for what. If it is theft, the list of patients is out already: look for retrievals by the same client (dicomtap operations --client ADDRESS).',
    evidence: { model, patients: one.count('patients'), unrestricted, queries: one.count('queries') },
  };
}
