import type { Segment } from './conversation.ts';

/** What happens to segments on their way: each takes segments and gives new ones. */

/** The same bytes as two segments, the second from payload offset `offset`. */
export function split(segment: Segment, offset: number): [Segment, Segment] {
  return [
    { ...segment, payload: segment.payload.slice(0, offset), flags: segment.flags.replace(/[PF]/g, '') || 'A' },
    {
      ...segment,
      payload: segment.payload.slice(offset),
      sequence: (segment.sequence + offset) >>> 0,
      ipId: freshId(segment),
    },
  ];
}

/** Segments of at most `bytes` payload bytes in place of each. */
export function tiny(segments: readonly Segment[], bytes: number): Segment[] {
  return segments.flatMap((segment) => {
    const pieces: Segment[] = [];
    let rest = segment;
    while (rest.payload.length > bytes) {
      const [piece, tail] = split(rest, bytes);
      pieces.push(piece);
      rest = tail;
    }
    return [...pieces, rest];
  });
}

/** Sent again by the sender: another IP id, later; with other bytes where told. */
export function retransmitted(segment: Segment, afterMicros = 200_000, payload = segment.payload): Segment {
  return { ...segment, payload, ipId: freshId(segment), at: segment.at + afterMicros };
}

/** The very same frame seen again, as on a mirror of both ports. */
export function copied(segment: Segment, afterMicros = 10): Segment {
  return { ...segment, at: segment.at + afterMicros };
}

/** A segment that begins with `before`, bytes that precede it in the stream, and goes on with its own. */
export function overlapping(segment: Segment, before: Uint8Array): Segment {
  const payload = new Uint8Array(before.length + segment.payload.length);
  payload.set(before);
  payload.set(segment.payload, before.length);
  return { ...segment, payload, sequence: (segment.sequence - before.length) >>> 0, ipId: freshId(segment) };
}

/** The list without those at `indices`. */
export function without(segments: readonly Segment[], ...indices: number[]): Segment[] {
  return segments.filter((_, i) => !indices.includes(i));
}

/** The list with the one at `from` moved to index `to`; times stay with their place, as a capture has them. */
export function moved(segments: readonly Segment[], from: number, to: number): Segment[] {
  const list = segments.slice();
  const [segment] = list.splice(from, 1);
  list.splice(to, 0, segment);
  return list.map((moved, i) => ({ ...moved, at: segments[i].at }));
}

/** The list in order of time, earlier ones first among equals: several conversations on one wire. */
export function merged(...lists: readonly (readonly Segment[])[]): Segment[] {
  return lists.flat().sort((a, b) => a.at - b.at);
}

/** Indices of the segments that carry payload. */
export function withPayload(segments: readonly Segment[]): number[] {
  return segments.flatMap((segment, i) => (segment.payload.length > 0 ? [i] : []));
}

function freshId(segment: Segment): number {
  return (segment.ipId ^ 0x8000) & 0xffff;
}
