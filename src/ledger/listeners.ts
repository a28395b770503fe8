import type { History } from '../model/history.ts';

/** Listeners kept: hospitals have hundreds. */
const listenersMax = 100_000;

/** Where DICOM associations were accepted, so that TLS to the same place is taken for DICOM, and its caller for the client. */
export class Listeners {
  private readonly seen = new Set<string>();
  private readonly history: History;

  constructor(history: History) {
    this.history = history;
  }

  add(address: string, port: number): void {
    if (this.seen.size < listenersMax) this.seen.add(`${address} ${port}`);
  }

  known(address: string, port: number): boolean {
    return this.seen.has(`${address} ${port}`) || this.history.listenerKnown(address, port);
  }
}
