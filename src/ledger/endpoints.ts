import { TextMark } from '../bytes/text-mark.ts';
import type { Side } from '../model/facts.ts';
import type { AssociationRecord, EndpointSighting, ShownEndpoint } from '../model/records.ts';
import type { Association, ServiceSeen } from './association.ts';
import { endpointId } from './ids.ts';

/**
 * The ends of an accepted association, once per service observed between them; null where it shows none. The side that
 * connects has no port of its own; the asker of a service is its SCU, whichever side connected.
 */
export function endpointSighting(
  association: Association,
  record: AssociationRecord,
  client: Side,
): EndpointSighting | null {
  if (record.accepted !== true) return null;
  const ends = endsOf(record);
  if (ends.length === 0) return null;
  const services = association.services.length > 0 ? association.services : [{ ...noService, side: client }];
  const { id: associationId, connectionId, start: firstSeen, end: lastSeen } = record;
  return { associationId, connectionId, firstSeen, lastSeen, shown: shownBy(ends, services, client) };
}

type Service = Pick<ServiceSeen, 'service' | 'side' | 'sopClasses'>;
type Shown = EndpointSighting['shown'];

const noService = { service: 'none', sopClasses: [] };

/** One end of an association. */
interface End {
  readonly aeTitle: string;
  readonly address: string;
  readonly port: number | null;
  readonly connects: boolean;
  readonly implementationUid: string | null;
  readonly implementationVersion: string | null;
}

/** Those whose AE title was seen, the client first. */
function endsOf(record: AssociationRecord): End[] {
  const { callingAe, calledAe } = record;
  const ends: End[] = [];
  if (callingAe !== null) {
    ends.push({
      aeTitle: callingAe,
      address: record.clientAddress,
      port: null,
      connects: true,
      implementationUid: record.clientImplementationUid,
      implementationVersion: record.clientImplementationVersion,
    });
  }
  if (calledAe !== null) {
    ends.push({
      aeTitle: calledAe,
      address: record.serverAddress,
      port: record.serverPort,
      connects: false,
      implementationUid: record.serverImplementationUid,
      implementationVersion: record.serverImplementationVersion,
    });
  }
  return ends;
}

/**
 * What ends showed before is the same list again, by which others know it: lists of the same two addresses are a chain,
 * found by a number that stands for both. When there are too many, the memory starts anew.
 */
const knownByPair = new Map<number, Known>();
const knownMax = 4096;
let knownLists = 0;
const pair = new TextMark();

interface Known {
  readonly shown: Shown;
  readonly before: Known | undefined;
}

function shownBy(ends: readonly End[], services: readonly Service[], client: Side): Shown {
  const number = pair.of(ends[0].address).of(ends[ends.length - 1].address, pair.high, pair.low).low;
  let known = knownByPair.get(number);
  let length = 0;
  for (let one = known; one !== undefined; one = one.before) {
    if (isShown(one.shown, ends, services, client)) return one.shown;
    length++;
  }
  if (length >= knownOfPairMax) known = undefined;
  if (knownLists >= knownMax) {
    knownByPair.clear();
    knownLists = 0;
    known = undefined;
  }
  const shown = services.flatMap((seen) => ends.map((end) => shownEndpoint(end, seen, client)));
  knownByPair.set(number, { shown, before: known });
  knownLists++;
  return shown;
}

/** Looked through one by one: what an association shows as it goes on, in a few applications. */
const knownOfPairMax = 16;

function isShown(shown: Shown, ends: readonly End[], services: readonly Service[], client: Side): boolean {
  if (shown.length !== services.length * ends.length) return false;
  let at = 0;
  for (const seen of services) {
    for (const end of ends) if (!isLike(shown[at++], end, seen, client)) return false;
  }
  return true;
}

function isLike(one: ShownEndpoint, end: End, seen: Service, client: Side): boolean {
  return (
    one.service === seen.service &&
    one.role === roleOf(end, seen, client) &&
    one.aeTitle === end.aeTitle &&
    one.address === end.address &&
    one.port === end.port &&
    one.implementationUid === end.implementationUid &&
    one.implementationVersion === end.implementationVersion &&
    isSame(one.sopClasses, sorted(seen.sopClasses))
  );
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  if (some.length !== others.length) return false;
  for (let i = 0; i < some.length; i++) if (some[i] !== others[i]) return false;
  return true;
}

function shownEndpoint(end: End, seen: Service, client: Side): ShownEndpoint {
  const { aeTitle, address, port, implementationUid, implementationVersion } = end;
  const { service } = seen;
  const role = roleOf(end, seen, client);
  return {
    id: endpointId(aeTitle, address, port, service, role),
    aeTitle,
    address,
    port,
    service,
    role,
    implementationUid,
    implementationVersion,
    sopClasses: sorted(seen.sopClasses),
  };
}

function roleOf({ connects }: End, { side }: Service, client: Side): 'scu' | 'scp' {
  return (side === client) === connects ? 'scu' : 'scp';
}

function sorted(sopClasses: readonly string[]): readonly string[] {
  return sopClasses.length < 2 ? sopClasses : [...sopClasses].sort();
}
