import type { Side } from '../model/facts.ts';
import type { AssociationRecord, EndpointSighting } from '../model/records.ts';
import type { Association } from './association.ts';
import { endpointId } from './ids.ts';

/**
 * The two ends of an accepted association, once per service observed between them. The side that connects has no port
 * of its own; the asker of a service is its SCU, whichever side connected.
 */
export function endpointsOf(association: Association, record: AssociationRecord, client: Side): EndpointSighting[] {
  if (record.accepted !== true) return [];
  const sightings: EndpointSighting[] = [];
  const observed =
    association.services.length > 0 ? association.services : [{ service: 'none', side: client, sopClasses: [] }];
  for (const { service, side, sopClasses } of observed) {
    for (const end of ['client', 'server'] as const) {
      const aeTitle = end === 'client' ? record.callingAe : record.calledAe;
      if (aeTitle === null) continue;
      const address = end === 'client' ? record.clientAddress : record.serverAddress;
      const port = end === 'client' ? null : record.serverPort;
      const role = (side === client) === (end === 'client') ? 'scu' : 'scp';
      sightings.push({
        id: endpointId(aeTitle, address, port, service, role),
        associationId: record.id,
        connectionId: record.connectionId,
        aeTitle,
        address,
        port,
        service,
        role,
        firstSeen: record.start,
        lastSeen: record.end,
        implementationUid: end === 'client' ? record.clientImplementationUid : record.serverImplementationUid,
        implementationVersion:
          end === 'client' ? record.clientImplementationVersion : record.serverImplementationVersion,
        sopClasses: [...sopClasses].sort(),
      });
    }
  }
  return sightings;
}
