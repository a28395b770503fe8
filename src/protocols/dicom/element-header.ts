import { VR_NONSENSE, VR_SHORT, vrForm } from './tables/vr.ts';

/**
 * A data element's header, PS3.5 section 7.1:
 *
 *   implicit             explicit, short form    explicit, long form
 *      0  2  group          0  2  group             0  2  group
 *      2  2  element        2  2  element           2  2  element
 *      4  4  length         4  2  VR                4  2  VR
 *                           6  2  length            6  2  reserved
 *                                                   8  4  length
 *
 * Items and delimiters (FFFE,xxxx) have the implicit form in every encoding.
 */
export const IMPLICIT = 0;
export const EXPLICIT = 1;
export const BIG_ENDIAN = 2;

/** How long the header is that begins with these eight bytes, where an element is expected. */
export function headerBytesOf(encoding: number, bytes: Uint8Array): 8 | 12 {
  if (encoding === IMPLICIT || isDelimiterGroup(encoding, bytes, 0)) return 8;
  const form = vrForm(bytes[4], bytes[5]);
  return form === VR_SHORT || form === VR_NONSENSE ? 8 : 12;
}

function isDelimiterGroup(encoding: number, bytes: Uint8Array, at: number): boolean {
  const low = encoding === BIG_ENDIAN ? at + 1 : at;
  const high = encoding === BIG_ENDIAN ? at : at + 1;
  return bytes[low] === 0xfe && bytes[high] === 0xff;
}

export function isPrintable(first: number, second: number): boolean {
  return first >= 0x20 && first < 0x7f && second >= 0x20 && second < 0x7f;
}

export function u16(encoding: number, bytes: Uint8Array, at: number): number {
  return encoding === BIG_ENDIAN ? (bytes[at] << 8) | bytes[at + 1] : bytes[at] | (bytes[at + 1] << 8);
}

export function u32(encoding: number, bytes: Uint8Array, at: number): number {
  return encoding === BIG_ENDIAN
    ? ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0
    : (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;
}

export function tagNumber(group: number, element: number): number {
  return group * 65536 + element;
}

export function vrText(encoding: number, bytes: Uint8Array, at: number): string {
  return encoding === IMPLICIT ? '' : String.fromCharCode(bytes[at + 4], bytes[at + 5]);
}
