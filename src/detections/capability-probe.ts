import { counted } from '../bytes/counted.ts';
import { Joined } from '../bytes/joined-texts.ts';
import type { AssociationOver, Event } from '../ledger/events.ts';
import type { Correlation, Surroundings, Told } from './detection.ts';
import { type GrowingCase, hourMicros, minuteMicros } from './growing-case.ts';
import { RecentSet, Remembered } from './recent.ts';
import { clientInWords, listener, serverInWords, within } from './sentence.ts';
import { Tally } from './tally.ts';
import { implementationInWords, toolkitOf } from './toolkit.ts';

export const capabilityProbe: Correlation = {
  slug: 'capability-probe',
  kind: 'event',
  severities: ['medium'],
  title: 'Many services offered, none used',
  references: ['45 CFR 164.308(a)(1)(ii)(D)', 'DICOM PS3.8 7.1.1.13', 'DICOM PS3.7 D.3', 'MITRE ATT&CK T1046'],
  needsPolicy: null,
  observes: ['association-over'],
  watch,
};

const verification = '1.2.840.10008.1.1';
const windowMicros = 10 * minuteMicros;

interface Offered {
  /** SOP classes offered by associations that were accepted and did nothing with them. */
  readonly unused: Tally<'classes'>;
  /** What it does use there. */
  readonly used: RecentSet;
}

function watch({ policy, raise }: Surroundings): (event: Event) => void {
  const pairs = new Remembered<Offered>(2 * hourMicros);
  const keys = new Joined();
  return (event) => {
    if (event.kind !== 'association-over' || event.offered.length === 0) return;
    const { of, at } = event;
    const server = listener(of);
    const threshold = policy.thresholdsOf(of.callingAe, of.clientAddress)['capability-probe'].contexts;
    const key = keys.of(of.clientAddress, server);
    const { unused, used } = pairs.get(key, at.micros) ?? pairs.add(key, at.micros, nothingOffered());
    for (const { sopClasses } of event.services) for (const each of sopClasses) used.add(each, at.micros);
    if (!probes(event)) return;
    const strange = strangeOf(event, used);
    // One event an association: its first class counts it, the others are named with it.
    unused.add(event, { classes: strange[0] ?? null });
    for (const each of strange) unused.name('classes', each, at.micros);
    if (unused.size('classes') >= threshold || unused.current !== null) {
      raise(unused.case([of.clientAddress, server], hourMicros, event, told));
    }
  };
}

function strangeOf({ offered }: AssociationOver, used: RecentSet): readonly string[] {
  const classes = new Set(offered.map(({ abstractSyntax }) => abstractSyntax));
  return [...classes].filter((each) => each !== verification && !used.has(each));
}

function nothingOffered(): Offered {
  return { unused: new Tally(['classes'], windowMicros, 0), used: new RecentSet(24 * hourMicros) };
}

/**
 * Whether all it did was to learn what the server accepts. A toolkit whose programs always offer all they know may do
 * so in vain, when the server accepts none of what it came for: one such association says nothing.
 */
function probes({ of, accepted, byThem, services, offered }: AssociationOver): boolean {
  if (!accepted || !byThem || of.midStream || of.partial) return false;
  if (services.some(({ service }) => service !== 'echo')) return false;
  const toolkit = toolkitOf(of.implementationUid, of.implementationVersion);
  return !(toolkit?.offersAll === true && offered.length > 60);
}

function told(one: GrowingCase<'classes'>): Told {
  const { of } = one;
  return {
    severity: 'medium',
    summary:
      `${clientInWords(of)} offered ${serverInWords(of)} ${counted(one.count('classes'), 'SOP class', 'SOP classes')} in ` +
      `${counted(one.events, 'association')} ${within(one.first, one.last)} and used none of them: it learnt what the ` +
      `server accepts. It identifies itself as ${implementationInWords(of.implementationUid, of.implementationVersion)}.`,
    next: 'Ask what the device at the client address is looking for: this is what comes before objects of an unusual class, or before a theft.',
    evidence: { sopClasses: one.count('classes') },
  };
}
