import type { OddValue } from '../ledger/events.ts';
import type { TransferEnd } from './transfer.ts';

/** Who sent an odd value, and to whom. */
export function oddSender({ of, by }: Pick<OddValue, 'of' | 'by'>): { sender: TransferEnd; receiver: TransferEnd } {
  const client = { title: of.callingAe, address: of.clientAddress };
  const server = { title: of.calledAe, address: of.serverAddress };
  return by === 'client' ? { sender: client, receiver: server } : { sender: server, receiver: client };
}
