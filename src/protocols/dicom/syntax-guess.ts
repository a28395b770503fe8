import { BIG_ENDIAN, EXPLICIT, IMPLICIT, u16, u32 } from './element-header.ts';
import { DeflatedStream } from './inflate.ts';
import type { Encoding } from './tables/transfer-syntaxes.ts';
import { isVr, VR_NONSENSE, VR_SHORT, vrForm } from './tables/vr.ts';

/** First bytes of a data set from which its encoding is worked out: some ten elements. */
export const GUESS_BYTES = 1024;
/** First bytes from which a declared encoding is seen to agree. */
export const AGREE_BYTES = 8;

/**
 * Whether the first eight bytes of a data set could be what was declared. Never sure of a yes (data may lie), but a
 * no is: groups are small even numbers, an explicit header has a VR, an implicit one of the first groups is not as
 * long as two letters would make it.
 */
export function agrees(encoding: Encoding, bytes: Uint8Array, at: number): boolean {
  const group = bytes[at] | (bytes[at + 1] << 8);
  const lettered = isVr(bytes[at + 4], bytes[at + 5]);
  switch (encoding) {
    case 'implicit':
      return !lettered && isFirstGroup(group);
    case 'explicit':
      return lettered && isFirstGroup(group);
    case 'big-endian':
      return lettered && isFirstGroup((bytes[at] << 8) | bytes[at + 1]);
    case 'deflated':
      return !(lettered && isFirstGroup(group));
  }
}

/**
 * The encoding under which the first bytes of a data set read best, or null. `whole`: there are no more. `declared` is kept
 * unless the bytes rule it out and agree with another.
 */
export function guessEncoding(bytes: Uint8Array, whole: boolean, declared: Encoding | null): Encoding | null {
  if (declared !== null && declared !== 'deflated' && elementsUnder(numberOf[declared], bytes, whole) > 0)
    return declared;
  let best: Encoding | null = null;
  let most = 0;
  for (const encoding of plain) {
    const count = elementsUnder(numberOf[encoding], bytes, whole);
    if (count > most) {
      best = encoding;
      most = count;
    }
  }
  if (best !== null && (most > 1 || whole)) return best;
  if (isDeflated(bytes)) return 'deflated';
  return declared ?? best;
}

const plain = ['explicit', 'implicit', 'big-endian'] as const;
const numberOf = { explicit: EXPLICIT, implicit: IMPLICIT, 'big-endian': BIG_ENDIAN } as const;

/** Any even group, but for the first three of PS3.6 in the wrong byte order: 0002, 0008 and 0010. */
function isFirstGroup(group: number): boolean {
  const swapped = group === 0x0200 || group === 0x0800 || group === 0x1000;
  return group > 0 && group <= 0x7fe0 && (group & 1) === 0 && !swapped;
}

/** How many elements in ascending order the bytes hold under an encoding; 0 when they contradict it. */
function elementsUnder(encoding: number, bytes: Uint8Array, whole: boolean): number {
  let at = 0;
  let tag = -1;
  let count = 0;
  while (bytes.length - at >= 8) {
    const group = u16(encoding, bytes, at);
    const next = group * 65536 + u16(encoding, bytes, at + 2);
    if (next <= tag || (count === 0 && !isFirstGroup(group))) return 0;
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
    if (length === 0xffffffff) return isItemNext(encoding, bytes, at + header) ? count + 1 : 0;
    if (encoding === IMPLICIT && group <= 0x0010 && length > 0xffff && !isItemNext(encoding, bytes, at + header))
      return 0;
    at += header + length;
    count++;
  }
  return whole && at !== bytes.length && bytes.length > 0 ? 0 : count;
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
