import type { Side } from '../model/facts.ts';
import type { AssociationRecord, EndpointSighting } from '../model/records.ts';
import type { Association, ServiceSeen } from './association.ts';
import { endpointId } from './ids.ts';

/**
 * Adds to `sightings` the two ends of an accepted association, once per service observed between them. The side that connects has no port
 * of its own; the asker of a service is its SCU, whichever side connected.
 */
export function sightEndpoints(
  association: Association,
  record: AssociationRecord,
  client: Side,
  sightings: EndpointSighting[],
): void {
  if (record.accepted !== true) return;
  const ends = [endOf('client', record), endOf('server', record)];
  const observed: readonly Pick<ServiceSeen, 'service' | 'side' | 'sopClasses'>[] =
    association.services.length > 0 ? association.services : [{ service: 'none', side: client, sopClasses: [] }];
  for (const { service, side, sopClasses } of observed) {
    const sorted = sopClasses.length < 2 ? sopClasses : [...sopClasses].sort();
    for (const end of ends) {
      if (end === null) continue;
      const role = (side === client) === end.connects ? 'scu' : 'scp';
      sightings.push({
        id: idOf(end, service, role),
        associationId: record.id,
        connectionId: record.connectionId,
        aeTitle: end.aeTitle,
        address: end.address,
        port: end.port,
        service,
        role,
        firstSeen: record.start,
        lastSeen: record.end,
        implementationUid: end.connects ? record.clientImplementationUid : record.serverImplementationUid,
        implementationVersion: end.connects ? record.clientImplementationVersion : record.serverImplementationVersion,
        sopClasses: sorted,
      });
    }
  }
}

/** One end of associations, and its endpoints' ids so far, by role and service. */
interface End {
  readonly aeTitle: string;
  readonly address: string;
  readonly port: number | null;
  readonly connects: boolean;
  readonly ids: Readonly<Record<'scu' | 'scp', Map<string, string>>>;
}

/** Ends are the same again and again, by address and title: few ports. When they are too many, the memory starts anew. */
const knownEnds = new Map<string, Map<string, End[]>>();
const endsMax = 4096;
let endsKnown = 0;

/** Null where no AE title was seen. */
function endOf(which: 'client' | 'server', record: AssociationRecord): End | null {
  const connects = which === 'client';
  const aeTitle = connects ? record.callingAe : record.calledAe;
  if (aeTitle === null) return null;
  const address = connects ? record.clientAddress : record.serverAddress;
  const port = connects ? null : record.serverPort;
  const known = knownEnds.get(address)?.get(aeTitle);
  if (known !== undefined) for (const end of known) if (end.port === port) return end;
  return added({ aeTitle, address, port, connects, ids: { scu: new Map(), scp: new Map() } });
}

function added(end: End): End {
  if (endsKnown++ >= endsMax) {
    knownEnds.clear();
    endsKnown = 1;
  }
  const ofAddress = knownEnds.get(end.address) ?? new Map<string, End[]>();
  knownEnds.set(end.address, ofAddress);
  const ofTitle = ofAddress.get(end.aeTitle);
  if (ofTitle === undefined) ofAddress.set(end.aeTitle, [end]);
  else ofTitle.push(end);
  return end;
}

function idOf({ aeTitle, address, port, ids }: End, service: string, role: 'scu' | 'scp'): string {
  let id = ids[role].get(service);
  if (id === undefined) {
    id = endpointId(aeTitle, address, port, service, role);
    ids[role].set(service, id);
  }
  return id;
}
