import type { ObjectSent } from '../ledger/events.ts';

/** One end of a transfer. */
export interface TransferEnd {
  readonly title: string | null;
  readonly address: string;
}

/** Who got an object: the server, or (of a C-GET) the client. */
export function receiverOf({ of, operation }: Pick<ObjectSent, 'of' | 'operation'>): TransferEnd {
  return operation.requester === 'client'
    ? { title: of.calledAe, address: of.serverAddress }
    : { title: of.callingAe, address: of.clientAddress };
}

/** Who sent it. */
export function senderOf({ of, operation }: Pick<ObjectSent, 'of' | 'operation'>): TransferEnd {
  return operation.requester === 'client'
    ? { title: of.callingAe, address: of.clientAddress }
    : { title: of.calledAe, address: of.serverAddress };
}
