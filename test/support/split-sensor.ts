import { Share } from '../../src/decode/share.ts';
import { FarDissector, type FromDissector, type ToDissector } from '../../src/engine/far-dissector.ts';
import { type DissectorPort, SplitSensor } from '../../src/engine/split-sensor.ts';
import { limits as defaultLimits, type Limits } from '../../src/model/limits.ts';
import type { SensorOptions } from '../../src/sensor.ts';

const seed = 0x5eed;

/**
 * A sensor split over so many dissectors, all in this thread: `late` says by how many commands the answers of each come
 * late, as those of slow threads do, until nothing more is given for a while.
 */
export function splitSensor(options: SensorOptions, workers: number, late: readonly number[] = []): SplitSensor {
  const limits: Limits = { ...defaultLimits, ...options.limits };
  const ports = Array.from({ length: workers }, (_, index) => port(options, limits, index, workers, late[index] ?? 0));
  const { policy, compare, history, write, connection, bug } = options;
  return new SplitSensor({ policy, compare, history, limits, write, connection, bug }, ports);
}

function port(options: SensorOptions, limits: Limits, index: number, workers: number, late: number): DissectorPort {
  const waiting: FromDissector[] = [];
  let hear: (message: FromDissector) => void = () => {};
  const far = new FarDissector(
    {
      limits,
      hash: options.hash,
      reveal: options.reveal ?? false,
      hashSeed: options.hashSeed ?? 1 + index,
      filter: options.filter ?? null,
      tinySegmentBytes: options.policy.thresholds['evasion-suspected'].segment_bytes,
      share: new Share(index, workers, seed),
    },
    (message) => waiting.push(message),
  );
  const answer = (kept: number): void => {
    while (waiting.length > kept) hear(waiting.shift() as FromDissector);
  };
  return {
    postMessage: (message: ToDissector) => {
      far.take(message);
      answer(message.kind === 'finish' ? 0 : late);
      if (waiting.length > 0) setImmediate(answer, 0);
    },
    on: (event: string, take: (message: never) => void) => {
      if (event === 'message') hear = take as typeof hear;
    },
    terminate: () => {},
  };
}
