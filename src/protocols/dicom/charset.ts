import { TextDecoder } from 'node:util';
import { characterSets, characterSetVrs, escapes } from './tables/character-sets.ts';

/**
 * A value as text for `--reveal`: decoded by its Specific Character Set (the raw value of (0008,0005), several terms
 * when code extensions are used, PS3.5 section 6.1.2.5), padding dropped, at most `charactersMax` characters, then
 * made safe to show: control and invisible characters as `\xHH` or `\u{H}`, the backslash doubled.
 */
export function valueText(vr: string, bytes: Uint8Array, characterSet: string, charactersMax: number): string {
  if (vr === 'US') return numbersText(bytes);
  if (vr === 'OB' || vr === 'OW') return `(${bytes.length} bytes)`;
  const terms = characterSetVrs.includes(vr) ? characterSet.split('\\').map((term) => term.trim()) : [''];
  const extended = terms.length > 1 || bytes.includes(ESCAPE);
  const text = extended ? extendedText(bytes, initialDecoder(terms)) : decode(initialDecoder(terms), bytes);
  return safeText(text.replace(/[ \0]+$/, ''), charactersMax);
}

const ESCAPE = 0x1b;

/** The first term is what each value begins with; empty stands for ISO IR 6. Unknown terms are read as Latin-1. */
function initialDecoder(terms: readonly string[]): string {
  const term = terms[0];
  return characterSets.get(term) ?? characterSets.get(term.replace('ISO 2022 IR', 'ISO_IR')) ?? 'latin1';
}

/** Code extensions: runs of bytes of one half, each read by what was designated into it. */
function extendedText(bytes: Uint8Array, initial: string): string {
  const halves = { g0: 'latin1', g1: initial };
  let text = '';
  let from = 0;
  let at = 0;
  const flush = (to: number, next: number): void => {
    text += runText(bytes.subarray(from, to), halves.g0, halves.g1);
    from = next;
    at = next;
  };
  while (at < bytes.length) {
    const byte = bytes[at];
    if (byte === ESCAPE) {
      const found = escapes.find(([sequence]) => startsWith(bytes, at + 1, sequence));
      if (found === undefined) {
        at++;
        continue;
      }
      flush(at, at + 1 + found[0].length);
      halves[found[1]] = found[2];
    } else if (halves.g0 === 'latin1' && isReset(byte)) {
      flush(at, at);
      halves.g1 = initial;
      at++;
    } else at++;
  }
  flush(bytes.length, bytes.length);
  return text;
}

/** Line ends, form feed, tab, and the delimiters of values and of parts of names go back to the first character set. */
function isReset(byte: number): boolean {
  return (
    byte === 0x0a || byte === 0x0c || byte === 0x0d || byte === 0x09 || byte === 0x5c || byte === 0x5e || byte === 0x3d
  );
}

function runText(run: Uint8Array, g0: string, g1: string): string {
  if (!g0.startsWith('euc-jp')) return decode(g1, run);
  const prefixed = g0.endsWith('0212');
  const euc: number[] = [];
  for (let i = 0; i < run.length; i++) {
    if (run[i] <= 0x20 || run[i] >= 0x7f || i + 1 === run.length) {
      euc.push(run[i]);
      continue;
    }
    if (prefixed) euc.push(0x8f);
    euc.push(run[i] | 0x80, run[++i] | 0x80);
  }
  return decode('euc-jp', Uint8Array.from(euc));
}

function startsWith(bytes: Uint8Array, at: number, sequence: string): boolean {
  for (let i = 0; i < sequence.length; i++) if (bytes[at + i] !== sequence.charCodeAt(i)) return false;
  return true;
}

const decoders = new Map<string, TextDecoder>();

/** Latin-1 is done by Node itself: the WHATWG label means windows-1252. A build without all of ICU falls back to it. */
function decode(label: string, bytes: Uint8Array): string {
  if (label === 'latin1') return latin1(bytes);
  let decoder = decoders.get(label);
  if (decoder === undefined) {
    try {
      decoder = new TextDecoder(label);
    } catch {
      return latin1(bytes);
    }
    decoders.set(label, decoder);
  }
  return decoder.decode(bytes);
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

/**
 * The two attributes of VR US (pregnancy status, reference of an altitude) are codes below 256: the byte that is zero
 * tells the byte order.
 */
function numbersText(bytes: Uint8Array): string {
  const numbers: number[] = [];
  for (let i = 0; i + 1 < bytes.length; i += 2) {
    const [low, high] = bytes[i] === 0 ? [bytes[i + 1], 0] : [bytes[i], bytes[i + 1]];
    numbers.push(low | (high << 8));
  }
  return numbers.join('\\\\');
}

/** C0 and C1 controls, soft hyphen, zero-width, line and paragraph separators, direction marks, lone surrogates. */
const unsafe =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|\p{Surrogate}|\\/gu;

function safeText(text: string, charactersMax: number): string {
  const characters = [...text];
  const cut = characters.length > charactersMax;
  const shown = cut ? characters.slice(0, charactersMax).join('') : text;
  const safe = shown.replace(unsafe, (character) => {
    if (character === '\\') return '\\\\';
    const code = character.codePointAt(0) ?? 0;
    return code < 0x100
      ? `\\x${code.toString(16).toUpperCase().padStart(2, '0')}`
      : `\\u{${code.toString(16).toUpperCase()}}`;
  });
  return cut ? `${safe}\\...` : safe;
}
