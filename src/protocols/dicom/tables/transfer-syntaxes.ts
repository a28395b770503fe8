/** How the bytes of a data set are laid out. What Pixel Data is compressed with makes no difference here. */
export type Encoding = 'implicit' | 'explicit' | 'big-endian' | 'deflated';

export const implicitLittleEndian = '1.2.840.10008.1.2';
const explicitLittleEndian = '1.2.840.10008.1.2.1';
const deflatedExplicitLittleEndian = '1.2.840.10008.1.2.1.99';
const explicitBigEndian = '1.2.840.10008.1.2.2';

/** The encoding a transfer syntax asks for (PS3.5 annex A), or null for one that is private or unknown. */
export function encodingOf(transferSyntax: string): Encoding | null {
  const known = encodings.get(transferSyntax);
  if (known !== undefined) return known;
  return encapsulated.test(transferSyntax) ? 'explicit' : null;
}

/** The transfer syntax that stands for an encoding when nothing more is known. */
export const syntaxOfEncoding: { readonly [E in Encoding]: string } = {
  implicit: implicitLittleEndian,
  explicit: explicitLittleEndian,
  'big-endian': explicitBigEndian,
  deflated: deflatedExplicitLittleEndian,
};

const encodings: ReadonlyMap<string, Encoding> = new Map([
  [implicitLittleEndian, 'implicit'],
  [explicitLittleEndian, 'explicit'],
  [deflatedExplicitLittleEndian, 'deflated'],
  [explicitBigEndian, 'big-endian'],
  ['1.2.840.10008.1.2.4.95', 'deflated'], // JPIP Referenced Deflate, A.7
  ['1.2.840.10008.1.2.4.205', 'deflated'], // JPIP HTJ2K Referenced Deflate, A.11
  ['1.2.840.10008.1.20', 'implicit'], // Papyrus 3, retired
  ['1.2.840.113619.5.2', 'implicit'], // GE: implicit little endian, only its Pixel Data is big endian
] satisfies [string, Encoding][]);

/**
 * Families whose data sets are all explicit little endian: JPEG, JPEG-LS, JPEG 2000, JPIP, MPEG, HTJ2K, JPEG XL
 * (1.2.4.x), RLE (1.2.5), SMPTE ST 2110 (1.2.7.x), Deflated Image Frame (1.2.8.1: its frames are deflated, not the data
 * set), Encapsulated Uncompressed (1.2.1.98). RFC 2557 and XML (1.2.6.x) are no data sets.
 */
const encapsulated = /^1\.2\.840\.10008\.1\.2\.(?:1\.98|4\.\d+(?:\.1)?|5|7\.\d+|8\.\d+)$/;
