import { counted } from '../bytes/counted.ts';
import type { Event, ObjectSent } from '../ledger/events.ts';
import type { Correlation, Surroundings, Told } from './detection.ts';
import { dayMicros, type GrowingCase, hourMicros } from './growing-case.ts';
import { Remembered } from './recent.ts';
import { endInWords, listed, within } from './sentence.ts';
import { StoredObjects } from './stored-objects.ts';
import { Tally } from './tally.ts';
import { receiverOf, senderOf } from './transfer.ts';

export const objectReplaced: Correlation = {
  slug: 'object-replaced',
  kind: 'event',
  severities: ['medium'],
  title: 'An object is stored again with other content',
  references: ['45 CFR 164.312(c)(1)', 'DICOM PS3.4 B.2', 'MITRE ATT&CK T1565.001'],
  needsPolicy: null,
  observes: ['object-sent'],
  watch,
};

type Replaced = 'senders' | 'titles' | 'firsts';
type Counts = 'objects' | 'patients';
const names: readonly Replaced[] = ['senders', 'titles', 'firsts'];
const counts: readonly Counts[] = ['objects', 'patients'];
const namedMax = 3;

/** Objects remembered: a hundred studies of a CT. */
const objectsMax = 50_000;
const keepMicros = 30 * dayMicros;

function watch({ history, raise }: Surroundings): (event: Event) => void {
  const objects = new StoredObjects(keepMicros, objectsMax);
  const receivers = new Remembered<Tally<Replaced, Counts>>(2 * hourMicros);
  return (event) => {
    if (event.kind !== 'object-sent' || isRetrieved(event)) return;
    const { of, at, instanceHash, transferSyntax, contentMark } = event;
    if (instanceHash === null || transferSyntax === null || contentMark === null) return;
    const { address, title: titles } = receiverOf(event);
    const place = objects.placeOf(instanceHash, address, transferSyntax, at.micros);
    if (objects.isNew) {
      const span = { since: at.micros - keepMicros, before: at.micros };
      const past = history.objectStored(instanceHash, transferSyntax, address, span);
      objects.enter(place, past?.contentMark ?? contentMark, past?.associationId ?? null);
    }
    const isSame = objects.isSame(place, contentMark);
    const firsts = objects.associationOf(place);
    objects.enter(place, contentMark, of.associationId);
    if (isSame) return;
    const tally =
      receivers.get(address, at.micros) ?? receivers.add(address, at.micros, new Tally(names, hourMicros, 0, counts));
    const senders = endInWords(senderOf(event));
    tally.add(event, { objects: instanceHash, patients: event.patientHash, senders, titles, firsts });
    raise(tally.case([address], hourMicros, event, told));
  };
}

/** An archive answers with what it holds now, patient data that was corrected too: who retrieves replaces nothing. */
function isRetrieved({ operation }: ObjectSent): boolean {
  return operation.requester === 'server' || operation.moveOriginator !== null;
}

function told(one: GrowingCase<Replaced, Counts>): Told {
  const [address] = one.key;
  const [title = null] = one.named('titles');
  return {
    severity: 'medium',
    summary:
      `${endInWords({ title, address })} was sent ${counted(one.count('objects'), 'object')} of ` +
      `${counted(one.count('patients'), 'patient')} again with other content under the same SOP Instance UID ` +
      `${within(one.first, one.last)}, from ${listed(one.named('senders'), namedMax)}.`,
    next: 'Compare what the archive holds with the first version (a backup, the modality), header and pixels. A correction at the device explains it; nothing else should.',
    evidence: {
      receiver: address,
      objects: one.count('objects'),
      patients: one.count('patients'),
      firstStoredIn: one.inOrder('firsts').slice(0, 20),
    },
  };
}
