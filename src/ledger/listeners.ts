import type { Side } from '../model/facts.ts';
import type { History } from '../model/history.ts';
import type { Micros } from '../model/records.ts';
import { dicomTlsPort } from '../protocols/dicom/recognise.ts';
import { endOf } from './connection.ts';
import type { ConnectionTable } from './connection-table.ts';

/** Listeners kept: hospitals have hundreds. */
const listenersMax = 100_000;

/**
 * Where DICOM associations were accepted, so that TLS to the same place is taken for DICOM, and its caller for the
 * client.
 */
export class Listeners {
  /** By port, for there are few: most connections end at another. */
  private readonly seen = new Map<number, Set<string>>();
  private count = 0;
  private readonly history: History;
  private readonly now: () => Micros;
  private readonly configured: (address: string, port: number) => boolean;

  /** `now`: the time before which history is asked. `configured`: whether the policy names a DICOM endpoint there. */
  constructor(history: History, now: () => Micros, configured: (address: string, port: number) => boolean) {
    this.history = history;
    this.now = now;
    this.configured = configured;
  }

  add(address: string, port: number): void {
    const addresses = this.seen.get(port) ?? new Set();
    if (this.count >= listenersMax || addresses.has(address)) return;
    this.seen.set(port, addresses.add(address));
    this.count++;
  }

  known(address: string, port: number): boolean {
    return this.seen.get(port)?.has(address) === true || this.history.listenerKnown(address, port, this.now());
  }

  /** An association was accepted by `server`. */
  accepted(slots: ConnectionTable, slot: number, server: Side): void {
    const { address, port } = endOf(slots, slot, server);
    this.add(address, port);
  }

  /** The side that talks to a known listener, if one of the two is. */
  callerOf(slots: ConnectionTable, slot: number): Side | null {
    for (const side of [0, 1] as const) {
      const { address, port } = endOf(slots, slot, side);
      if (this.known(address, port)) return (1 - side) as Side;
    }
    return null;
  }

  /** What makes TLS to `server` DICOM, as far as known now; null if nothing does. */
  whyDicom(slots: ConnectionTable, slot: number, server: Side): 'policy' | 'known-listener' | 'port-2762' | null {
    const { address, port } = endOf(slots, slot, server);
    if (this.configured(address, port)) return 'policy';
    if (this.known(address, port)) return 'known-listener';
    return port === dicomTlsPort ? 'port-2762' : null;
  }
}
