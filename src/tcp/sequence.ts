/**
 * Sequence numbers of TCP are 32 bits and wrap (RFC 9293 section 3.4): they are only ever compared by distance, and
 * kept as signed numbers, which V8 never boxes.
 */

/** How far `a` lies after `b`: negative when before. Right for distances below 2^31. */
export function distance(a: number, b: number): number {
  return (a - b) | 0;
}

/** The number `count` after `a`. */
export function advance(a: number, count: number): number {
  return (a + count) | 0;
}
