/** Words of a connection's key: two addresses of four words, both ports, tunnel. */
export const keyWords = 10;

/**
 * A hash that none can make long chains for without its key: the sum of products of halves, each with 16 bits of the
 * key added, is equal for two given keys of connections with a probability of 2^-16 at most (NH of UMAC, RFC 4418).
 */
export function product(word: number, key: number): number {
  return Math.imul(((word >>> 16) + (key >>> 16)) & 0xffff, (word + key) & 0xffff);
}

/** The hash of a sum of products. */
export function mixed(sum: number): number {
  let hash = Math.imul(sum ^ (sum >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return hash ^ (hash >>> 16);
}

/** A word of key for each word of a connection's key. */
export function hashKeyOf(seed: number): Int32Array {
  const key = new Int32Array(keyWords);
  for (let i = 0; i < keyWords; i++) {
    let word = (seed + Math.imul(i + 1, 0x9e3779b9)) | 0;
    word = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
    key[i] = word ^ (word >>> 15);
  }
  return key;
}
