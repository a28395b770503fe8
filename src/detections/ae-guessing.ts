import { counted } from '../bytes/counted.ts';
import { Joined } from '../bytes/joined-texts.ts';
import type { Event } from '../ledger/events.ts';
import type { Correlation, Surroundings, Told } from './detection.ts';
import { type GrowingCase, hourMicros, minuteMicros } from './growing-case.ts';
import { Remembered } from './recent.ts';
import { listed, listener, titleInWords, within } from './sentence.ts';
import { Tally } from './tally.ts';

export const aeGuessing: Correlation = {
  slug: 'ae-guessing',
  kind: 'event',
  severities: ['high', 'critical'],
  title: 'AE titles are being guessed',
  references: ['45 CFR 164.308(a)(5)(ii)(C)', '45 CFR 164.312(d)', 'DICOM PS3.8 9.3.4', 'MITRE ATT&CK T1110'],
  needsPolicy: null,
  observes: ['association-rejected', 'association-accepted'],
  watch,
};

/** Of the service user, PS3.8 section 9.3.4. Some servers say the second of calling titles too. */
const callingNotRecognised = 3;
const calledNotRecognised = 7;
const serviceUser = 1;

type Guessed = 'called' | 'calling' | 'accepted';
const names: readonly Guessed[] = ['called', 'calling', 'accepted'];
const namedMax = 5;

function watch({ policy, raise }: Surroundings): (event: Event) => void {
  const pairs = new Remembered<Tally<Guessed>>(hourMicros);
  const keys = new Joined();
  return (event) => {
    const { of, at } = event;
    const server = listener(of);
    const pair = keys.of(of.clientAddress, server);
    const threshold = policy.thresholdsOf(of.callingAe, of.clientAddress)['ae-guessing'];
    const window = threshold.window_minutes * minuteMicros;
    if (event.kind === 'association-accepted') {
      // The first acceptance after rejections: the guess was right.
      const current = pairs.known(pair)?.current ?? null;
      if (current === null || current.count('accepted') !== 0 || at.micros - current.last > window) return;
      current.name(
        'accepted',
        `${titleInWords(of.callingAe ?? '')} calling ${titleInWords(of.calledAe ?? '')}`,
        at.micros,
      );
      current.add(event, 1);
      raise(current);
      return;
    }
    if (event.kind !== 'association-rejected' || event.source !== serviceUser) return;
    if (event.reason !== callingNotRecognised && event.reason !== calledNotRecognised) return;
    const guesses =
      pairs.get(pair, at.micros) ?? pairs.add(pair, at.micros, new Tally(names, window, threshold.rejections));
    guesses.add(event, { called: of.calledAe, calling: of.callingAe });
    const titles = Math.max(guesses.size('called'), guesses.size('calling'));
    const proven = guesses.events >= threshold.rejections && titles >= threshold.titles;
    if (proven || guesses.current !== null) {
      raise(guesses.case([of.clientAddress, server], hourMicros, event, told));
    }
  };
}

function told(one: GrowingCase<Guessed>): Told {
  const { of } = one;
  const which = one.named('called').length >= one.named('calling').length ? 'called' : 'calling';
  const [accepted] = one.named('accepted');
  const rejections = accepted === undefined ? one.events : one.events - 1;
  const then = accepted === undefined ? '' : ` Then ${accepted} was accepted.`;
  const titles = listed(one.named(which).map(titleInWords), namedMax);
  return {
    severity: accepted === undefined ? 'high' : 'critical',
    summary:
      `${of.clientAddress} was rejected ${counted(rejections, 'time')} by ${listener(of)} for AE titles that it does not ` +
      `know (${counted(one.count(which), `${which} title`)}: ${titles}) ${within(one.first, one.last)}.${then}`,
    next:
      accepted === undefined
        ? 'Find the device at the client address and ask who runs this: nobody types that many titles by hand.'
        : 'Find the device at the client address, and look at what it did once it was let in: dicomtap operations --client ADDRESS.',
    evidence: {
      rejections,
      calledTitles: one.count('called'),
      callingTitles: one.count('calling'),
      accepted: accepted !== undefined,
    },
  };
}
