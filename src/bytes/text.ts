import { KnownTexts } from './known-texts.ts';

const SPACE = 0x20;
const NUL = 0x00;
const BACKSLASH = 0x5c;

/**
 * Wire bytes as text that is safe everywhere: printable ASCII as it is, the backslash doubled, every other byte
 * as `\xHH`. Injective, so two different byte strings never look alike. At most `bytesMax` bytes are shown; a
 * longer value ends in `\...`, which no escaped byte can produce.
 */
export function escapeBytes(bytes: Uint8Array, start = 0, end = bytes.length, bytesMax = 1024): string {
  const shown = Math.min(end, start + bytesMax);
  let text = '';
  for (let i = start; i < shown; i++) {
    const byte = bytes[i];
    if (byte === BACKSLASH) text += '\\\\';
    else if (byte >= 0x20 && byte < 0x7f) text += String.fromCharCode(byte);
    else text += `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return shown < end ? `${text}\\...` : text;
}

/**
 * An AE title: leading and trailing spaces and trailing NULs do not count (PS3.8 section 9.3.2); the rest is escaped.
 */
export function aeTitle(bytes: Uint8Array, start = 0, end = bytes.length): string {
  let from = start;
  let to = end;
  while (to > from && (bytes[to - 1] === SPACE || bytes[to - 1] === NUL)) to--;
  while (from < to && bytes[from] === SPACE) from++;
  return titles.of(bytes, from, to);
}

/** A UID: one trailing NUL (or space, as some write) of padding does not count. */
export function uid(bytes: Uint8Array, start = 0, end = bytes.length): string {
  let to = end;
  while (to > start && (bytes[to - 1] === NUL || bytes[to - 1] === SPACE)) to--;
  return uids.of(bytes, start, to);
}

const titles = new KnownTexts((bytes, start, end) => escapeBytes(bytes, start, end, 64));
const uids = new KnownTexts((bytes, start, end) => escapeBytes(bytes, start, end, 128));
