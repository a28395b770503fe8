import { type Batch, batchPacketsMax, makeBatch } from '../../src/capture/batch.ts';
import { concat } from './bytes.ts';
import type { Frame } from './capture.ts';
import { linkTypes } from './link.ts';

/** Frames as batches of one link type, numbered from 1: what a capture reader would give. */
export function batches(
  frames: readonly Frame[],
  linkType: number = linkTypes.ethernet,
  packetsMax = batchPacketsMax,
): Batch[] {
  const list: Batch[] = [];
  for (let first = 0; first < frames.length; first += packetsMax) {
    list.push(batchOf(frames.slice(first, first + packetsMax), linkType, first + 1));
  }
  return list;
}

/** At most 16,384 frames as one batch. */
export function batchOf(frames: readonly Frame[], linkType: number = linkTypes.ethernet, firstFrame = 1): Batch {
  const batch = makeBatch(concat(...frames.map((frame) => frame.bytes)));
  let at = 0;
  for (const frame of frames) {
    const i = batch.count++;
    batch.start[i] = at;
    batch.captured[i] = frame.bytes.length;
    batch.original[i] = frame.original ?? frame.bytes.length;
    batch.seconds[i] = frame.seconds;
    batch.nanos[i] = frame.nanos;
    batch.linkType[i] = linkType;
    batch.frame[i] = firstFrame + i;
    at += frame.bytes.length;
  }
  return batch;
}
