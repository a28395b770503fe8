import type { Side } from '../../../src/model/facts.ts';
import type { Step } from '../../support/dicom-dialogue.ts';
import { joined } from '../mutator.ts';
import type { Tape } from '../tape.ts';

/**
 * What a tape says that two sides said: a byte whose lowest bit is the side, the next three what it is (bytes, mostly; a
 * hole; the end), the rest 0; two bytes of length; the bytes.
 */
export function stepsOf(tape: Tape, stepsMax = 64): Step[] {
  const steps: Step[] = [];
  const closed = [false, false];
  while (tape.left > 0 && steps.length < stepsMax) {
    const first = tape.u8();
    const side: Side = (first & 1) === 1 ? 1 : 0;
    const length = tape.u16();
    const what = (first >>> 1) & 7;
    if (closed[side]) tape.take(length);
    else if (what === 7) {
      closed[side] = true;
      steps.push([side, 'fin']);
    } else if (what === 6) steps.push([side, 1 + length]);
    else {
      const bytes = tape.take(length);
      if (bytes.length > 0) steps.push([side, bytes]);
    }
  }
  for (const side of [0, 1] as const) if (!closed[side]) steps.push([side, 'cut']);
  return steps;
}

/** Bytes of a side as a step on a tape. */
export function said(side: Side, bytes: Uint8Array): Uint8Array {
  return joined(Uint8Array.of(side, bytes.length >>> 8, bytes.length & 0xff), bytes);
}

/** Bytes that are missing. */
export function missing(side: Side, length: number): Uint8Array {
  return Uint8Array.of(12 | side, (length - 1) >>> 8, (length - 1) & 0xff);
}

export function bytesOf(steps: readonly Step[], side: Side): number {
  return steps.reduce((sum, [of, what]) => (of === side && what instanceof Uint8Array ? sum + what.length : sum), 0);
}
