import { cipherSuites } from './tables/cipher-suites.ts';

/** How records look under a suite that does not encrypt: plaintext, and behind it a MAC. */
export interface NullSuite {
  readonly macBytes: number;
  /**
   * TLS 1.3 (RFC 9150): the plaintext ends with its content type and zeros, as all of TLS 1.3. Else the record's own
   * type says it. Encrypt-then-MAC (RFC 7366) is for block ciphers, and would look the same here.
   */
  readonly innerType: boolean;
}

/** What is told of a suite that does not encrypt; null of one that does, or whose MAC is not known. */
export function nullSuite(cipherSuite: number, truncatedMac = false): NullSuite | null {
  const suite = nullSuites.get(cipherSuite) ?? null;
  return suite === null || suite.innerType || !truncatedMac ? suite : { ...suite, macBytes: truncatedMacBytes };
}

const truncatedMacBytes = 10;

const macBytes: Readonly<Record<string, number>> = { MD5: 16, SHA: 20, SHA256: 32, SHA384: 48 };

/** By the registered name's last word, which is the hash of the MAC. */
const nullSuites: ReadonlyMap<number, NullSuite> = new Map(
  cipherSuites.flatMap(([code, name, keyExchange, encryption]) => {
    const bytes = encryption === 'NULL' ? macBytes[name.slice(name.lastIndexOf('_') + 1)] : undefined;
    return bytes === undefined ? [] : [[code, { macBytes: bytes, innerType: keyExchange === 'TLS13' }]];
  }),
);
