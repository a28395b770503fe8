import { counted } from '../../bytes/counted.ts';
import { clientInWords, listed, serverInWords } from '../../detections/sentence.ts';
import { type AssociationRecord, severities } from '../../model/records.ts';
import type { GapMessage, HealthMessage, OutMessage } from '../message.ts';

/** The sentence of a message: a finding's own, or one made here. */
export function summaryOf(message: OutMessage): string {
  switch (message.kind) {
    case 'alert':
    case 'finding':
      return message.finding.summary;
    case 'association':
      return ofAssociation(message.association);
    case 'health':
      return ofHealth(message);
    case 'heartbeat':
      return `Alive: ${counted(message.waiting, 'message')} of this sink wait.`;
    case 'gap':
      return ofGap(message);
    case 'test':
      return `Test of sink ${message.sink}: nothing happened.`;
  }
}

function ofAssociation(association: AssociationRecord): string {
  const { outcome, outcomeDetail, objects, patients, tls, patientData } = association;
  const parts = [outcomeDetail === null ? outcome : `${outcome} (${outcomeDetail})`];
  if (objects > 0) parts.push(counted(objects, 'object'));
  if (patients !== 0) parts.push(counted(patients, 'patient'));
  parts.push(tls ? 'inside TLS' : patientData ? 'patient data in clear' : 'in clear');
  return `Association from ${clientInWords(association)} to ${serverInWords(association)}: ${parts.join(', ')}.`;
}

function ofHealth({ health }: HealthMessage): string {
  const { packets, begin, end, state, why, lagMicros, interface: name } = health;
  const seconds = Math.max(0, Math.round((end - begin) / 1e6));
  const where = name === null ? 'The sensor' : `Interface ${name}`;
  const how = why === null ? state : `${state} (${why})`;
  return `${where} is ${how}: ${counted(packets, 'packet')} in ${seconds} s, ${(lagMicros / 1e6).toFixed(3)} s behind.`;
}

function ofGap({ count, dropped, why, firstSeq, lastSeq }: GapMessage): string {
  const grades = severities.toReversed().flatMap((name) => (dropped[name] ? [`${dropped[name]} ${name}`] : []));
  const which = grades.length === 0 ? '' : ` (${listed(grades)})`;
  const because = why === 'quota' ? 'more waited than this sink may hold' : 'they had left the store';
  return `${counted(count, 'message')}${which} will not be delivered: ${because}; lines ${firstSeq} to ${lastSeq} of the log.`;
}
