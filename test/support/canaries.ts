import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { escapeBytes } from '../../src/bytes/text.ts';
import { pcaps } from './scenes.ts';

/** Every invented patient value and secret of the recordings. */
export const canaries = readFileSync(join(pcaps, 'canaries.txt'), 'utf8').trimEnd().split('\n');

/** One way in which a canary could be written somewhere. */
export interface Spelling {
  readonly canary: string;
  readonly as: string;
  readonly bytes: Buffer;
}

/**
 * Name groups as the bytes that cross the wire, where Node cannot make them: ISO 2022 IR 87, GB18030, IR 149, IR 126.
 */
const onTheWire: Readonly<Record<string, string>> = {
  '山田^太郎': '\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B',
  'やまだ^たろう': '\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B',
  '王^小东': '\xcd\xf5^\xd0\xa1\xb6\xab',
  '洪^吉洞': '\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7',
  '홍^길동': '\x1b$)C\xc8\xab^\x1b$)C\xb1\xe6\xb5\xbf',
  'Δοκιμή^Ελένη': '\xc4\xef\xea\xe9\xec\xde^\xc5\xeb\xdd\xed\xe7',
};

const spellings = spellingsOfAll(canaries);

/** The canaries in `bytes`, in any spelling, as `canary (spelling)`. */
export function canariesIn(bytes: Uint8Array, of: readonly Spelling[] = spellings): string[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return of.filter((spelling) => buffer.includes(spelling.bytes)).map(({ canary, as }) => `${canary} (${as})`);
}

/** Every way in which these values could be written. */
export function spellingsOfAll(values: readonly string[]): readonly Spelling[] {
  return values.flatMap((canary) =>
    Object.entries(spellingsOf(canary)).map(([as, bytes]) => ({ canary, as, bytes: Buffer.from(bytes) })),
  );
}

/** The same in a text for people, in which lines may have been broken. */
export function canariesInText(text: string): string[] {
  const folded = text.replace(/\s+/g, '');
  const broken = canaries.filter((canary) => folded.includes(canary.replace(/\s+/g, '')));
  return [...canariesIn(Buffer.from(text)), ...broken.map((canary) => `${canary} (lines joined)`)];
}

function spellingsOf(canary: string): Record<string, Uint8Array | string> {
  const utf8 = Buffer.from(canary);
  const utf16 = Buffer.from(canary, 'utf16le');
  const latin1 = Buffer.from(canary, 'latin1');
  const wire = canary.split('=').map((group) => onTheWire[group] ?? group);
  const all: Record<string, Uint8Array | string> = {
    'UTF-8': utf8,
    'UTF-16LE': utf16,
    'UTF-16BE': Buffer.from(utf16).swap16(),
    escaped: escapeBytes(utf8),
    JSON: JSON.stringify(canary).slice(1, -1),
    URL: encodeURIComponent(canary),
    ...encoded('', utf8),
  };
  if (wire.join('=') !== canary) return { ...all, ...ofBytes('wire', Buffer.from(wire.join('='), 'latin1')) };
  return latin1.toString('latin1') === canary ? { ...all, ...ofBytes('Latin-1', latin1) } : all;
}

function ofBytes(name: string, bytes: Buffer): Record<string, Uint8Array | string> {
  return { [name]: bytes, [`${name} escaped`]: escapeBytes(bytes), ...encoded(`${name} `, bytes) };
}

/** Hexadecimal, base64 wherever the canary begins in it, and hashes that need no key. */
function encoded(of: string, bytes: Buffer): Record<string, string> {
  const hex = bytes.toString('hex');
  const forms: Record<string, string> = { [`${of}hex`]: hex, [`${of}HEX`]: hex.toUpperCase() };
  for (const before of [0, 1, 2]) {
    // Characters that hold bits of the canary alone.
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const end = Math.floor(((before + bytes.length) * 8) / 6);
    forms[`${of}base64, ${before} bytes in`] = text.slice(Math.ceil((before * 8) / 6), end);
  }
  for (const algorithm of ['md5', 'sha1', 'sha256']) {
    forms[`${of}${algorithm}`] = createHash(algorithm).update(bytes).digest('hex').slice(0, 32);
  }
  return forms;
}
