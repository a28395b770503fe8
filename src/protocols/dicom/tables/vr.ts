/**
 * What a value representation means for reading on (PS3.5 section 7.1.2). `short`: the length is the 16 bits after the
 * VR. All others: two reserved bytes, then 32 bits. `bytes` and `words` may be fragments when of undefined length.
 */
export const VR_SHORT = 0;
export const VR_LONG = 1;
export const VR_FRAGMENTS = 2;
export const VR_SEQUENCE = 3;
export const VR_UNKNOWN = 4;
/** Two capital letters that are no VR yet: new ones have 32-bit lengths (PS3.5 section 6.2). */
export const VR_NEW = 5;
/** No two capital letters. */
export const VR_NONSENSE = 6;

/** The form of the VR whose two letters are `first` and `second`. */
export function vrForm(first: number, second: number): number {
  const column = second - 65;
  return column < 0 || column > 25 || first < 65 || first > 90 ? VR_NONSENSE : forms[(first - 65) * 26 + column];
}

/** Whether the two letters are a VR of the standard. */
export function isVr(first: number, second: number): boolean {
  return vrForm(first, second) < VR_NEW;
}

const families: readonly (readonly [form: number, vrs: string])[] = [
  [VR_SHORT, 'AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US'],
  [VR_LONG, 'SV UC UR UT UV'],
  [VR_FRAGMENTS, 'OB OD OF OL OV OW'],
  [VR_SEQUENCE, 'SQ'],
  [VR_UNKNOWN, 'UN'],
];

const forms = new Uint8Array(26 * 26).fill(VR_NEW);
for (const [form, vrs] of families) {
  for (const vr of vrs.split(' ')) forms[(vr.charCodeAt(0) - 65) * 26 + vr.charCodeAt(1) - 65] = form;
}
