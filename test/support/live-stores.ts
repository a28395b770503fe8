import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { onTestFinished } from 'vitest';
import type { HealthRecord, RecordBatch } from '../../src/model/records.ts';
import type { LivePort, LiveStoreOptions } from '../../src/store/live-recorder.ts';
import { LiveRecorder } from '../../src/store/live-recorder.ts';
import { LiveThread, type OpenSession, type ToLive } from '../../src/store/live-thread.ts';
import type { Clock } from '../../src/store/retention.ts';
import { association, batch, connection, exposure, finding, operation, sighting, tlsSession } from './records.ts';
import { newRun } from './stores.ts';

/** A connection with an association, all records of it, and a finding. */
export function liveTalk(n: number, parts: { start?: number; ended?: 'open' | 'fin' } = {}): RecordBatch {
  const [id, a] = [`c${n}`, `a${n}`];
  const { ended = 'fin', start = Date.now() * 1000 } = parts;
  const times = { start, end: start + 1000 };
  return batch({
    connections: [connection(id, { ended, ...times })],
    associations: [association(a, id, times)],
    operations: [operation(`o${n}`, a, id, times)],
    exposures: [exposure(a, id)],
    endpoints: [sighting(a, id, { firstSeen: times.start, lastSeen: times.end })],
    tlsSessions: [tlsSession(`t${n}`, id, times)],
    findings: [finding('phi-cleartext', a, id, { id: `f${n}`, key: `k${n % 5}`, time: start })],
  });
}

export function health(parts: Partial<HealthRecord> = {}): Omit<HealthRecord, 'id' | 'runId'> {
  return {
    begin: 1,
    end: 2,
    interface: null,
    state: 'ok',
    why: null,
    packets: 1,
    bytes: 2,
    received: null,
    drops: {},
    losses: {},
    lagMicros: 0,
    memoryBytes: 3,
    queues: {},
    streamBytes: 4,
    notUnderstoodBytes: 0,
    ...parts,
  };
}

export interface LiveTest {
  readonly recorder: LiveRecorder;
  readonly notices: string[];
  /** Until it is so. */
  until(so: () => boolean): Promise<void>;
  /** Until nothing waits. */
  settled(): Promise<void>;
}

/**
 * A live recorder whose thread is this one: messages are cloned and handed over as between threads. `take` sees each.
 */
export function liveTest(
  path: string,
  options: Partial<LiveStoreOptions> = {},
  thread: { clock?: Clock; open?: OpenSession; take?: (message: ToLive) => void } = {},
): LiveTest {
  const notices: string[] = [];
  const recorder = new LiveRecorder({
    path,
    run: newRun(),
    notice: ({ sentence }) => notices.push(sentence),
    flushMs: 5,
    retryMs: 10,
    begin: (data) => {
      const { port1, port2 } = new MessageChannel();
      const served = new LiveThread(data, (message) => port2.postMessage(message), thread.clock, thread.open);
      port2.on('message', (message: ToLive) => {
        thread.take?.(message);
        served.take(message);
      });
      served.begin();
      return Object.assign(port1 as MessagePort, { terminate: async () => port1.close() }) as unknown as LivePort;
    },
    ...options,
  });
  onTestFinished(async () => {
    await recorder.close(1000);
  });
  const until = async (so: () => boolean): Promise<void> => {
    for (const end = Date.now() + 120_000; !so(); await new Promise((resolve) => setTimeout(resolve, 5))) {
      if (Date.now() < end) continue;
      throw new Error(`it never came to be so: ${JSON.stringify(recorder.status())} ${notices.join('; ')}`);
    }
  };
  return { recorder, notices, until, settled: () => until(() => recorder.status().waiting === 0) };
}
