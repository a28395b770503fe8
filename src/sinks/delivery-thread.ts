import { setTimeout as pause } from 'node:timers/promises';
import type { SinkStatus } from '../model/live-status.ts';
import { SinkCursors } from '../store/sink-cursors.ts';
import { type Beside, openBeside } from '../store/store.ts';
import { Backlog } from './backlog.ts';
import { Courier } from './courier.ts';
import type { Sensor } from './message.ts';
import type { SinkSettings } from './settings.ts';
import { transportOf } from './transports/open.ts';
import type { Patience, Transport } from './transports/transport.ts';

/** What the thread is begun with. */
export interface DeliveryData {
  readonly path: string;
  readonly sinks: readonly SinkSettings[];
  readonly sensor: Sensor;
  /** Where sinks begin that were not there before. */
  readonly from: 'begin' | 'end';
  /** Other sinks of the store are no longer configured: they would hold its log for ever, and lose their places. */
  readonly only?: boolean;
  readonly patience?: Patience;
}

export type ToDelivery =
  | { readonly kind: 'wake' }
  | { readonly kind: 'reopen' }
  | { readonly kind: 'drain' }
  | { readonly kind: 'stop' };

/**
 * `status` comes every second, and once before `drained` and `stopped`. `ready`: each sink has its place in the store,
 * and these have theirs no longer.
 */
export type FromDelivery =
  | { readonly kind: 'ready'; readonly removed: readonly string[] }
  | { readonly kind: 'status'; readonly sinks: readonly SinkStatus[] }
  | { readonly kind: 'drained' }
  | { readonly kind: 'stopped' };

/** All sinks of a process, in a thread of their own: one that hangs waits for its socket, and nobody else does. */
export class DeliveryThread {
  readonly #data: DeliveryData;
  readonly #send: (message: FromDelivery) => void;
  /** Made once: a file that is open stays open when the store is opened anew. */
  readonly #transports: ReadonlyMap<string, Transport>;
  #couriers: Courier[] = [];
  #draining = false;
  #stopped = false;
  #ready = false;

  constructor(data: DeliveryData, send: (message: FromDelivery) => void) {
    this.#data = data;
    this.#send = send;
    this.#transports = new Map(data.sinks.map((sink) => [sink.name, transportOf(sink, data.patience)]));
  }

  /**
   * Until it is stopped. The store is opened anew when its file was moved away, and waited for while it is not there.
   */
  async run(): Promise<void> {
    while (!this.#stopped) {
      const beside = await this.#opened();
      if (beside === null) continue;
      try {
        await this.#couriersOn(beside);
      } finally {
        beside.close();
      }
    }
    this.#send({ kind: 'stopped' });
  }

  take(message: ToDelivery): void {
    switch (message.kind) {
      case 'wake':
        for (const courier of this.#couriers) courier.wake();
        return;
      case 'reopen':
        for (const courier of this.#couriers) courier.reopen();
        return;
      case 'drain':
        this.#draining = true;
        this.#drain();
        return;
      case 'stop':
        this.#stopped = true;
        for (const courier of this.#couriers) courier.stop();
    }
  }

  async #opened(): Promise<Beside | null> {
    try {
      return openBeside(this.#data.path);
    } catch {
      // Not there yet, or being repaired: who writes it tells of that.
      await pause(STORE_MS);
      return null;
    }
  }

  async #couriersOn(beside: Beside): Promise<void> {
    const couriers = this.#begun(beside);
    if (couriers === null) {
      await pause(STORE_MS);
      return;
    }
    this.#couriers = couriers;
    if (couriers.length === 0) this.#end();
    const running = Promise.all(couriers.map((courier) => courier.run()));
    const timer = setInterval(() => {
      this.#status();
      if (beside.current()) return;
      for (const courier of couriers) courier.stop();
    }, STATUS_MS);
    if (this.#draining) this.#drain();
    try {
      await running;
      this.#status();
    } finally {
      clearInterval(timer);
      this.#couriers = [];
    }
  }

  /** Of no sinks there is nothing to wait for. */
  #end(): void {
    this.#stopped = true;
    this.#send({ kind: 'drained' });
  }

  /** Null while the store does not let itself be written. */
  #begun(beside: Beside): Courier[] | null {
    const { sinks, sensor, from } = this.#data;
    const clock = { now: Date.now, random: Math.random };
    try {
      const couriers = sinks.map((sink) => {
        const transport = this.#transports.get(sink.name)!;
        const options = { sink, kind: transport.kind, sensor, from, now: clock.now };
        return new Courier({ sink, sensor, transport, clock, backlog: new Backlog(beside.database, options) });
      });
      const removed = this.#removed(new SinkCursors(beside.database));
      if (!this.#ready || removed.length > 0) this.#send({ kind: 'ready', removed });
      this.#ready = true;
      return couriers;
    } catch (error) {
      if ((error as { code?: string }).code?.startsWith('SQLITE_') === true) return null;
      throw error;
    }
  }

  #removed(cursors: SinkCursors): string[] {
    if (this.#data.only !== true) return [];
    const others = cursors.all().filter(({ name }) => !this.#transports.has(name));
    for (const { name } of others) cursors.remove(name);
    return others.map(({ name }) => name);
  }

  #drain(): void {
    const couriers = this.#couriers;
    Promise.all(couriers.map((courier) => courier.drain())).then(() => {
      if (couriers !== this.#couriers) return;
      this.#status();
      this.#send({ kind: 'drained' });
    });
  }

  #status(): void {
    try {
      this.#send({ kind: 'status', sinks: this.#couriers.map((courier) => courier.status()) });
    } catch (error) {
      // The store was busy: the next one comes in a second.
      if ((error as { code?: string }).code?.startsWith('SQLITE_') !== true) throw error;
    }
  }
}

const STATUS_MS = 1000;
const STORE_MS = 500;
