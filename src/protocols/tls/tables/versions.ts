/**
 * Protocol versions as hellos write them, RFC 8446 section 4.1.2 and those before; and JA4's two characters for each.
 */
export const versions: readonly (readonly [code: number, name: string, ja4: string])[] = [
  [0x0002, 'SSL 2.0', 's2'],
  [0x0300, 'SSL 3.0', 's3'],
  [0x0301, 'TLS 1.0', '10'],
  [0x0302, 'TLS 1.1', '11'],
  [0x0303, 'TLS 1.2', '12'],
  [0x0304, 'TLS 1.3', '13'],
];
