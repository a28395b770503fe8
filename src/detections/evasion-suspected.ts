import { counted } from '../bytes/counted.ts';
import type { Event } from '../ledger/events.ts';
import type { Policy } from '../policy/policy.ts';
import type { Correlation, Surroundings, Told } from './detection.ts';
import { type GrowingCase, hourMicros } from './growing-case.ts';
import { Remembered } from './recent.ts';
import { clientInWords, listed, listener, serverInWords } from './sentence.ts';
import { Tally } from './tally.ts';

export const evasionSuspected: Correlation = {
  slug: 'evasion-suspected',
  kind: 'event',
  severities: ['medium'],
  title: 'TCP made to be read otherwise by a sensor',
  references: ['45 CFR 164.312(b)', 'RFC 9293 3.10.7', 'MITRE ATT&CK T1562'],
  needsPolicy: null,
  observes: ['association-requested', 'association-over'],
  watch,
};

type Means = 'means';

function watch({ policy, raise }: Surroundings): (event: Event) => void {
  const pairs = new Remembered<Tally<Means>>(2 * hourMicros);
  return (event) => {
    const means = meansOf(event, policy);
    if (means.length === 0) return;
    const { of, at } = event;
    const key = [of.clientAddress, listener(of)];
    const tally =
      pairs.get(key.join(' '), at.micros) ?? pairs.add(key.join(' '), at.micros, new Tally(['means'], hourMicros, 0));
    tally.add(event, {});
    const one = tally.case(key, hourMicros, event, (grown) => told(clientInWords(of), serverInWords(of), grown));
    for (const each of means) tally.name('means', each, at.micros);
    raise(one);
  };
}

const nothing: readonly string[] = [];

function meansOf(event: Event, policy: Policy): readonly string[] {
  if (event.kind === 'association-requested') {
    const { segments } = policy.thresholds['evasion-suspected'];
    return event.tinySegments >= segments ? ['a request cut into tiny segments'] : nothing;
  }
  if (event.kind !== 'association-over' || !(event.ambiguous || event.strangeReset)) return nothing;
  const means: string[] = [];
  if (event.ambiguous) means.push('segments that came again with other bytes');
  if (event.strangeReset) means.push('a reset that ended nothing, and data after it');
  return means;
}

function told(client: string, server: string, one: GrowingCase<Means>): Told {
  const means = one.named('means');
  return {
    severity: 'medium',
    summary:
      `${client} and ${server}: ${listed(means)} (${counted(one.events, 'time')}). Healthy systems rarely do that; it makes ` +
      'a sensor read something else than the receiver does.',
    next: 'Look at the packets named: the same numbers with other bytes, or resets with numbers far off, are made by a tool or a broken device between the two. What the association says of itself may not be what the server read.',
    evidence: { means },
  };
}
