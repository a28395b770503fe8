import { counted } from '../bytes/counted.ts';
import type { Event, ObjectSent, OperationAnswered, OperationRequested, Participants } from '../ledger/events.ts';
import type { Micros } from '../model/records.ts';
import type { Destination } from '../policy/policy.ts';
import type { Correlation, Surroundings, Told } from './detection.ts';
import { dayMicros, type GrowingCase, hourMicros } from './growing-case.ts';
import { Remembered } from './recent.ts';
import { clientInWords, listed, serverInWords, titleInWords } from './sentence.ts';
import { Tally } from './tally.ts';
import { receiverOf } from './transfer.ts';

export const moveDestinationUnknown: Correlation = {
  slug: 'move-destination-unknown',
  kind: 'event',
  severities: ['high'],
  title: 'C-MOVE to a destination that is not known',
  references: ['45 CFR 164.312(b)', '45 CFR 164.308(a)(1)(ii)(D)', 'DICOM PS3.4 C.4.2', 'MITRE ATT&CK T1567'],
  needsPolicy: null,
  observes: [
    'association-requested',
    'association-accepted',
    'operation-requested',
    'operation-answered',
    'object-sent',
  ],
  watch,
};

/** PS3.4 table C.4-2: the server itself does not know the destination. */
const destinationUnknown = 0xa801;

const keepMicros = 31 * dayMicros;

type Moved = 'objects' | 'receivers' | 'stores';
const names: readonly Moved[] = ['objects', 'receivers', 'stores'];
type Why = Exclude<Destination, 'known'> | 'never-seen' | 'refused';

function watch({ policy, history, raise }: Surroundings): (event: Event) => void {
  const cases = new Remembered<Tally<Moved>>(2 * hourMicros);
  /** Titles that called or answered, for sites whose policy lists none. */
  const seen = new Remembered<true>(keepMicros, 10_000);
  /** Moves to link store associations with: by the server that sends, title and message id of the mover. */
  const moves = new Remembered<GrowingCase<Moved>>(2 * hourMicros);
  let began: Micros | null = null;

  return (event) => {
    const { of, at } = event;
    began ??= history.began(at.micros) ?? at.micros;
    if (event.kind === 'association-requested' && of.callingAe !== null)
      seen.get(of.callingAe, at.micros) ?? seen.add(of.callingAe, at.micros, true);
    else if (event.kind === 'association-accepted' && of.calledAe !== null)
      seen.get(of.calledAe, at.micros) ?? seen.add(of.calledAe, at.micros, true);
    else if (event.kind === 'object-sent') link(event);
    else if (event.kind === 'operation-requested' || event.kind === 'operation-answered') {
      const { command, moveDestination: destination } = event.operation;
      if (command !== 'C-MOVE' || destination === null) return;
      const why = whyUnknown(event, destination, at.micros - began >= dayMicros);
      if (why !== null) move(event, destination, why);
    }
  };

  function whyUnknown(
    event: OperationRequested | OperationAnswered,
    destination: string,
    longSeen: boolean,
  ): Why | null {
    if (policy.listsAeTitles) {
      const answer = policy.moveDestination(event.of, destination);
      return answer === 'known' || event.kind === 'operation-answered' ? null : answer;
    }
    const { micros } = event.at;
    if (seen.known(destination) === true) return null;
    if (history.titleSeen(destination, { since: micros - keepMicros, before: micros })) return null;
    if (event.kind === 'operation-answered') return event.status === destinationUnknown ? 'refused' : null;
    return longSeen ? 'never-seen' : null;
  }

  function move(event: OperationRequested | OperationAnswered, destination: string, why: Why): void {
    const { of, at, operation } = event;
    const key = [destination, of.clientAddress];
    const tally = cases.get(key.join(' '), at.micros) ?? cases.add(key.join(' '), at.micros, new Tally(names, 0));
    tally.add(event, {});
    const one = tally.case(key, hourMicros, event, (grown) => told(of, destination, why, grown));
    moves.get(`${of.serverAddress} ${of.callingAe} ${operation.messageId}`, at.micros) ??
      moves.add(`${of.serverAddress} ${of.callingAe} ${operation.messageId}`, at.micros, one);
    raise(one);
  }

  /** The store association that a move causes names its mover and the move (PS3.7 section 9.1.1.1). */
  function link(sent: ObjectSent): void {
    const { of, at, operation } = sent;
    if (operation.moveOriginator === null) return;
    const one = moves.known(`${of.clientAddress} ${operation.moveOriginator} ${operation.moveOriginatorMessageId}`);
    if (one === undefined) return;
    one.name('objects', operation.id, at.micros);
    one.name('receivers', receiverOf(sent).address, at.micros);
    one.name('stores', of.associationId ?? '', at.micros);
    one.add(sent, 1);
    raise(one);
  }
}

const WORDS: Readonly<Record<Why, string>> = {
  unknown: 'the policy does not know that title',
  'not-listed': "the policy does not list it among this server's destinations",
  'never-seen': 'that title was never seen here before',
  refused: 'the server does not know it either, and refused',
};

function told(of: Participants, destination: string, why: Why, one: GrowingCase<Moved>): Told {
  const objects = one.count('objects');
  const moves = one.events - one.named('objects').length;
  const receivers = one.named('receivers');
  const then = objects === 0 ? '' : ` ${counted(objects, 'object')} went to ${listed(receivers)}.`;
  return {
    severity: 'high',
    summary:
      `${clientInWords(of)} asked ${serverInWords(of)} to send to ${titleInWords(destination)} ` +
      `(${counted(moves, 'C-MOVE')}): ${WORDS[why]} (${why}).${then}`,
    next: 'Find out who is behind that title (the server has its address), and what was asked for. A device that is meant belongs into the policy, and among the destinations of the server.',
    evidence: { reason: why, destination, objects, receivers, storeAssociations: one.inOrder('stores').slice(0, 20) },
  };
}
