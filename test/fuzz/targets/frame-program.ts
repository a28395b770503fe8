import { joined } from '../mutator.ts';
import type { Tape } from '../tape.ts';

/** The link types there are, and two that are not. */
const linkTypes = [1, 113, 276, 0, 108, 12, 14, 101, 228, 229, 9, 50, 51, 104, 166, 204, 205, 239, 2, 65_535] as const;

/** A frame as it lies in the input. */
export interface ProgramFrame {
  readonly linkType: number;
  /** Milliseconds since the first. */
  readonly ms: number;
  /** Bytes that the snap length cut off. */
  readonly cut: number;
  readonly start: number;
  readonly length: number;
}

/**
 * Frames that an input holds: for each its link type, the milliseconds since the one before, what the snap length cut
 * off, its length in two bytes, and its bytes.
 */
export function framesOf(tape: Tape, framesMax = 64): ProgramFrame[] {
  const frames: ProgramFrame[] = [];
  for (let ms = 0; tape.left > 5 && frames.length < framesMax; ) {
    const linkType = linkTypes[tape.u8() % linkTypes.length];
    const step = tape.u8();
    // Some steps are longer than fragments live.
    ms += step > 250 ? 31_000 : step;
    const cut = tape.u8();
    const { length } = tape.take(tape.u16());
    frames.push({ linkType, ms, cut, start: tape.at - length, length });
  }
  return frames;
}

/** The input that holds these frames. */
export function program(frames: readonly (readonly [linkType: number, bytes: Uint8Array])[]): Uint8Array {
  return joined(
    ...frames.map(([linkType, bytes]) => {
      const index = linkTypes.indexOf(linkType as (typeof linkTypes)[number]);
      return joined(Uint8Array.of(Math.max(0, index), 1, 0, bytes.length >>> 8, bytes.length & 0xff), bytes);
    }),
  );
}
