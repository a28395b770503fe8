import { counted } from '../bytes/counted.ts';
import { Joined } from '../bytes/joined-texts.ts';
import type { Event } from '../ledger/events.ts';
import type { Micros } from '../model/records.ts';
import type { Policy } from '../policy/policy.ts';
import type { Correlation, Surroundings, Told } from './detection.ts';
import { usableFrom } from './entries.ts';
import { dayMicros, type GrowingCase, hourMicros } from './growing-case.ts';
import { RecentSet, Remembered } from './recent.ts';
import { listed, titleInWords } from './sentence.ts';
import { Tally } from './tally.ts';

export const aeCollision: Correlation = {
  slug: 'ae-collision',
  kind: 'event',
  severities: ['info', 'high'],
  title: 'One calling AE title from two addresses',
  references: ['45 CFR 164.312(d)', 'DICOM PS3.8 9.3.2', 'MITRE ATT&CK T1036'],
  needsPolicy: null,
  observes: ['association-requested'],
  watch,
};

interface Callers {
  readonly tally: Tally<'addresses'>;
  /** Addresses that the policy does not list for the title. */
  readonly unlisted: RecentSet;
}

const namedMax = 5;

function watch({ policy, history, raise }: Surroundings): (event: Event) => void {
  const titles = new Remembered<Callers>(7 * dayMicros);
  const keys = new Joined<number>();
  return (event) => {
    const { of, at } = event;
    const { callingAe, clientAddress } = of;
    if (callingAe === null || callingAe === '') return;
    const hours = policy.thresholdsOf(callingAe, clientAddress)['ae-collision'].window_hours;
    const family = familyOf(clientAddress);
    const key = keys.of(callingAe, family);
    const { tally, unlisted } =
      titles.get(key, at.micros) ?? titles.add(key, at.micros, pastOf(callingAe, family, hours, at.micros));
    unlisted.advance(at.micros);
    // What the policy says of an address is asked once while it is remembered.
    const isUnlisted = tally.has('addresses', clientAddress, at.micros)
      ? unlisted.has(clientAddress)
      : !isListed(policy, callingAe, clientAddress);
    if (isUnlisted) unlisted.add(clientAddress, at.micros);
    tally.add(event, { addresses: clientAddress });
    if (unlisted.size === 0 || tally.size('addresses') < 2) return;
    raise(tally.case([callingAe], dayMicros, event, (one) => told(policy, one)));
  };

  function pastOf(title: string, family: number, hours: number, before: Micros): Callers {
    const window = hours * hourMicros;
    const callers = { tally: new Tally<'addresses'>(['addresses'], window, 0), unlisted: new RecentSet(window) };
    for (const { address, time } of history.addressesOf(title, { since: before - window, before }).toReversed()) {
      if (familyOf(address) !== family) continue;
      callers.tally.name('addresses', address, time);
      if (!isListed(policy, title, address)) callers.unlisted.add(address, time);
    }
    return callers;
  }
}

/** One host may have an address of each family. */
function familyOf(address: string): 4 | 6 {
  return address.includes(':') ? 6 : 4;
}

function isListed(policy: Policy, title: string, address: string): boolean {
  return policy.callers(title).some((entry) => usableFrom(entry, address));
}

function told(policy: Policy, one: GrowingCase<'addresses'>): Told {
  const [title] = one.key;
  const hours = policy.thresholdsOf(title, one.of.clientAddress)['ae-collision'].window_hours;
  const known = policy.callers(title).length > 0;
  const why = known
    ? 'the policy does not list them together'
    : policy.listsAeTitles
      ? 'the policy does not know the title'
      : 'no policy says to which of them it belongs';
  const addresses = one.named('addresses');
  return {
    severity: known ? 'high' : 'info',
    summary:
      `AE title ${titleInWords(title)} called from ${counted(one.count('addresses'), 'address', 'addresses')} within ` +
      `${counted(hours, 'hour')}: ${listed(addresses, namedMax)}; ${why}.`,
    next: 'Find the devices at these addresses: one of them uses a title that is not its own, or the device moved. Addresses that belong together are listed together in the policy.',
    evidence: { callingAe: title, addresses: addresses.slice(0, 100), known },
  };
}
