import { counted } from '../bytes/counted.ts';
import { Joined } from '../bytes/joined-texts.ts';
import type { Event, Participants } from '../ledger/events.ts';
import type { ProposedContext } from '../model/facts.ts';
import type { History, Span } from '../model/history.ts';
import type { Micros } from '../model/records.ts';
import { serviceOf } from '../protocols/dicom/tables/uids.ts';
import type { Correlation, Surroundings, Told } from './detection.ts';
import { dayMicros, type GrowingCase } from './growing-case.ts';
import { Remembered } from './recent.ts';
import { clientInWords, listed } from './sentence.ts';
import { Tally } from './tally.ts';
import { implementationInWords } from './toolkit.ts';

export const implementationChanged: Correlation = {
  slug: 'implementation-changed',
  kind: 'event',
  severities: ['low'],
  title: 'A device identifies itself as another implementation',
  references: ['45 CFR 164.312(c)(1)', '45 CFR 164.312(d)', 'DICOM PS3.7 D.3.3.2', 'MITRE ATT&CK T1036'],
  needsPolicy: null,
  observes: ['association-requested'],
  watch,
};

/** Associations after which what a device says of itself is what it always says. */
const settled = 3;

interface Device {
  /** By implementation: associations it came with. */
  readonly known: Map<string, number>;
  readonly changes: Tally<'before' | 'after'>;
}

const keepMicros = 31 * dayMicros;

/** Implementations of one device kept: beyond, it has none of its own. */
const knownMax = 16;

function watch({ history, raise }: Surroundings): (event: Event) => void {
  const devices = new Remembered<Device>(keepMicros, 10_000);
  const ends = new Joined();
  const keys = new Joined();
  return (event) => {
    if (event.kind !== 'association-requested') return;
    const { of, at } = event;
    if (of.callingAe === null || of.implementationUid === null) return;
    // Parts of one device for different services may be of different makers.
    const what = purpose(event.offered);
    const key = keys.of(ends.of(of.callingAe, of.clientAddress), what);
    const { known, changes } =
      devices.get(key, at.micros) ?? devices.add(key, at.micros, deviceOf(history, of, what, at.micros));
    const after = implementationInWords(of.implementationUid, of.implementationVersion);
    const count = known.get(after) ?? 0;
    if (count > 0 || known.size < knownMax) known.set(after, count + 1);
    if (count > 0) return;
    const others = othersThan(after, known);
    if (others.length === 0) return;
    for (const [before] of others) changes.name('before', before, at.micros);
    changes.add(event, { after });
    raise(changes.case([of.callingAe, of.clientAddress], dayMicros, event, told));
  };
}

function deviceOf(history: History, of: Participants, what: string, before: Micros): Device {
  const known = pastOf(history, of, what, { since: before - keepMicros, before });
  return { known, changes: new Tally<'before' | 'after'>(['before', 'after'], dayMicros, 0) };
}

/** What it always said of itself, if that is something else. */
function othersThan(name: string, known: ReadonlyMap<string, number>): readonly [string, number][] {
  return [...known].filter(([other, often]) => other !== name && often >= settled);
}

/** With how many associations each implementation came before, for the same services. */
function pastOf(
  history: History,
  { callingAe, clientAddress }: Participants,
  what: string,
  span: Span,
): Map<string, number> {
  const known = new Map<string, number>();
  for (const { uid, version, offered } of history.implementationsOf(callingAe ?? '', clientAddress, span)) {
    if (purposeOf(offered) !== what) continue;
    const name = implementationInWords(uid, version);
    if (known.has(name) || known.size < knownMax) known.set(name, (known.get(name) ?? 0) + 1);
  }
  return known;
}

/** Stations ask the same way each time, and what they repeat is one object. */
const purposes = new WeakMap<readonly ProposedContext[], string>();

function purpose(offered: readonly ProposedContext[]): string {
  const known = purposes.get(offered);
  if (known !== undefined) return known;
  const made = purposeOf(offered.map(({ abstractSyntax }) => abstractSyntax));
  purposes.set(offered, made);
  return made;
}

function purposeOf(abstractSyntaxes: readonly string[]): string {
  return [...new Set(abstractSyntaxes.map((uid) => serviceOf(uid, 0)))].sort().join(' ');
}

function told(one: GrowingCase<'before' | 'after'>): Told {
  const [before, after] = [one.named('before'), one.named('after')];
  return {
    severity: 'low',
    summary:
      `${clientInWords(one.of)} now identifies itself as ${listed(after)}; before, in ${counted(settled, 'association')} or ` +
      `more for the same services, as ${listed(before)}.`,
    next: 'Ask whether the device was updated or replaced. If not, something else uses its AE title at its address.',
    evidence: { before, after },
  };
}
