import { counted } from '../bytes/counted.ts';
import type { Event, Participants } from '../ledger/events.ts';
import type { AeEntry, Policy } from '../policy/policy.ts';
import { sopClasses } from '../protocols/dicom/tables/uids.ts';
import type { Correlation, Surroundings, Told } from './detection.ts';
import { usableFrom } from './entries.ts';
import { type GrowingCase, hourMicros } from './growing-case.ts';
import { Remembered } from './recent.ts';
import { clientInWords, listed, titleInWords } from './sentence.ts';
import { Tally } from './tally.ts';

export const unexpectedSender: Correlation = {
  slug: 'unexpected-sender',
  kind: 'event',
  severities: ['medium'],
  title: 'Objects from an AE title that may not send them',
  references: ['45 CFR 164.312(c)(1)', 'DICOM PS3.4 B.2', 'MITRE ATT&CK T1565.001'],
  needsPolicy: 'AE titles with their roles or SOP classes',
  observes: ['operation-requested'],
  watch,
};

type Reason = 'not-a-sender' | 'other-class';

function watch({ policy, raise }: Surroundings): (event: Event) => void {
  const senders = new Remembered<Tally<'receivers'>>(2 * hourMicros);
  return (event) => {
    if (event.kind !== 'operation-requested') return;
    const { of, at, operation } = event;
    // What a server sends within a C-GET was asked for.
    if (operation.command !== 'C-STORE' || operation.requester !== 'client' || of.callingAe === null) return;
    if (!policy.listsAeTitles) return;
    const sopClass = operation.sopClass ?? '';
    const reason = denied(policy, of.callingAe, of.clientAddress, sopClass);
    if (reason === null) return;
    const key = [of.callingAe, sopClass];
    const sent =
      senders.get(`${of.clientAddress} ${key.join(' ')}`, at.micros) ??
      senders.add(`${of.clientAddress} ${key.join(' ')}`, at.micros, new Tally(['receivers'], 0));
    sent.add(event, { receivers: of.calledAe === null ? of.serverAddress : titleInWords(of.calledAe) });
    raise(sent.case(key, hourMicros, event, (one) => told(of, sopClass, reason, one)));
  };
}

/** Titles and addresses that the policy does not know are `ae-not-allowed`. */
function denied(policy: Policy, title: string, address: string, sopClass: string): Reason | null {
  let reason: Reason | null = null;
  for (const entry of policy.callers(title)) {
    if (!usableFrom(entry, address)) continue;
    if (!sends(entry)) reason ??= 'not-a-sender';
    else if (entry.sopClasses?.has(sopClass) ?? true) return null;
    else reason = 'other-class';
  }
  return reason;
}

function sends({ roles }: AeEntry): boolean {
  return roles === null || roles.scu.has('store');
}

function told(of: Participants, sopClass: string, reason: Reason, one: GrowingCase<'receivers'>): Told {
  const name = sopClasses.get(sopClass)?.name ?? (sopClass === '' ? 'an unknown class' : sopClass);
  const why =
    reason === 'not-a-sender'
      ? 'the policy gives it no role in which it sends'
      : 'the policy does not list this SOP class for it';
  return {
    severity: 'medium',
    summary:
      `${clientInWords(of)} sent ${counted(one.events, 'object')} of ${name} to ${listed(one.named('receivers'), 3)}: ` +
      `${why} (${reason}).`,
    next: 'Ask why the device sends these. If it should, add the role or the SOP class to the policy; if not, look at the objects before anybody reads them.',
    evidence: { reason, sopClass },
  };
}
