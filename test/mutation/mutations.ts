import { concat } from '../support/bytes.ts';
import type { Frame } from '../support/capture.ts';
import { type Wrapping, wrappings } from '../support/tunnel.ts';
import { FIN, fragmented, RST, remade, type Segment, SYN, segmentOf } from './wire.ts';

/** What happens to a capture on its way to the sensor. */
export interface Mutation {
  readonly name: string;
  /**
   * `same`: all that was said is still there, so the records are those of the clean capture. `read`: so it is, but
   * other bytes came too, after those that were read: only marks differ. `less`: nothing may show that was not there.
   * `other`: bytes that nobody sent were put first, so that only what else there is must hold.
   */
  readonly keeps: 'same' | 'read' | 'less' | 'other';
  /** It is what an evader does, so that a finding that says so is right. */
  readonly evades?: true;
  /** How many ways there are to do it to a capture. */
  readonly ways: (scene: Scene) => number;
  /** Way `way`; null where it does not apply after all. `random` is seeded by scene, mutation and way. */
  readonly make: (scene: Scene, way: number, random: () => number) => Frame[] | null;
}

/** A capture as frames, and the segments in them. */
export interface Scene {
  readonly frames: readonly Frame[];
  /** By frame; null where it is none. */
  readonly segments: readonly (Segment | null)[];
  /** Indices of frames with payload. */
  readonly data: readonly number[];
}

export function sceneOf(frames: readonly Frame[]): Scene {
  const segments = frames.map(segmentOf);
  const data = segments.flatMap((one, i) => (one !== null && one.payload.length > 0 && !(one.flags & SYN) ? [i] : []));
  return { frames, segments, data };
}

const ofFrames = ({ frames }: Scene) => frames.length;
const ofData = ({ data }: Scene) => data.length;
const once = () => 1;

export const mutations: readonly Mutation[] = [
  {
    name: 'a frame lost',
    keeps: 'less',
    ways: ofFrames,
    make: ({ frames }, way) => frames.filter((_, i) => i !== way),
  },
  {
    name: 'several segments lost',
    keeps: 'less',
    ways: () => 8,
    make: ({ frames }, _, random) => frames.filter(() => random() > 0.1),
  },
  { name: 'cut after a frame', keeps: 'less', ways: ofFrames, make: ({ frames }, way) => frames.slice(0, way) },
  {
    name: 'cut at the edges of PDUs',
    keeps: 'less',
    ways: (scene) => edgesOf(scene).length,
    make: (scene, way) => {
      const [index, at] = edgesOf(scene)[way];
      const segment = scene.segments[index] as Segment;
      return [...scene.frames.slice(0, index), remade(segment, { payload: segment.payload.slice(0, at) })];
    },
  },
  { name: 'joined at a frame', keeps: 'less', ways: ofFrames, make: ({ frames }, way) => frames.slice(way) },
  {
    name: 'one direction alone',
    keeps: 'less',
    ways: (scene) => directionsOf(scene).length,
    make: (scene, way) => {
      const direction = directionsOf(scene)[way];
      return scene.frames.filter((_, i) => scene.segments[i]?.direction !== direction);
    },
  },
  {
    name: 'cut by the snap length',
    keeps: 'less',
    ways: () => 3,
    make: ({ frames }, way) =>
      frames.map((frame) => ({
        ...frame,
        bytes: frame.bytes.subarray(0, [96, 150, 400][way]),
        original: frame.bytes.length,
      })),
  },
  {
    name: 'two frames swapped',
    keeps: 'same',
    ways: (scene) => swapsOf(scene).length,
    make: (scene, way) => {
      const list = scene.frames.slice();
      const [one, other] = swapsOf(scene)[way];
      list[one] = { ...scene.frames[other], ...timeOf(scene.frames[one]) };
      list[other] = { ...scene.frames[one], ...timeOf(scene.frames[other]) };
      return list;
    },
  },
  {
    name: 'every frame doubled',
    keeps: 'same',
    ways: once,
    make: ({ frames }) => frames.flatMap((frame) => [frame, frame]),
  },
  {
    name: 'a segment sent again',
    keeps: 'same',
    ways: ofData,
    make: (scene, way, random) => {
      const index = scene.data[way];
      const segment = scene.segments[index] as Segment;
      const at = laterIn(scene, index, random);
      return inserted(scene.frames, at, remade(segment, { ipId: 0x7777 }));
    },
  },
  {
    name: 'a segment in pieces',
    keeps: 'same',
    evades: true,
    ways: ofData,
    make: (scene, way, random) => {
      const index = scene.data[way];
      return replaced(
        scene.frames,
        index,
        pieces(scene.segments[index] as Segment, 1 + Math.floor(random() ** 3 * 64)),
      );
    },
  },
  {
    name: 'all segments in small pieces',
    keeps: 'same',
    evades: true,
    ways: () => 2,
    make: (scene, way) => {
      const bytes = scene.data.reduce((sum, i) => sum + (scene.segments[i]?.payload.length ?? 0), 0);
      if (bytes > 12_000) return null;
      return scene.frames.flatMap((frame, i) => {
        const segment = scene.segments[i];
        return segment !== null && scene.data.includes(i) ? pieces(segment, [1, 7][way]) : [frame];
      });
    },
  },
  {
    name: 'a segment that begins with bytes that came',
    keeps: 'same',
    ways: ofData,
    make: (scene, way, random) => {
      const index = scene.data[way];
      const segment = scene.segments[index] as Segment;
      const before = lastBefore(scene, index);
      if (before === null) return null;
      const tail = before.payload.slice(-1 - Math.floor(random() * before.payload.length));
      const payload = concat(tail, segment.payload);
      return replaced(scene.frames, index, [remade(segment, { sequence: segment.sequence - tail.length, payload })]);
    },
  },
  {
    name: 'a segment sent again with other bytes',
    keeps: 'read',
    evades: true,
    ways: ofData,
    make: (scene, way, random) => {
      const index = scene.data[way];
      const segment = scene.segments[index] as Segment;
      const payload = segment.payload.map((byte) => byte ^ (1 + Math.floor(random() * 255)));
      return inserted(scene.frames, index + 1, remade(segment, { payload, ipId: 0x7777 }));
    },
  },
  {
    name: 'a segment with other bytes before the true one',
    keeps: 'other',
    ways: ofData,
    make: (scene, way, random) => {
      const index = scene.data[way];
      const segment = scene.segments[index] as Segment;
      const payload = segment.payload.map((byte) => byte ^ (1 + Math.floor(random() * 255)));
      return inserted(scene.frames, index, remade(segment, { payload, ipId: 0x7777 }));
    },
  },
  {
    name: 'all in a tunnel',
    keeps: 'same',
    ways: () => wrappings.length,
    make: ({ frames }, way) => frames.map((frame) => wrapped(frame, wrappings[way])),
  },
  {
    name: 'in IP fragments',
    keeps: 'same',
    ways: () => 3,
    make: (scene, way) => {
      let id = 0x4000;
      return scene.frames.flatMap((frame, i) => {
        const segment = scene.segments[i];
        if (segment === null) return [frame];
        const list = fragmented(segment, [8, 64, 512][way], id++);
        return i % 2 === 0 ? list : list.reverse();
      });
    },
  },
];

function timeOf({ seconds, nanos }: Frame): Pick<Frame, 'seconds' | 'nanos'> {
  return { seconds, nanos };
}

function inserted(frames: readonly Frame[], at: number, frame: Frame): Frame[] {
  const time = timeOf(frames[Math.min(at, frames.length - 1)]);
  return [...frames.slice(0, at), { ...frame, ...time }, ...frames.slice(at)];
}

function replaced(frames: readonly Frame[], at: number, others: readonly Frame[]): Frame[] {
  return [...frames.slice(0, at), ...others, ...frames.slice(at + 1)];
}

function pieces(segment: Segment, size: number): Frame[] {
  const { payload, sequence, flags } = segment;
  const list: Frame[] = [];
  for (let at = 0; at < payload.length; at += size) {
    const last = at + size >= payload.length;
    list.push(
      remade(segment, {
        sequence: sequence + at,
        payload: payload.slice(at, at + size),
        flags: last ? flags : flags & ~(FIN | 8),
        ipId: 0x1000 + at,
      }),
    );
  }
  return list;
}

/** A place up to ten frames after `index`, before its connection ends. */
function laterIn({ segments, frames }: Scene, index: number, random: () => number): number {
  const { connection } = segments[index] as Segment;
  const most = Math.min(frames.length, index + 2 + Math.floor(random() * 10));
  for (let at = index + 1; at < most; at++) {
    const one = segments[at];
    if (one?.connection === connection && one.flags & (FIN | RST | SYN)) return at;
  }
  return most;
}

/** The segment that ends where the one at `index` begins. */
function lastBefore({ segments }: Scene, index: number): Segment | null {
  const { direction, sequence } = segments[index] as Segment;
  for (let at = index - 1; at >= 0; at--) {
    const one = segments[at];
    if (one?.direction !== direction || one.payload.length === 0 || one.flags & SYN) continue;
    return (one.sequence + one.payload.length) >>> 0 === sequence ? one : null;
  }
  return null;
}

/**
 * Neighbours of one direction, both with payload, close in time and without a word of the other side between them,
 * which a capture cannot put in order. Of a connection that was joined in the middle nothing tells where its first
 * bytes belong.
 */
function swapsOf({ segments }: Scene): [number, number][] {
  const list: [number, number][] = [];
  /** By connection: the last segment with payload that may be swapped. */
  const last = new Map<string, number>();
  const begun = new Set<string>();
  for (const [i, one] of segments.entries()) {
    if (one === null) continue;
    const { connection, direction, flags, payload } = one;
    const before = last.get(connection);
    if ((flags & (SYN | FIN | RST)) !== 0) last.delete(connection);
    else if (payload.length > 0) {
      const other = before === undefined ? null : segments[before];
      if (other?.direction === direction && microsBetween(other.frame, one.frame) < 500_000)
        list.push([before as number, i]);
      if (begun.has(direction)) last.set(connection, i);
    }
    if (payload.length > 0 || flags & SYN) begun.add(direction);
  }
  return list;
}

function microsBetween(one: Frame, other: Frame): number {
  return (other.seconds - one.seconds) * 1e6 + (other.nanos - one.nanos) / 1000;
}

/** Where PDUs end within segments that begin with one: frame and bytes of its payload. */
function edgesOf({ segments, data }: Scene): [number, number][] {
  const list: [number, number][] = [];
  for (const index of data) {
    const { payload } = segments[index] as Segment;
    let at = 0;
    while (at + 6 < payload.length && payload[at] >= 1 && payload[at] <= 7 && payload[at + 1] === 0) {
      const length = new DataView(payload.buffer, payload.byteOffset + at + 2).getUint32(0);
      for (const edge of [at + 3, at + 6, at + 12, at + 6 + length]) {
        if (edge < payload.length) list.push([index, edge]);
      }
      at += 6 + length;
    }
  }
  return list;
}

function directionsOf({ segments }: Scene): string[] {
  return [...new Set(segments.flatMap((one) => one?.direction ?? []))];
}

function wrapped(frame: Frame, { wrap }: Wrapping): Frame {
  return segmentOf(frame) === null ? frame : { ...frame, bytes: wrap(frame.bytes) };
}
