import type { Oddity } from '../../model/facts.ts';

/** Bytes of a value's beginning that are looked at for a program. */
export const headBytes = 256;
/** Shorter values are no program. */
export const programBytesMin = 16;
/** Different oddities kept of one data set. */
const odditiesMax = 8;

const none: readonly Oddity[] = [];

/** What was odd about the values of one data set: each once, words of tables alone. Nearly always nothing. */
export class Oddities {
  private list: Oddity[] | null = null;

  clear(): void {
    this.list = null;
  }

  add(kind: Oddity['kind'], what: string, where: string): void {
    this.list ??= [];
    if (this.list.length >= odditiesMax) return;
    if (this.list.some((one) => one.kind === kind && one.what === what && one.where === where)) return;
    this.list.push({ kind, what, where });
  }

  get all(): readonly Oddity[] {
    return this.list ?? none;
  }
}

/**
 * What in the bytes of an identifier is meant for a file system or a shell, in words; null for nothing. A single slash
 * is none, for accession numbers and national patient numbers have one; nor are letters in a UID, which are merely
 * wrong.
 *
 * text: `..` as a part of a path, a path from the root or a drive, and what runs a command. uid: any slash, and any
 * character that a shell or a page takes for more than itself.
 */
export function pathWords(bytes: Uint8Array, start: number, end: number, uid: boolean): string | null {
  const table = uid ? SUSPECT_IN_UID : SUSPECT_IN_TEXT;
  for (let i = start; i < end; i++) {
    if (table[bytes[i]] === 0) continue;
    // A full stop is one only beside another; a slash in a text only in front.
    if (bytes[i] === FULL_STOP && bytes[i + 1] !== FULL_STOP) continue;
    if (!uid && bytes[i] === SLASH && i > start) continue;
    return pathWordsOf(latin1(bytes, start, end), uid);
  }
  return null;
}

/** The same of text. */
export function pathWordsOf(text: string, uid: boolean): string | null {
  if (/(^|[/\\])\.\.([/\\]|$)/.test(text)) return 'path traversal';
  if (uid && /[/]/.test(text)) return 'path separator';
  if (/^\/[A-Za-z_]+\/|^[A-Za-z]:[/\\]/.test(text)) return 'path from the root';
  if (/`|\$[({]|&&|\|\||[;|] *[a-z]{2}/.test(text)) return 'shell characters';
  if (/<script|<\?php|<iframe/i.test(text)) return 'markup';
  return uid && /[;|&$<>'"(){}\n\r]/.test(text) ? 'shell characters' : null;
}

const FULL_STOP = 0x2e;
const SLASH = 0x2f;
const SUSPECT_IN_TEXT = byteSet('./:`$&|;<');
const SUSPECT_IN_UID = byteSet('./:`$&|;<>\'"(){}\n\r');

/**
 * What kind of program or script a value begins with, in words; null for none. Two letters prove nothing in binary
 * data, so each kind asks for more than its signature. A plain archive is none: vendors keep such things in private
 * elements.
 */
export function programWords(bytes: Uint8Array, start: number, end: number): string | null {
  const from = start;
  if (end - from < programBytesMin) return null;
  switch (bytes[from]) {
    case 0x4d: // MZ
      return bytes[from + 1] === 0x5a && isPortableExecutable(bytes, from, end) ? 'Windows program' : null;
    case 0x7f: // ELF, with a class, a byte order and version 1
      return isElf(bytes, from) ? 'ELF program' : null;
    case 0xfe:
    case 0xce:
    case 0xcf:
      return isMachO(bytes, from) ? 'Mach-O program' : null;
    case 0xca:
      return isFatOrClass(bytes, from) ? 'Mach-O program or Java class' : null;
    case 0x50: // PK
      return isProgramArchive(bytes, from, end) ? 'archive of a program' : null;
    case 0x23: // #!
      return /^#! ?\/[\x20-\x7e\t]+(\r?\n|$)/.test(latin1(bytes, from, end)) ? 'script' : null;
    case 0x3c: // <
    case 0x20:
    case 0x09:
    case 0x0a:
    case 0x0d:
    case 0xef:
      return /^(\xef\xbb\xbf)?\s*<(script[\s>]|\?php\s|%@?\s)/i.test(latin1(bytes, from, end)) ? 'script' : null;
    default:
      return null;
  }
}

/** e_lfanew at 3CH leads to `PE 00 00`, or the stub says that it does not run in DOS. */
function isPortableExecutable(bytes: Uint8Array, from: number, end: number): boolean {
  if (end - from < 0x40) return false;
  const at = bytes[from + 0x3c] | (bytes[from + 0x3d] << 8) | (bytes[from + 0x3e] << 16);
  if (at >= 0x40 && from + at + 4 <= end) {
    const pe = from + at;
    if (bytes[pe] === 0x50 && bytes[pe + 1] === 0x45 && bytes[pe + 2] === 0 && bytes[pe + 3] === 0) return true;
  }
  return latin1(bytes, from, end).includes('DOS mode');
}

function isElf(bytes: Uint8Array, from: number): boolean {
  if (bytes[from + 1] !== 0x45 || bytes[from + 2] !== 0x4c || bytes[from + 3] !== 0x46) return false;
  const [form, order, version] = [bytes[from + 4], bytes[from + 5], bytes[from + 6]];
  return (form === 1 || form === 2) && (order === 1 || order === 2) && version === 1;
}

/** FEEDFACE or FEEDFACF in either order, and a processor that exists: 7 is x86, 12 ARM, 18 PowerPC. */
function isMachO(bytes: Uint8Array, from: number): boolean {
  const big = bytes[from] === 0xfe;
  const [first, last] = big ? [from, from + 3] : [from + 3, from];
  if (bytes[first] !== 0xfe || bytes[big ? from + 1 : from + 2] !== 0xed) return false;
  if (bytes[big ? from + 2 : from + 1] !== 0xfa || (bytes[last] !== 0xce && bytes[last] !== 0xcf)) return false;
  return [7, 12, 18].includes(bytes[big ? from + 7 : from + 4]);
}

/** CAFEBABE: a few architectures, or a version of Java's class format (45 and up). */
function isFatOrClass(bytes: Uint8Array, from: number): boolean {
  if (bytes[from + 1] !== 0xfe || bytes[from + 2] !== 0xba || bytes[from + 3] !== 0xbe) return false;
  if (bytes[from + 4] !== 0 || bytes[from + 5] !== 0) return false;
  const number = (bytes[from + 6] << 8) | bytes[from + 7];
  return number > 0 && number < 80;
}

/** A local file header (PK 03 04) whose first file is a program's, a library's or a script's. */
function isProgramArchive(bytes: Uint8Array, from: number, end: number): boolean {
  if (bytes[from + 1] !== 0x4b || bytes[from + 2] !== 3 || bytes[from + 3] !== 4 || end - from < 31) return false;
  const length = bytes[from + 26] | (bytes[from + 27] << 8);
  const name = latin1(bytes, from + 30, Math.min(end, from + 30 + length));
  return /^META-INF\/|^AndroidManifest\.xml$|\.(exe|dll|scr|bat|cmd|ps1|vbs|js|jse|hta|jar|class|dex|sh|py)$/i.test(
    name,
  );
}

/** What an encapsulated document is by its first bytes, of the kinds that MIME types name. */
export type DocumentForm = 'PDF' | 'XML or HTML' | 'STL' | 'text' | 'archive' | 'JPEG' | 'PNG' | 'other';

/** `head`: its first bytes; `length`: of the whole. */
export function documentForm(bytes: Uint8Array, start: number, end: number, length: number): DocumentForm {
  const head = latin1(bytes, start, Math.min(end, start + 1024));
  // Readers take what stands before it.
  if (head.includes('%PDF-')) return 'PDF';
  if (head.startsWith('PK\x03\x04')) return 'archive';
  if (/^\xff\xd8\xff/.test(head)) return 'JPEG';
  if (/^\x89PNG\r\n/.test(head)) return 'PNG';
  if (/^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*</.test(head.replaceAll('\0', ''))) return 'XML or HTML';
  if (isStl(bytes, start, end, length) || /^\s*solid\b/.test(head)) return 'STL';
  return /^[\s\x20-\x7e\x80-\xff]*$/.test(head.endsWith('\0') ? head.slice(0, -1) : head) ? 'text' : 'other';
}

/** Binary STL: 80 bytes, the number of triangles, 50 bytes for each; padded to even length. */
function isStl(bytes: Uint8Array, start: number, end: number, length: number): boolean {
  if (end - start < 84) return false;
  const at = start + 80;
  const triangles = (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;
  const expected = 84 + 50 * triangles;
  return length === expected || length === expected + 1;
}

/** What a document of this MIME type must be; null where nothing is known of the type. */
export function formsOfMimeType(
  type: string,
): { readonly name: string; readonly forms: readonly DocumentForm[] } | null {
  const name = type.toLowerCase().split(';')[0].trim();
  return Object.hasOwn(MIME, name) ? { name, forms: MIME[name] } : null;
}

const MIME: Readonly<Record<string, readonly DocumentForm[]>> = {
  'application/pdf': ['PDF'],
  'text/xml': ['XML or HTML'],
  'application/xml': ['XML or HTML'],
  'application/hl7-v3+xml': ['XML or HTML'],
  'text/html': ['XML or HTML', 'text'],
  'application/sla': ['STL'],
  'application/vnd.ms-pki.stl': ['STL'],
  'model/stl': ['STL'],
  'model/x.stl-binary': ['STL'],
  'model/obj': ['text'],
  'model/mtl': ['text'],
  'text/plain': ['text', 'XML or HTML', 'STL'],
  'image/jpeg': ['JPEG'],
  'image/png': ['PNG'],
};

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.max(0, end - start)).toString('latin1');
}

function byteSet(characters: string): Uint8Array {
  const set = new Uint8Array(256);
  for (const character of characters) set[character.charCodeAt(0)] = 1;
  return set;
}
