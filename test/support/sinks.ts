import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { FindingRecord } from '../../src/model/records.ts';
import { Backlog, type BacklogOptions } from '../../src/sinks/backlog.ts';
import { Courier } from '../../src/sinks/courier.ts';
import type { Sensor } from '../../src/sinks/message.ts';
import { type GivenSink, type SinkSettings, sinkOf } from '../../src/sinks/settings.ts';
import { transportOf } from '../../src/sinks/transports/open.ts';
import type { Patience, Transport } from '../../src/sinks/transports/transport.ts';
import { type Beside, openBeside, openStore, type Store } from '../../src/store/store.ts';
import type { Writer } from '../../src/store/writer.ts';
import { batch, connection, finding } from './records.ts';
import { newRun, temporaryFolder } from './stores.ts';

export const sensor: Sensor = { name: 'sensor', version: '0.0.0', host: 'host', pid: 1 };

/** A store that is written to, and open beside. */
export class SinkStore {
  readonly path: string;
  readonly store: Store;
  readonly writer: Writer;
  readonly beside: Beside;
  #connections = 0;
  #closed = false;
  #written: string[] = [];

  constructor(path = join(temporaryFolder(), 'a.db')) {
    this.path = path;
    this.store = openStore(path);
    this.writer = this.store.begin(newRun());
    this.beside = openBeside(path);
    onTestFinished(() => this.close());
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.beside.close();
    this.store.close();
  }

  /** Findings on connections of their own, each a line of the log; their ids. */
  findings(count: number, parts: Partial<FindingRecord> = {}): string[] {
    const ids: string[] = [];
    while (ids.length < count) {
      const some = Array.from({ length: Math.min(500, count - ids.length) }, () => `c${++this.#connections}`);
      const found = some.map((id) => finding('phi-cleartext', null, id, { key: id, ...parts }));
      this.writer.write(batch({ connections: some.map((id) => connection(id)), findings: found }));
      ids.push(...found.map(({ id }) => id));
    }
    this.#written.push(...ids);
    return ids;
  }

  get written(): readonly string[] {
    return this.#written;
  }
}

export interface Begun {
  readonly courier: Courier;
  readonly sink: SinkSettings;
  /** Ends it, and waits for that. */
  readonly end: () => Promise<void>;
}

/** A sink of `store` that delivers, in this thread, until the test ends it or is over. */
export function begin(
  { beside }: SinkStore,
  given: GivenSink,
  options: { patience?: Patience; transport?: Transport; name?: string; backlog?: Partial<BacklogOptions> } = {},
): Begun {
  const sink = sinkOf(options.name ?? 'soc', { heartbeat_seconds: 0, send: ['findings'], ...given });
  const transport = options.transport ?? transportOf(sink, options.patience ?? patient);
  const clock = { now: Date.now, random: () => 0 };
  const parts = { sink, kind: transport.kind, sensor, from: 'begin' as const, now: Date.now, ...options.backlog };
  const courier = new Courier({ sink, sensor, transport, clock, backlog: new Backlog(beside.database, parts) });
  const running = courier.run();
  const end = async () => {
    courier.stop();
    await running;
  };
  onTestFinished(end);
  return { courier, sink, end };
}

/** Never in vain: whatever comes, comes within this time. */
const patient: Patience = { connectMs: 120_000, stallMs: 120_000, answerMs: 120_000 };

/** For a peer of which the test knows that it says nothing. */
export const impatience: Patience = { connectMs: 3000, stallMs: 2500, answerMs: 2500 };

/** Polls until it holds; fails after so long. */
export async function until(holds: () => boolean, what: string, ms = 120_000): Promise<void> {
  for (const end = Date.now() + ms; !holds(); await pause(10)) {
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
  }
}

/** Ids of findings in lines that a collector got, in their order. */
export function idsIn(lines: readonly string[]): string[] {
  return lines.flatMap((line) => /\bf[a-z2-7]{26}\b/.exec(line)?.[0] ?? []);
}

/** What at-least-once in order means: the first coming of each id is in the order of the store, and none is missing. */
export function firstComings(ids: readonly string[]): string[] {
  return [...new Set(ids)];
}
