import type { Batch } from '../../src/capture/batch.ts';
import { openCapture } from '../../src/capture/open.ts';
import { batches } from './batch.ts';
import { concat } from './bytes.ts';
import type { Frame } from './capture.ts';
import { chunkedSource, seeded } from './chunks.ts';
import { captureBytes, scenePath } from './scenes.ts';

/** Frames of a scene that are tried: the long ones go on as they began. */
const framesMax = 1500;
/** Link, network and transport header, and a little of what they carry. */
const headersBytes = 70;
/** Over Ethernet and IPv4 without options, where TCP says how long its header is. */
const tcpLengthAt = 46;

/** The packets of a committed capture as they are, then the same disturbed in its headers, order and lengths. */
export async function disturbed(scene: string, rounds: number): Promise<Batch[][]> {
  const { frames, linkType } = await framesOf(scene);
  const list = [batches(frames, linkType)];
  for (let round = 1; round <= rounds; round++) list.push(batches(disturb(frames, round), linkType));
  return list;
}

async function framesOf(scene: string): Promise<{ frames: Frame[]; linkType: number }> {
  const bytes = captureBytes(scenePath(scene));
  const reader = await openCapture(chunkedSource(bytes, bytes.length));
  if (reader.format === null) throw new Error(reader.reason);
  const frames: Frame[] = [];
  let linkType = 1;
  for (let batch = await reader.next(); batch !== null && frames.length < framesMax; batch = await reader.next()) {
    linkType = batch.linkType[0];
    for (let i = 0; i < batch.count && frames.length < framesMax; i++) {
      const { start, captured, original, seconds, nanos } = batch;
      const frame = batch.bytes.slice(start[i], start[i] + captured[i]);
      frames.push({ bytes: frame, original: original[i], seconds: seconds[i], nanos: nanos[i] });
    }
  }
  return { frames, linkType };
}

/** Frames, some of them changed, moved, copied or gone. */
export function disturb(frames: readonly Frame[], seed: number): Frame[] {
  const random = seeded(seed);
  const list: Frame[] = [];
  for (const frame of frames) {
    const fate = random();
    if (fate < 0.02) continue;
    if (fate < 0.1) list.push(flipped(frame, Math.floor(random() * headersBytes), random));
    else if (fate < 0.12) list.push(flipped(frame, tcpLengthAt, random));
    else if (fate < 0.14) list.push(tagged(frame));
    else if (fate < 0.16)
      list.push({ ...frame, bytes: frame.bytes.subarray(0, Math.floor(random() * 2 * headersBytes)) });
    else if (fate < 0.17) list.push({ ...frame, original: (frame.original ?? frame.bytes.length) + 20 });
    else if (fate < 0.19) list.push({ ...frame, seconds: frame.seconds + Math.floor(random() * 5) - 2 });
    else if (fate < 0.21) list.push(frame, frame);
    else list.push(frame);
    // What closes a connection comes early more often: before bytes that it follows.
    const closes = ((frame.bytes[tcpLengthAt + 1] ?? 0) & 1) === 1;
    if (random() > (closes ? 0.5 : 0.08)) continue;
    const moved = list.pop();
    if (moved !== undefined) list.splice(Math.max(0, list.length - Math.floor(random() * 12)), 0, moved);
  }
  return list;
}

/** One bit of byte `at` the other way. */
function flipped(frame: Frame, at: number, random: () => number): Frame {
  const bytes = frame.bytes.slice();
  bytes[Math.min(at, bytes.length - 1)] ^= 1 << Math.floor(random() * 8);
  return { ...frame, bytes };
}

/** In VLAN 7, if it is Ethernet. */
function tagged(frame: Frame): Frame {
  const { bytes } = frame;
  const original = (frame.original ?? bytes.length) + 4;
  return { ...frame, bytes: concat(bytes.subarray(0, 12), Uint8Array.of(0x81, 0, 0, 7), bytes.subarray(12)), original };
}
