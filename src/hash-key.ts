import { createHash, hash, randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { KnownTexts } from './bytes/known-texts.ts';
import { OperatorError } from './model/errors.ts';
import type { KeyedHash } from './protocols/analyzer.ts';

export interface HashKey {
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** Names the key without telling it: the store remembers it, and refuses to mix two. */
  readonly id: string;
}

/**
 * The site's key for hashes of patient, study and instance identifiers: 64 hexadecimal digits in a file of mode
 * 0600. With `make` (the default place) the file is made when it is not there; a file the operator names must be.
 * Throws `hash-key-invalid`.
 */
export function loadHashKey(path: string, make: boolean): HashKey {
  let text = readKey(path);
  if (text === null && make) {
    makeKey(path);
    text = readKey(path);
  }
  if (text === null) throw invalid(`the hash key file ${path} does not exist`);
  if (!/^[0-9a-f]{64}$/i.test(text)) throw invalid(`the hash key file ${path} does not hold 64 hexadecimal digits`);
  const key = Uint8Array.from(Buffer.from(text, 'hex'));
  return { key, id: createHash('sha256').update('dicomtap hash key 1\0').update(key).digest('hex').slice(0, 16) };
}

/** What is wrong with how a key is kept, and what to do; null when it is its owner's alone. */
export function hashKeyWarning(path: string): string | null {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  if ((mode & 0o077) === 0) return null;
  return `the hash key ${path} is open to other users: chmod 600 it`;
}

/**
 * HMAC-SHA-256 over domain, NUL and value, the first 128 bits, or 64. Answers are kept in a bounded table for each
 * domain: the objects of a series repeat patient and study, and stations ask for the same worklist again and again.
 */
export function keyedHash(key: Uint8Array): KeyedHash {
  const known = {
    patient: knownHashes(key, 'patient', patientsMax),
    study: knownHashes(key, 'study'),
    instance: knownHashes(key, 'instance', underWay),
    content: knownHashes(key, 'content', underWay, 16),
  };
  return (domain, bytes, start, end) => known[domain].of(bytes, start, end);
}

/**
 * HMAC-SHA-256 (RFC 2104) of a domain, NUL and values in hexadecimal, by two one-shot hashes: several times faster than
 * an object of `createHmac` for each value. `key` is below the block's 64 bytes.
 */
function knownHashes(key: Uint8Array, domain: string, places = 1024, digits = printed.length): KnownTexts {
  const outer = Buffer.alloc(blockBytes + 32, 0x5c);
  const head = blockBytes + domain.length + 1;
  const inner = Buffer.alloc(head + valueBytesMax, 0x36);
  for (let i = 0; i < key.length; i++) {
    outer[i] ^= key[i];
    inner[i] ^= key[i];
  }
  inner.write(`${domain}\0`, blockBytes, 'latin1');
  /** The inner text by length of the value: views cost more than what they show. */
  const views: Uint8Array[] = [];
  return new KnownTexts((bytes, start, end) => {
    const length = end - start;
    let text: Uint8Array = inner;
    if (length > valueBytesMax) text = Buffer.concat([inner.subarray(0, head), bytes.subarray(start, end)]);
    else {
      views[length] ??= inner.subarray(0, head + length);
      text = views[length];
      for (let i = 0; i < length; i++) text[head + i] = bytes[start + i];
    }
    outer.write(hash('sha256', text, 'binary'), blockBytes, 'latin1');
    // Printed anew: a slice would keep all 64 digits alive for as long as a hash is remembered.
    printed.write(hash('sha256', outer, 'hex'), 0, digits, 'latin1');
    return printed.toString('latin1', 0, digits);
  }, places);
}

/** A worklist names the patients of days again and again: some 2 MB once they are as many. */
const patientsMax = 16_384;
/**
 * An object is named by its request, its data set and its response, and then no more: as many are kept as are under way
 * at once.
 */
const underWay = 64;
/** Of SHA-256. */
const blockBytes = 64;
/** Longer values are no identifiers. */
const valueBytesMax = 514;
/** Used again each time. */
const printed = Buffer.alloc(32);

function readKey(path: string): string | null {
  try {
    return readFileSync(path, 'latin1').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw invalid(`the hash key file ${path} cannot be read (${(error as NodeJS.ErrnoException).code})`, error);
  }
}

/**
 * Written beside its place and linked into it: two first runs at once agree on one key, and no run sees half of one.
 */
function makeKey(path: string): void {
  const draft = `${path}.${process.pid}`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const file = openSync(draft, 'wx', 0o600);
    try {
      writeSync(file, `${randomBytes(32).toString('hex')}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    linkSync(draft, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST') throw invalid(`the hash key file ${path} cannot be made (${code})`, error);
  } finally {
    removeQuietly(draft);
  }
}

function removeQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {}
}

function invalid(sentence: string, cause?: unknown): OperatorError {
  return new OperatorError(
    'hash-key-invalid',
    sentence,
    'Name another file with --hash-key FILE, or make one: openssl rand -hex 32 > FILE; chmod 600 FILE.',
    cause,
  );
}
