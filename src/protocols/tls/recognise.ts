import type { Recognise } from '../analyzer.ts';

/**
 * TLS by its first record, RFC 8446 section 5.1 and 4:
 *    0   1  content type, 16H handshake
 *    1   2  version, 0300H to 0304H
 *    3   2  length of the record, 1 to 16384
 *    5   1  handshake type, 1 client hello or 2 server hello
 *    6   3  length of the hello
 *    9   2  version, 0300H to 0304H
 *
 * A hello may run over several records, and a record of a server hello may hold further messages; a client hello
 * is alone in its record. The six bytes from 5 on may themselves be spread over records.
 */
export const recogniseTls: Recognise = (bytes, start, end) => {
  let at = start;
  let seen = 0;
  let type = 0;
  let length = 0;
  let spread = false;
  while (at < end) {
    const record = recordLength(bytes, at, end);
    if (record < 1) return record === 0 ? 'more' : 'no';
    const first = seen;
    const stop = Math.min(end, at + 5 + record);
    for (at += 5; at < stop; at++, seen++) {
      const byte = bytes[at];
      if (seen === 0) type = byte;
      else if (seen < 4) length = (length << 8) | byte;
      else if (seen === 4 && byte !== 3) return 'no';
      else if (seen === 5) return byte <= 4 ? 'yes' : 'no';
      if (seen === 0 && type !== 1 && type !== 2) return 'no';
      if (seen === 3 && !lengthAgrees(type, length, record - (seen - first) - 1, spread)) return 'no';
    }
    spread = true;
  }
  return 'more';
};

/** The shortest hellos: version, random, session, one suite; a client's compression methods too. */
const clientHelloBytesMin = 41;
const serverHelloBytesMin = 38;
/** No hello comes near this. */
const helloBytesMax = 65_536;
const recordBytesMax = 16_384;

/** Length of the record that begins at `at`; 0 while its header is short, -1 when it is none of a handshake. */
function recordLength(bytes: Uint8Array, at: number, end: number): number {
  if (bytes[at] !== 0x16) return -1;
  if (at + 1 < end && bytes[at + 1] !== 3) return -1;
  if (at + 2 < end && bytes[at + 2] > 4) return -1;
  if (at + 5 > end) return 0;
  const length = (bytes[at + 3] << 8) | bytes[at + 4];
  return length >= 1 && length <= recordBytesMax ? length : -1;
}

/** Whether a hello of `length` fits a record with `left` bytes after the message's header. */
function lengthAgrees(type: number, length: number, left: number, spread: boolean): boolean {
  if (length > helloBytesMax) return false;
  if (type === 2) return length >= serverHelloBytesMin;
  return length >= clientHelloBytesMin && (length >= left || spread);
}
