import { counted } from '../bytes/counted.ts';
import type { Event, Participants } from '../ledger/events.ts';
import type { Policy } from '../policy/policy.ts';
import type { Correlation, Surroundings, Told } from './detection.ts';
import { dayMicros, type GrowingCase } from './growing-case.ts';
import { Remembered } from './recent.ts';
import { listed, listener, titleInWords } from './sentence.ts';
import { Tally } from './tally.ts';

export const aeAnyAccepted: Correlation = {
  slug: 'ae-any-accepted',
  kind: 'condition',
  severities: ['info', 'medium'],
  title: 'Server accepts any called AE title',
  references: ['45 CFR 164.312(a)(1)', 'DICOM PS3.8 9.3.4', 'DICOM PS3.15 A.5.3', 'MITRE ATT&CK T1190'],
  needsPolicy: null,
  observes: ['association-accepted'],
  watch,
};

const namedMax = 5;

function watch({ policy, raise }: Surroundings): (event: Event) => void {
  const servers = new Remembered<Tally<'titles'>>(dayMicros);
  return (event) => {
    const { of, at } = event;
    const { calledAe, serverAddress } = of;
    if (calledAe === null || of.midStream) return;
    const server = listener(of);
    const answers =
      servers.get(server, at.micros) ?? servers.add(server, at.micros, new Tally(['titles'], dayMicros, 0));
    // A title counts once: the numbers of a standing state need not be those of every association.
    if (answers.has('titles', calledAe, at.micros) && answers.current?.holds(at.micros) !== false) return;
    answers.add(event, { titles: calledAe });
    const titles = answers.things('titles');
    if (titles.length < policy.thresholdsOf(calledAe, serverAddress)['ae-any-accepted'].titles) return;
    if (policy.listsAeTitles && titles.every((title) => owned(policy, title))) return;
    raise(answers.case([server], dayMicros, event, (one) => told(policy, of, one)));
  };
}

function owned(policy: Policy, title: string): boolean {
  return policy.answerers(title).length > 0;
}

function told(policy: Policy, of: Participants, one: GrowingCase<'titles'>): Told {
  const titles = one.named('titles');
  const unowned = policy.listsAeTitles ? titles.filter((title) => !owned(policy, title)) : [];
  const nobody = unowned.length === 0 ? '' : `; the policy gives ${nobodys(unowned, titles)} to nobody`;
  return {
    severity: policy.listsAeTitles ? 'medium' : 'info',
    summary:
      `${listener(of)} accepted associations for ${counted(one.count('titles'), 'called AE title')}: ` +
      `${listed(titles.map(titleInWords), namedMax)}${nobody}. It seems not to check them.`,
    next: 'Have the server refuse called AE titles that are not its own, and calling ones it does not know; titles it should answer to belong into the policy.',
    evidence: { server: listener(of), titles: titles.slice(0, 100), unowned: unowned.slice(0, 100) },
  };
}

function nobodys(unowned: readonly string[], titles: readonly string[]): string {
  return unowned.length === titles.length ? 'them' : listed(unowned.map(titleInWords), namedMax);
}
