import { BIG_ENDIAN, EXPLICIT, IMPLICIT, u16, u32 } from './element-header.ts';
import { DeflatedStream } from './inflate.ts';
import type { Encoding } from './tables/transfer-syntaxes.ts';
import { isVr, VR_NONSENSE, VR_SHORT, vrForm } from './tables/vr.ts';

/** First bytes of a data set from which its encoding is worked out: some ten elements. */
export const GUESS_BYTES = 1024;
/** First bytes from which a declared encoding is seen to agree. */
export const AGREE_BYTES = 8;

/**
 * Whether the first eight bytes of a data set show what was declared: an explicit header has a VR where an implicit one
 * has the low half of a length that would be above 16 KiB, and first group and length are lower in their right byte
 * order. Deflated bytes look like neither: the zeros of a small group and a small length are not among them. A no costs
 * little: the first KiB is looked at instead.
 */
export function agrees(encoding: Encoding, bytes: Uint8Array, at: number): boolean {
  const lettered = isVr(bytes[at + 4], bytes[at + 5]);
  switch (encoding) {
    case 'implicit':
      return !lettered && bytes[at + 1] < 0x80;
    case 'explicit':
      return lettered && bytes[at] >= bytes[at + 1] && bytes[at + 6] > bytes[at + 7];
    case 'big-endian':
      return lettered && bytes[at] < bytes[at + 1] && bytes[at + 6] < bytes[at + 7];
    case 'deflated':
      return !lettered && (bytes[at + 1] | bytes[at + 6] | bytes[at + 7]) !== 0;
  }
}

/**
 * The encoding under which the first bytes of a data set read best, or null. `head`: they are the first KiB, the whole
 * data set, or were cut short by a hole. `declared` is kept unless another reads better; after a hole only if it reads
 * at all, for nothing later would show the mistake.
 */
export function guessEncoding(
  bytes: Uint8Array,
  head: 'first' | 'whole' | 'holed',
  declared: Encoding | null,
): Encoding | null {
  const whole = head === 'whole';
  let best: Encoding | null = null;
  let most = 0;
  for (const encoding of plain) {
    const count = elementsUnder(numberOf[encoding], bytes, whole);
    if (count > most || (count === most && count > 0 && encoding === declared)) {
      best = encoding;
      most = count;
    }
  }
  if (best !== null && (most > 1 || whole)) return best;
  if (isDeflated(bytes)) return 'deflated';
  return head === 'holed' && best !== declared ? null : declared;
}

const plain = ['explicit', 'implicit', 'big-endian'] as const;
const numberOf = { explicit: EXPLICIT, implicit: IMPLICIT, 'big-endian': BIG_ENDIAN } as const;

/**
 * How many elements in ascending order the bytes hold under an encoding; 0 when they contradict it. A sequence of
 * undefined length counts twice, for the item that must follow, and is the last that is looked at.
 */
function elementsUnder(encoding: number, bytes: Uint8Array, whole: boolean): number {
  let at = 0;
  let tag = -1;
  let count = 0;
  while (bytes.length - at >= 8) {
    const group = u16(encoding, bytes, at);
    const next = group * 65536 + u16(encoding, bytes, at + 2);
    if (next <= tag || (count === 0 && group > 0x7fe0)) return 0;
    tag = next;
    let header = 8;
    let length: number;
    if (encoding === IMPLICIT) {
      length = u32(encoding, bytes, at + 4);
    } else {
      if (!isVr(bytes[at + 4], bytes[at + 5])) return 0;
      if (isShort(bytes[at + 4], bytes[at + 5])) length = u16(encoding, bytes, at + 6);
      else {
        header = 12;
        if (bytes.length - at < 12) break;
        if (bytes[at + 6] !== 0 || bytes[at + 7] !== 0) return 0;
        length = u32(encoding, bytes, at + 8);
      }
    }
    if (length === 0xffffffff) return isItemNext(encoding, bytes, at + header) ? count + 2 : 0;
    if (encoding === IMPLICIT && group <= 0x0010 && length > 0xffff && !isItemNext(encoding, bytes, at + header))
      return 0;
    at += header + length;
    count++;
  }
  return whole && at > bytes.length ? 0 : count;
}

function isShort(first: number, second: number): boolean {
  const form = vrForm(first, second);
  return form === VR_SHORT || form === VR_NONSENSE;
}

function isItemNext(encoding: number, bytes: Uint8Array, at: number): boolean {
  if (bytes.length - at < 4) return true;
  const element = u16(encoding, bytes, at + 2);
  return u16(encoding, bytes, at) === 0xfffe && (element === 0xe000 || element === 0xe0dd);
}

/** Inflates what is there, and sees whether a data set comes out. */
function isDeflated(bytes: Uint8Array): boolean {
  let found = false;
  let first = true;
  const stream = new DeflatedStream(GUESS_BYTES, (out, start, end) => {
    if (first) found = elementsUnder(EXPLICIT, out.subarray(start, end), false) > 1;
    first = false;
  });
  stream.data(bytes, 0, bytes.length);
  stream.flush();
  return found;
}
