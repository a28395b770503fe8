import type { ConnectionRecord } from '../model/records.ts';
import { Flag } from '../tcp/slots.ts';
import type { ConnectionTable } from './connection-table.ts';
import type { ConnectionOver, Participants } from './events.ts';

/**
 * Assigned by IANA to DICOM (104 by its old name, ACR-NEMA), and 4242, which Orthanc listens on unless told otherwise.
 */
const wellKnown = [104, 2761, 2762, 4242, 11_112] as const;

/** Ports at which DICOM is expected: the well-known ones, and those where an association was accepted. */
export class DicomPorts {
  private readonly expected = new Uint8Array(65_536);

  constructor() {
    for (const port of wellKnown) this.expected[port] = 1;
  }

  add(port: number): void {
    this.expected[port] = 1;
  }

  has(port: number): boolean {
    return this.expected[port] === 1;
  }

  /** Whether one end of the connection has such a port. */
  concern(slots: ConnectionTable, slot: number): boolean {
    return (this.expected[slots.port(slot, 0)] | this.expected[slots.port(slot, 1)]) === 1;
  }
}

/**
 * The end of a connection that never became an association. `why` it was taken for that, by the identifier; `kept`, its
 * record is.
 */
export function connectionOver(
  slots: ConnectionTable,
  slot: number,
  connection: ConnectionRecord,
  why: string,
  kept: boolean,
): ConnectionOver {
  const capture = connection.firstCapture;
  return {
    kind: 'connection-over',
    at: { micros: connection.start, capture, frame: connection.firstFrame },
    of: participantsOf(connection),
    ...(kept ? {} : { connection }),
    how: howOf(slots, slot, connection, why),
  };
}

function howOf(slots: ConnectionTable, slot: number, connection: ConnectionRecord, why: string): ConnectionOver['how'] {
  if (connection.protocol === 'tls') return 'tls';
  if (connection.began !== 'syn') return 'unclear';
  if (unanswered(slots, slot)) return 'no-answer';
  // What came again with other bytes was read as it came first: else any segment sent again would keep the finding
  // away.
  const whole = connection.incomplete.every((reason) => reason === 'cut' || reason === 'ambiguous');
  return whole && why === 'no protocol of ours' ? 'other' : 'unclear';
}

/**
 * Whether the SYN was never accepted: silence, or a reset. What the client acknowledged or sent after it shows an
 * answer that was not captured.
 */
function unanswered(slots: ConnectionTable, slot: number): boolean {
  const flags = slots.flags[slot];
  const answered = Flag.synAck | (Flag.synAck << 1);
  if ((flags & answered) !== 0 || slots.covered[2 * slot] + slots.covered[2 * slot + 1] > 0) return false;
  const client = (flags & Flag.syn) !== 0 ? 0 : 1;
  return (flags & (Flag.acknowledged << (1 - client))) === 0;
}

/** The ends of a connection of which no association is known. */
export function participantsOf(connection: ConnectionRecord): Participants {
  const { id, clientAddress, clientPort, serverAddress, serverPort, began, complete, incomplete } = connection;
  return {
    associationId: null,
    connectionId: id,
    clientAddress,
    clientPort,
    serverAddress,
    serverPort,
    callingAe: null,
    calledAe: null,
    implementationUid: null,
    implementationVersion: null,
    midStream: began === 'mid-stream',
    tls: connection.protocol === 'tls',
    partial: !complete && incomplete.some((reason) => reason !== 'cut' && reason !== 'one-direction'),
  };
}
