// Proves that the hash key is made once and kept private, and that hashes are what they claim.
import { createHmac } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyedHash, loadHashKey } from '../src/hash-key.ts';
import { OperatorError } from '../src/model/errors.ts';
import type { KeyedHash } from '../src/protocols/analyzer.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dicomtap-key-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the hash key', () => {
  it('is made at the first run, for its owner alone, and the same ever after', () => {
    // Proves that a key is made once, with mode 0600, and that nothing is left beside it.
    const path = join(folder, 'dicomtap', 'hash.key');
    const first = loadHashKey(path, true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'latin1')).toMatch(/^[0-9a-f]{64}\n$/);
    expect(loadHashKey(path, true)).toEqual(first);
    expect(readdirSync(join(folder, 'dicomtap'))).toEqual(['hash.key']);
  });

  it('is another in another place, and so is its id', () => {
    // Proves that keys are random, and that ids tell them apart without telling them.
    const [a, b] = ['a', 'b'].map((name) => loadHashKey(join(folder, name), true));
    expect(a.id).not.toBe(b.id);
    expect(Buffer.from(a.key).toString('hex')).not.toContain(a.id);
  });

  it('is not made where the operator names one', () => {
    // Proves that a misspelt name does not start a new key.
    expect(() => loadHashKey(join(folder, 'none'), false)).toThrow(OperatorError);
  });

  it.each(['', 'secret', '0'.repeat(63), `${'0'.repeat(64)}0`, 'g'.repeat(64)])(
    'is refused when it is "%s"',
    (text) => {
      // Proves that a short key is no key.
      writeFileSync(join(folder, 'k'), text);
      expect(() => loadHashKey(join(folder, 'k'), true)).toThrow(/64 hexadecimal digits/);
    },
  );

  it('cannot be made below a file', () => {
    // Proves that an unwritable home is an error of the operator.
    writeFileSync(join(folder, 'file'), '');
    expect(() => loadHashKey(join(folder, 'file', 'hash.key'), true)).toThrow(OperatorError);
  });
});

describe('keyed hashes', () => {
  const key = new Uint8Array(32).fill(7);
  const whole = (hash: KeyedHash) => (domain: Parameters<KeyedHash>[0], bytes: Uint8Array) =>
    hash(domain, bytes, 0, bytes.length);
  const expected = (domain: string, value: string): string =>
    createHmac('sha256', key).update(`${domain}\0${value}`).digest('hex').slice(0, 32);

  it('are HMAC-SHA-256 over domain and value, also when values repeat and come back', () => {
    // Proves the definition, and that the memory of the last value never answers for another.
    const hash = whole(keyedHash(key));
    for (const value of ['A', 'A', 'B', 'A', '', 'A', 'x'.repeat(300), 'x'.repeat(300), 'A', 'AB'])
      for (const domain of ['patient', 'study', 'instance'] as const)
        expect(hash(domain, Buffer.from(value))).toBe(expected(domain, value));
    // Of a checksum half of it is enough.
    expect(hash('content', Buffer.from('A'))).toBe(expected('content', 'A').slice(0, 16));
  });

  it('do not keep the memory they were given', () => {
    // Proves that a reused buffer does not change the answer.
    const hash = whole(keyedHash(key));
    const bytes = Buffer.from('AAA');
    hash('patient', bytes);
    bytes.fill(0x42);
    expect(hash('patient', bytes)).toBe(expected('patient', 'BBB'));
  });
});
