import type { FindingRecord } from '../model/records.ts';
import { severities } from '../model/records.ts';
import { AddressSet, parseAddress } from '../policy/addresses.ts';
import type { OutMessage } from './message.ts';
import type { Sent, SinkBase } from './settings.ts';

/** Kinds of the log's lines that a sink reads. */
export function wantedKinds(send: readonly Sent[]): readonly string[] {
  return send.map((sent) => logKinds[sent]);
}

/** Whether a message goes out to a sink, by its filters: severity, detection, network. */
export function wantedBy(sink: SinkBase): (message: OutMessage) => boolean {
  const least = severities.indexOf(sink.minimumSeverity);
  const detections = sink.detections === null ? null : new Set(sink.detections);
  const networks = sink.networks === null ? null : new AddressSet(sink.networks);
  const near = (address: string): boolean => {
    const bytes = parseAddress(address);
    return networks === null || (bytes !== null && networks.includes(bytes));
  };
  // What is about the sensor itself has no ends, and concerns every network.
  const between = ({ clientAddress, serverAddress }: Ends): boolean =>
    clientAddress === '' || near(clientAddress) || near(serverAddress);
  return (message) => {
    switch (message.kind) {
      case 'alert':
      case 'finding': {
        if (severities.indexOf(message.severity) < least) return false;
        if (detections !== null && !detections.has(message.finding.detection)) return false;
        return between(message.finding);
      }
      case 'association':
        return between(message.association);
      default:
        return true;
    }
  };
}

type Ends = Pick<FindingRecord, 'clientAddress' | 'serverAddress'>;

const logKinds: Readonly<Record<Sent, string>> = {
  alerts: 'alert',
  findings: 'finding',
  associations: 'association',
  health: 'health',
};
