import { parentPort, workerData } from 'node:worker_threads';
import { compileFilter } from '../decode/filter.ts';
import { Share } from '../decode/share.ts';
import { FarDissector, type ToDissector } from '../engine/far-dissector.ts';
import { keyedHash } from '../hash-key.ts';
import type { DissectorData } from './split.ts';

/** A thread of the engine, that dissects a share of all packets: `split.ts` begins it. */
const port = parentPort!;
const { limits, hashKey, reveal, hashSeed, filter, tinySegmentBytes, index, count, shareSeed } =
  workerData as DissectorData;
const far = new FarDissector(
  {
    ...{ limits, reveal, hashSeed, tinySegmentBytes },
    hash: keyedHash(hashKey),
    filter: filter === null ? null : compileFilter(filter),
    share: new Share(index, count, shareSeed),
  },
  (message, memory) => port.postMessage(message, memory === undefined ? [] : [memory]),
);
port.on('message', (message: ToDissector) => far.take(message));
