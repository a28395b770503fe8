import { randomInt } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { SplitSensor } from '../engine/split-sensor.ts';
import { limits as defaultLimits, type Limits } from '../model/limits.ts';
import type { Engine, SensorOptions } from '../sensor.ts';

/** What a thread that dissects is begun with. */
export interface DissectorData {
  readonly limits: Limits;
  readonly hashKey: Uint8Array;
  readonly reveal: boolean;
  readonly hashSeed: number;
  readonly filter: string | null;
  readonly tinySegmentBytes: number;
  readonly index: number;
  readonly count: number;
  readonly shareSeed: number;
}

/** The thread's code, beside this file where the program is built. */
const THREAD = new URL('./dissector-worker.js', import.meta.url);

/** Whatever of `SensorOptions` goes to another thread, in a form in which it can. */
export interface Far {
  readonly workers: number;
  readonly hashKey: Uint8Array;
  readonly filter: string | null;
}

/** An engine of several threads; of its options `hash` and `filter` are made there anew. */
export function splitSensor(options: SensorOptions, { workers, hashKey, filter }: Far): Engine {
  const limits: Limits = { ...defaultLimits, ...options.limits };
  const { policy, compare, history, write, connection, bug, reveal = false } = options;
  const shareSeed = randomInt(2 ** 32);
  const ports = Array.from({ length: workers }, (_, index) => {
    const data: DissectorData = {
      ...{ hashKey, reveal, filter, index, count: workers, shareSeed, hashSeed: randomInt(2 ** 32) },
      limits: limitsOfShare(limits, workers),
      tinySegmentBytes: policy.thresholds['evasion-suspected'].segment_bytes,
    };
    return new Worker(THREAD, { workerData: data });
  });
  return new SplitSensor({ policy, compare, history, limits, write, connection, bug }, ports);
}

/** Bounds of memory that are of all connections together. */
const shared = [
  'connectionsMax',
  'reorderTotalBytesMax',
  'identifyTotalBytesMax',
  'pduTotalBytesMax',
  'identifiedConnectionsMax',
] as const satisfies readonly (keyof Limits)[];

function limitsOfShare(limits: Limits, workers: number): Limits {
  const parts = shared.map((name) => [name, Math.ceil(limits[name] / workers)] as const);
  return { ...limits, ...Object.fromEntries(parts) };
}
