import { counted } from '../bytes/counted.ts';
import type { Event, OperationRequested, Participants } from '../ledger/events.ts';
import type { Policy } from '../policy/policy.ts';
import { sopClasses } from '../protocols/dicom/tables/uids.ts';
import type { Correlation, Surroundings, Told } from './detection.ts';
import { usableFrom } from './entries.ts';
import { type GrowingCase, hourMicros } from './growing-case.ts';
import { Remembered } from './recent.ts';
import { clientInWords, listed, listener, serverInWords, within } from './sentence.ts';
import { Tally } from './tally.ts';

export const destructiveOperation: Correlation = {
  slug: 'destructive-operation',
  kind: 'event',
  severities: ['high'],
  title: 'Request that deletes or changes what a server keeps',
  references: ['45 CFR 164.312(c)(1)', 'DICOM PS3.7 10.1', 'MITRE ATT&CK T1485', 'MITRE ATT&CK T1565.001'],
  needsPolicy: null,
  observes: ['operation-requested'],
  watch,
};

const commands: readonly string[] = ['N-DELETE', 'N-SET', 'N-ACTION'];
/** Services in which these are everyday work. */
const everyday: readonly string[] = ['mpps', 'commitment', 'print', 'ups'];
const namedMax = 3;

function watch({ policy, raise }: Surroundings): (event: Event) => void {
  const pairs = new Remembered<Tally<'requests'>>(2 * hourMicros);
  return (event) => {
    if (event.kind !== 'operation-requested' || !commands.includes(event.operation.command)) return;
    const { of, at, operation } = event;
    if (everyday.includes(operation.service) || isListed(policy, event)) return;
    const key = [of.clientAddress, listener(of)];
    const asked =
      pairs.get(key.join(' '), at.micros) ?? pairs.add(key.join(' '), at.micros, new Tally(['requests'], 0));
    const { sopClass } = operation;
    const name = sopClass === null ? 'no class' : (sopClasses.get(sopClass)?.name ?? sopClass);
    asked.add(event, { requests: `${operation.command} of ${name}` });
    raise(asked.case(key, hourMicros, event, (one) => told(of, one)));
  };
}

/** Whether the policy lists the class for the requester: an entry without a list is no leave to delete. */
function isListed(policy: Policy, { of, operation }: OperationRequested): boolean {
  const { sopClass, requester } = operation;
  const title = requester === 'client' ? of.callingAe : of.calledAe;
  const address = requester === 'client' ? of.clientAddress : of.serverAddress;
  if (sopClass === null || title === null) return false;
  return policy.callers(title).some((entry) => entry.sopClasses?.has(sopClass) === true && usableFrom(entry, address));
}

function told(of: Participants, one: GrowingCase<'requests'>): Told {
  const requests = one.named('requests');
  return {
    severity: 'high',
    summary:
      `${clientInWords(of)} and ${serverInWords(of)}: ${counted(one.events, 'request')} to delete or change what is kept ` +
      `(${listed(requests, namedMax)}) ${within(one.first, one.last)}.`,
    next: 'Ask who runs this, look at the statuses (dicomtap operations), and compare the server with its backup before anything expires there.',
    evidence: { requests: requests.slice(0, 20) },
  };
}
