import type { Side } from '../../../src/model/facts.ts';
import type { Step } from '../../support/dicom-dialogue.ts';
import { joined } from '../mutator.ts';
import type { Tape } from '../tape.ts';

/** Of bytes that are not on the tape, all together. */
const zerosMax = 150_000;

/**
 * What a tape says that two sides said: a byte whose lowest bit is the side, the next three what it is (bytes, mostly;
 * zeros; a hole; the end), the rest 0; two bytes of length; the bytes, unless they are zeros: so long values need no
 * long inputs.
 */
export function stepsOf(tape: Tape, stepsMax = 64): Step[] {
  const steps: Step[] = [];
  const closed = [false, false];
  let zerosLeft = zerosMax;
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
    else if (what === 5) {
      const zeros = Math.min(length, zerosLeft);
      zerosLeft -= zeros;
      if (zeros > 0) steps.push([side, new Uint8Array(zeros)]);
    } else {
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

/** The same of long ones, of which most are zeros. */
export function saidShort(side: Side, bytes: Uint8Array): Uint8Array {
  const steps: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    let zeros = at;
    while (zeros < bytes.length && bytes[zeros] === 0) zeros++;
    if (zeros - at < 100) {
      const next = bytes.findIndex((_, i) => i > zeros && bytes[i] === 0 && bytes[i + 99] === 0);
      const end = next < 0 ? bytes.length : next;
      steps.push(said(side, bytes.subarray(at, end)));
      at = end;
    } else {
      const length = Math.min(zeros - at, 0xffff);
      steps.push(Uint8Array.of(10 | side, length >>> 8, length & 0xff));
      at += length;
    }
  }
  return joined(...steps);
}

/** Bytes that are missing. */
export function missing(side: Side, length: number): Uint8Array {
  return Uint8Array.of(12 | side, (length - 1) >>> 8, (length - 1) & 0xff);
}

export function bytesOf(steps: readonly Step[], side: Side): number {
  return steps.reduce((sum, [of, what]) => (of === side && what instanceof Uint8Array ? sum + what.length : sum), 0);
}
