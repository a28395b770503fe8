import { u16be, u32be } from '../../bytes/reader.ts';
import { contentType, recordBytesMax } from './messages.ts';
import type { NullSuite } from './null-suite.ts';
import { headerBytes, isHeader } from './plain-records.ts';

/** How records that do not encrypt are read, where the hellos that say so were not seen. */
export interface PlainStep {
  readonly suite: NullSuite;
  /** Of records: 0301H to 0303H. */
  readonly version: number;
}

/**
 * Looks in the middle of a stream for records whose application data is not encrypted, and holds PDUs of DICOM: what a
 * record has behind a PDU, or behind the headers of one, is as long as the MAC of a suite. `tells` judges the plaintext
 * from such a record on. Null when there are none: of a stream that is encrypted only its record headers are looked at.
 */
export function findPlainStep(
  bytes: Uint8Array,
  start: number,
  end: number,
  tells: (plaintext: Uint8Array) => boolean,
): PlainStep | null {
  for (let at = start; at + headerBytes + pduBytes <= end; at++) {
    at = bytes.indexOf(contentType.applicationData, at);
    if (at < 0 || at + headerBytes + pduBytes > end) return null;
    const version = u16be(bytes, at + 1);
    if (version < 0x0301 || version > 0x0303 || !isHeader(bytes, at, version)) continue;
    for (const suite of suitesOf(bytes, at, end)) {
      if (tells(plaintextOf(bytes, at, end, { suite, version }))) return { suite, version };
    }
  }
  return null;
}

/**
 * Whether what begins at `at` lies in a record of application data: directly behind its header, or anywhere in one that
 * the next one follows.
 */
export function isInRecord(bytes: Uint8Array, start: number, end: number, at: number): boolean {
  for (let header = at - headerBytes; header >= Math.max(start, at - headerBytes - recordBytesMax); header--) {
    if (bytes[header] !== contentType.applicationData) continue;
    const version = u16be(bytes, header + 1);
    if (version < 0x0301 || version > 0x0303 || !isHeader(bytes, header, version)) continue;
    if (header + headerBytes === at) return true;
    const next = header + headerBytes + u16be(bytes, header + 3);
    if (next > at && next + headerBytes <= end && isHeader(bytes, next, version)) return true;
  }
  return false;
}

/** Of a PDU: its type and length, PS3.8 section 9.3.1; and of a P-DATA with the header of its first value. */
const pduBytes = 6;
const dataHeaderBytes = 12;
const dataType = 4;
const lastType = 7;

/** HMAC-MD5, -SHA-1, -SHA-256 and -SHA-384, and the truncated one of RFC 6066. */
const macsBytes: readonly number[] = [16, 20, 32, 48, 10];
/** RFC 9150. */
const macs13Bytes: readonly number[] = [32, 48];

/** Suites by which the record at `at` has a MAC behind its PDUs. */
function suitesOf(bytes: Uint8Array, at: number, end: number): NullSuite[] {
  const first = at + headerBytes;
  if (!isPdu(bytes, first)) return [];
  const last = first + u16be(bytes, at + 3);
  const suites: NullSuite[] = [];
  // Some send the headers of a P-DATA, twelve bytes, in a record of their own.
  if (bytes[first] === dataType) suites.push(...suitesBehind(bytes, first + dataHeaderBytes, last, end));
  let pdu = first;
  while (pdu + pduBytes <= Math.min(last, end) && isPdu(bytes, pdu)) {
    pdu += pduBytes + u32be(bytes, pdu + 2);
    suites.push(...suitesBehind(bytes, pdu, last, end));
  }
  return suites;
}

function isPdu(bytes: Uint8Array, at: number): boolean {
  return bytes[at] >= 1 && bytes[at] <= lastType && bytes[at + 1] === 0;
}

/** Suites for which what lies between `at` and `last` is all that follows the plaintext. */
function suitesBehind(bytes: Uint8Array, at: number, last: number, end: number): NullSuite[] {
  if (at > last) return [];
  const suites = macsBytes
    .filter((macBytes) => last - at === macBytes)
    .map((macBytes): NullSuite => ({ macBytes, innerType: false }));
  for (const macBytes of macs13Bytes) {
    if (at >= last - macBytes || last > end || bytes[at] !== contentType.applicationData) continue;
    if (bytes.subarray(at + 1, last - macBytes).every((byte) => byte === 0)) suites.push({ macBytes, innerType: true });
  }
  return suites;
}

/** What the records from `at` on carry, as far as they follow each other. */
function plaintextOf(bytes: Uint8Array, at: number, end: number, { suite, version }: PlainStep): Uint8Array {
  const plain = new Uint8Array(end - at);
  let length = 0;
  for (let record = at; record + headerBytes <= end && isHeader(bytes, record, version); ) {
    const next = record + headerBytes + u16be(bytes, record + 3);
    let last = next - suite.macBytes;
    if (suite.innerType) {
      while (last > record + headerBytes && last <= end && bytes[last - 1] === 0) last--;
      last--;
    }
    if (bytes[record] === contentType.applicationData && last > record + headerBytes) {
      const content = bytes.subarray(record + headerBytes, Math.min(last, end));
      plain.set(content, length);
      length += content.length;
    }
    record = next;
  }
  return plain.subarray(0, length);
}
