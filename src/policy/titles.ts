import { aeTitle } from '../bytes/text.ts';

/**
 * An AE title of a policy file in the form of facts: trimmed, non-printable bytes as `\xHH`, the backslash doubled.
 * Characters beyond ASCII count as their UTF-8 bytes; `\xHH` and `\\`, as this program prints them, are read back, so
 * that a title copied from its output matches.
 */
export function normaliseTitle(text: string): string {
  if (PLAIN.test(text)) return text;
  return aeTitle(titleBytes(text));
}

/** Bytes that count of an AE title of a policy file; the wire has room for 16. */
export function titleBytes(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const part of text.split(ESCAPE)) {
    if (part === '\\\\') bytes.push(0x5c);
    else if (part.length === 4 && part.startsWith('\\x')) bytes.push(Number.parseInt(part.slice(2), 16));
    else bytes.push(...Buffer.from(part, 'utf8'));
  }
  return trimmed(Uint8Array.from(bytes));
}

function trimmed(bytes: Uint8Array): Uint8Array {
  let start = 0;
  let end = bytes.length;
  while (end > start && (bytes[end - 1] === 0x20 || bytes[end - 1] === 0)) end--;
  while (start < end && bytes[start] === 0x20) start++;
  return bytes.subarray(start, end);
}

const PLAIN = /^[!-[\]-~](?:[ -[\]-~]{0,62}[!-[\]-~])?$/;
const ESCAPE = /(\\x[0-9A-Fa-f]{2}|\\\\)/;
