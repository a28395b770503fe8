import { hostname } from 'node:os';
import type { LiveConfig } from '../../config.ts';
import type { SinkStatus } from '../../model/live-status.ts';
import { programVersion } from '../../program.ts';
import { Delivery, type DeliveryOptions } from '../../sinks/delivery.ts';
import type { DeliveryData } from '../../sinks/delivery-thread.ts';
import type { Log } from '../log.ts';

type Begin = (data: DeliveryData, options: DeliveryOptions) => Pick<Delivery, 'wake' | 'reopen' | 'status' | 'stop'>;

/**
 * Deliveries to the sinks of the configuration, which a reload may change; with none, those that were lose their
 * places.
 */
export class Deliveries {
  private readonly log: Log;
  private readonly begin: Begin;
  private delivery: ReturnType<Begin> | null = null;
  /** What it was begun with, as text. */
  private given = '';

  constructor(log: Log, begin: Begin = (data, options) => new Delivery(data, options)) {
    this.log = log;
    this.begin = begin;
  }

  /** Delivers to these sinks from here on; the same ones have their files opened anew. */
  async use({ database, sinks, sensor }: LiveConfig): Promise<void> {
    const given = JSON.stringify([database, sinks, sensor]);
    if (given === this.given) {
      this.delivery?.reopen();
      return;
    }
    this.given = given;
    await this.delivery?.stop(0);
    this.delivery = null;
    const data: DeliveryData = {
      path: database,
      sinks,
      sensor: { name: sensor, version: programVersion(), host: hostname(), pid: process.pid },
      from: 'end',
      only: true,
    };
    const failed = (error: Error): void =>
      this.log.error({ err: error.message }, 'nothing is delivered any more: a bug');
    const removed = (names: readonly string[]): void => {
      for (const name of names) this.log.warn({ sink: name }, 'a sink is no longer configured: its place is given up');
    };
    this.delivery = this.begin(data, { failed, removed });
  }

  /** Something may have been committed. */
  wake(): void {
    this.delivery?.wake();
  }

  status(): readonly SinkStatus[] {
    return this.delivery?.status() ?? [];
  }

  /** What is not confirmed within `ms` is delivered after the next start. */
  async stop(ms: number): Promise<void> {
    await this.delivery?.stop(ms);
    this.delivery = null;
  }
}
