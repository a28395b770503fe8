import { placeholderDates, placeholderRepeated, placeholderWords } from './tables/placeholders.ts';

/**
 * Whether the bytes of a value say anything. Not values: empty or only spaces and NULs, only wildcards (`*`, `?`,
 * PS3.4 section C.2.2.2.4), open ranges (`-`, `20260101-`, section C.2.2.2.5), placeholders. Binary VRs: any byte.
 */
export function isValue(kind: ValueKind, bytes: Uint8Array, start: number, end: number): boolean {
  switch (kind) {
    case BINARY:
      return end > start;
    case UID:
      return saysSomething(bytes, start, end);
    case DATE:
      return saysSomething(bytes, start, end) && isDate(bytes, start, end);
    case TIME:
      return saysSomething(bytes, start, end) && !isOpenRange(bytes, start, end) && !isBlankedOut(bytes, start, end);
    default:
      return saysSomething(bytes, start, end) && !isBlankedOut(bytes, start, end);
  }
}

/** What rule a value is held to, from its VR. */
export type ValueKind = typeof TEXT | typeof DATE | typeof TIME | typeof UID | typeof BINARY;
const TEXT = 0;
const DATE = 1;
const TIME = 2;
const UID = 3;
const BINARY = 4;

export function valueKind(vr: string): ValueKind {
  if (vr === 'DA' || vr === 'DT') return DATE;
  if (vr === 'TM') return TIME;
  if (vr === 'UI') return UID;
  return ['OB', 'OW', 'UN', 'US', 'SQ'].includes(vr) ? BINARY : TEXT;
}

/** Only spaces, NULs, wildcards, separators of values and of name parts, and dashes: nothing is said. */
const SAYS_NOTHING = byteSet('\0\t\n\r *?\\^=-');

/** Whether the bytes of a value are more than padding and wildcards: an open range is, for it restricts a query. */
export function saysSomething(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (SAYS_NOTHING[bytes[i]] === 0) return true;
  return false;
}

/**
 * A date, a date and time, or a closed range. In DT a dash may also begin an offset from UTC (`-0500`): an open range
 * has it first or last.
 */
function isDate(bytes: Uint8Array, start: number, end: number): boolean {
  return !isOpenRange(bytes, start, end) && !isPlaceholderDate(bytes, start, end);
}

const DASH = 0x2d;

function isOpenRange(bytes: Uint8Array, start: number, end: number): boolean {
  let from = start;
  let to = end;
  while (from < to && (bytes[from] === 0x20 || bytes[from] === 0)) from++;
  while (to > from && (bytes[to - 1] === 0x20 || bytes[to - 1] === 0)) to--;
  return bytes[from] === DASH || bytes[to - 1] === DASH;
}

/** Digits compared as one number: eight of them stay below 2^31. Old dates may be written 1900.01.01. */
function isPlaceholderDate(bytes: Uint8Array, start: number, end: number): boolean {
  let number = 0;
  let digits = 0;
  for (let i = start; i < end && digits < 8; i++) {
    const digit = bytes[i] - 0x30;
    if (digit >= 0 && digit <= 9) {
      number = number * 10 + digit;
      digits++;
    } else if (bytes[i] !== 0x2e && bytes[i] !== 0x20) break;
  }
  return digits === 8 && placeholderNumbers.includes(number);
}

const placeholderNumbers: readonly number[] = placeholderDates.map(Number);

/**
 * What a byte counts as when words are compared: its upper case, 0 for a byte that does not count, 255 for one that
 * ends it.
 */
const NOT_FOLDED = 255;
const FOLDED = foldingTable();
const wordBytesMax = Math.max(...placeholderWords.map((word) => word.length));
const folded = new Uint8Array(wordBytesMax);
/** Words by first byte: nearly every value is decided by its first letter. */
const wordsByFirst: readonly (readonly Uint8Array[])[] = byFirstByte(placeholderWords);
const REPEATED = byteSet(placeholderRepeated.join(''));

function isBlankedOut(bytes: Uint8Array, start: number, end: number): boolean {
  let length = 0;
  let repeated = true;
  for (let i = start; i < end; i++) {
    const byte = FOLDED[bytes[i]];
    if (byte === 0) continue;
    if (byte === NOT_FOLDED) return false;
    if (length === 0 && wordsByFirst[byte].length === 0 && REPEATED[byte] === 0) return false;
    if (length > 0 && byte !== folded[0]) repeated = false;
    if (length < wordBytesMax) folded[length] = byte;
    else if (!repeated) return false;
    length++;
  }
  if (length === 0) return true;
  if (repeated && REPEATED[folded[0]] === 1) return true;
  return length <= wordBytesMax && isWord(length);
}

function isWord(length: number): boolean {
  for (const word of wordsByFirst[folded[0]]) {
    if (word.length !== length) continue;
    let i = 1;
    while (i < length && word[i] === folded[i]) i++;
    if (i === length) return true;
  }
  return false;
}

/** Letters and digits count; other printable ASCII and NUL do not; anything else makes the value a value. */
function foldingTable(): Uint8Array {
  const table = new Uint8Array(256).fill(NOT_FOLDED);
  for (let byte = 0x20; byte < 0x7f; byte++) {
    const character = String.fromCharCode(byte).toUpperCase();
    table[byte] = /[A-Z0-9]/.test(character) ? character.charCodeAt(0) : 0;
  }
  for (const byte of [0x00, 0x09, 0x0a, 0x0d]) table[byte] = 0;
  return table;
}

function byFirstByte(words: readonly string[]): Uint8Array[][] {
  const table: Uint8Array[][] = Array.from({ length: 256 }, () => []);
  for (const word of words) table[word.charCodeAt(0)].push(Uint8Array.from(Buffer.from(word, 'latin1')));
  return table;
}

function byteSet(characters: string): Uint8Array {
  const set = new Uint8Array(256);
  for (const character of characters) set[character.charCodeAt(0)] = 1;
  return set;
}
