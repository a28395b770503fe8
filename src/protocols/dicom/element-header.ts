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

/** A header as read; one object is used for all, so that reading one makes none. */
export class ElementHeader {
  group = 0;
  element = 0;
  /** Of `tables/vr.ts`; implicit elements count as short ones. */
  form = VR_SHORT;
  length = 0;
  /** Of the header itself: 8 or 12. */
  bytes = 8;
  /** What the value is to be read with, which is not always what the header was. */
  encoding = IMPLICIT;

  /** Reads the header at `at`; twelve bytes must be there to be looked at, whether they belong to it or not. */
  read(encoding: number, bytes: Uint8Array, at: number): void {
    this.group = u16(encoding, bytes, at);
    this.element = u16(encoding, bytes, at + 2);
    this.encoding = encoding;
    this.bytes = 8;
    if (encoding === IMPLICIT || this.group === 0xfffe) {
      this.form = VR_SHORT;
      this.length = u32(encoding, bytes, at + 4);
      return;
    }
    this.form = vrForm(bytes[at + 4], bytes[at + 5]);
    if (this.form === VR_SHORT) {
      this.length = u16(encoding, bytes, at + 6);
    } else if (this.form !== VR_NONSENSE) {
      this.bytes = 12;
      this.length = u32(encoding, bytes, at + 8);
    } else if (isPrintable(bytes[at + 4], bytes[at + 5])) {
      this.length = u16(encoding, bytes, at + 6); // some writers leave `??` or blanks where they know no VR
    } else {
      this.length = u32(encoding, bytes, at + 4); // no VR was written at all: an implicit element among explicit ones
      this.encoding = IMPLICIT;
    }
  }

  /** Group and element as one number. */
  get tag(): number {
    return this.group * 65536 + this.element;
  }
}

/** How long the header is that begins with these eight bytes, where an element is expected. */
export function headerBytesOf(encoding: number, bytes: Uint8Array): 8 | 12 {
  if (encoding === IMPLICIT || u16(encoding, bytes, 0) === 0xfffe) return 8;
  const form = vrForm(bytes[4], bytes[5]);
  return form === VR_SHORT || form === VR_NONSENSE ? 8 : 12;
}

function isPrintable(first: number, second: number): boolean {
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

/** The VR as written, empty in implicit VR; for observers. */
export function vrText(encoding: number, bytes: Uint8Array, at: number): string {
  return encoding === IMPLICIT ? '' : String.fromCharCode(bytes[at + 4], bytes[at + 5]);
}
