import { u16be, u16le, u32le } from '../../bytes/reader.ts';
import { type Encoding, encodingOf } from './tables/transfer-syntaxes.ts';

/** Bytes of a fragment that `startsDataSet` wants to see at most. */
export const startBytesMax = 96;

/**
 * Whether bytes `start` to `end`, the head of a fragment, are the beginning of a data set rather than a place in its
 * middle. Asked after a hole and in connections joined late, where a wrong yes would read pixels as patient data: so
 * the first element must be one that data sets begin with, its value of its kind, and the next must come after it. A
 * syntax that is private or unknown may be any of those that can be told. Of a deflated data set nothing can: no.
 */
export function startsDataSet(bytes: Uint8Array, start: number, end: number, transferSyntax: string | null): boolean {
  const encoding = transferSyntax === null ? null : encodingOf(transferSyntax);
  const encodings = encoding === null ? guesses : [encoding];
  return encodings.some((one) => one !== 'deflated' && startsWith(bytes, start, end, one));
}

const guesses: readonly Encoding[] = ['explicit', 'implicit', 'big-endian'];

type Kind = 'UI' | 'CS' | 'DA' | 'UL' | 'SH' | 'AE' | 'PN' | 'LO' | 'IS';

/** Elements that data sets begin with, PS3.6; group length is retired and still sent. */
const firstElements: ReadonlyMap<number, Kind> = new Map<number, Kind>([
  [0x00080000, 'UL'],
  [0x00080005, 'CS'],
  [0x00080008, 'CS'],
  [0x00080012, 'DA'],
  [0x00080014, 'UI'],
  [0x00080016, 'UI'],
  [0x00080018, 'UI'],
  [0x0008001a, 'UI'],
  [0x00080020, 'DA'],
  [0x00080050, 'SH'],
  [0x00080052, 'CS'],
  [0x00080054, 'AE'],
  [0x00080060, 'CS'],
  [0x00081195, 'UI'],
  [0x00100010, 'PN'],
  [0x00100020, 'LO'],
  [0x0020000d, 'UI'],
  [0x20000010, 'IS'],
  [0x20100010, 'CS'],
]);

/** What values of a kind are made of; names and ids may hold any character but controls. */
const kinds: Readonly<Record<Kind, (text: string) => boolean>> = {
  UI: (text) => /^[0-9.]+\0?$/.test(text),
  CS: (text) => /^[A-Z0-9_ \\*?]+$/.test(text),
  DA: (text) => /^[0-9.-]+ ?$/.test(text),
  IS: (text) => /^[0-9 +-]+$/.test(text),
  AE: (text) => /^[ -~]+$/.test(text),
  SH: isText,
  PN: isText,
  LO: isText,
  UL: () => true,
};

/** Text of any character set: of the controls only escape, which switches sets. */
function isText(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 && code !== 0x1b) return false;
  }
  return true;
}

function startsWith(bytes: Uint8Array, start: number, end: number, encoding: Encoding): boolean {
  if (end - start < 16) return false;
  const tag = tagAt(bytes, start, encoding);
  const kind = firstElements.get(tag);
  if (kind === undefined) return false;
  const length = lengthAt(bytes, start, kind, encoding);
  const next = start + 8 + length;
  if (length < 0 || length > 64 || (length & 1) === 1 || next > end) return false;
  if (kind === 'UL' ? length !== 4 : length > 0 && !kinds[kind](latin1(bytes, start + 8, next))) return false;
  if (end - next < 8) return length > 0;
  return tagAt(bytes, next, encoding) > tag && tagAt(bytes, next, encoding) < lastElement;
}

/** The second element of a data set is of a low group too: nothing begins with one above. */
const lastElement = 0x30000000;

function tagAt(bytes: Uint8Array, at: number, encoding: Encoding): number {
  const read = encoding === 'big-endian' ? u16be : u16le;
  return read(bytes, at) * 0x10000 + read(bytes, at + 2);
}

/** Length of the element at `at`; -1 when its explicit VR is another than `kind`. PS3.5 section 7.1. */
function lengthAt(bytes: Uint8Array, at: number, kind: Kind, encoding: Encoding): number {
  if (encoding === 'implicit') return u32le(bytes, at + 4);
  if (bytes[at + 4] !== kind.charCodeAt(0) || bytes[at + 5] !== kind.charCodeAt(1)) return -1;
  return encoding === 'big-endian' ? u16be(bytes, at + 6) : u16le(bytes, at + 6);
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}
