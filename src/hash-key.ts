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
 * HMAC-SHA-256 over domain, NUL and value, the first 128 bits. The answer before is kept for each domain: the
 * objects of a series repeat patient and study.
 */
export function keyedHash(key: Uint8Array): KeyedHash {
  const hmac = hmacSha256(key);
  const last = { patient: makeMemo(), study: makeMemo(), instance: makeMemo() };
  return (domain, bytes) => {
    const memo = last[domain];
    if (isSame(memo, bytes)) return memo.hash;
    const hashed = hmac(domain, bytes).slice(0, 32);
    if (bytes.length <= memo.bytes.length) {
      memo.bytes.set(bytes);
      memo.length = bytes.length;
      memo.hash = hashed;
    }
    return hashed;
  };
}

/**
 * HMAC-SHA-256 (RFC 2104) of domain, NUL and value in hexadecimal, by two one-shot hashes: several times faster than an
 * object of `createHmac` for each value. `key` is below the block's 64 bytes.
 */
function hmacSha256(key: Uint8Array): (domain: string, bytes: Uint8Array) => string {
  const outer = Buffer.alloc(64 + 32, 0x5c);
  let inner = Buffer.alloc(64 + 512, 0x36);
  for (let i = 0; i < key.length; i++) {
    outer[i] ^= key[i];
    inner[i] ^= key[i];
  }
  return (domain, bytes) => {
    const length = 64 + domain.length + 1 + bytes.length;
    if (length > inner.length) inner = Buffer.concat([inner.subarray(0, 64)], 2 * length);
    const at = 64 + inner.write(`${domain}\0`, 64, 'latin1');
    inner.set(bytes, at);
    outer.write(hash('sha256', inner.subarray(0, length), 'hex'), 64, 'hex');
    return hash('sha256', outer, 'hex');
  };
}

interface Memo {
  readonly bytes: Uint8Array;
  /** -1 while there is none. */
  length: number;
  hash: string;
}

function makeMemo(): Memo {
  return { bytes: new Uint8Array(256), length: -1, hash: '' };
}

function isSame(memo: Memo, bytes: Uint8Array): boolean {
  if (memo.length !== bytes.length) return false;
  for (let i = 0; i < bytes.length; i++) if (memo.bytes[i] !== bytes[i]) return false;
  return true;
}

function readKey(path: string): string | null {
  try {
    return readFileSync(path, 'latin1').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw invalid(`the hash key file ${path} cannot be read (${(error as NodeJS.ErrnoException).code})`, error);
  }
}

/** Written beside its place and linked into it: two first runs at once agree on one key, and no run sees half of one. */
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
