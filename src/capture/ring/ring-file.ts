import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import type { Micros } from '../../model/records.ts';
import { type Stamp, spanStatistics } from '../nano-blocks.ts';

/**
 * A file of a ring of evidence: pcapng, named by interface, number and the time of its first packet; all of its packets
 * are of one capture, one after the other, so that frame N of the capture is frame N - `firstFrame` + 1 of the file.
 * That stands in the section header; from when to when it is, in the last block of a file that was closed.
 */
export interface RingFile {
  readonly path: string;
  readonly size: number;
  readonly capture: string;
  readonly firstFrame: number;
  readonly interface: string;
  /** Of the first packet; null where there is none. */
  readonly first: Stamp | null;
  /**
   * Earliest and latest packet, and how many; null where the file was not closed: it is still written, or its writer
   * was killed.
   */
  readonly span: { readonly first: Stamp; readonly last: Stamp; readonly packets: number } | null;
}

/** dumpcap's names, so that every program takes the files of an interface for one ring. */
export function ringFileName(name: string, number: number, { seconds }: Stamp): string {
  const time = new Date(seconds * 1000).toISOString().slice(0, 19).replaceAll(/\D/g, '');
  return `dicomtap-${encodeURIComponent(name)}_${String(number).padStart(5, '0')}_${time}.pcapng`;
}

/** Number of a ring's file by its name; null for a name that is none of ours. */
export function ringFileNumber(name: string): number | null {
  const number = namePattern.exec(name)?.[2];
  return number === undefined ? null : Number(number);
}

/**
 * Time of the first packet of a ring's file by its name, to the second, in µs; null for a name that is none of ours.
 */
export function ringFileTime(name: string): Micros | null {
  const time = namePattern.exec(name)?.[3];
  if (time === undefined) return null;
  const iso = time.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3T$4:$5:$6Z');
  const micros = Date.parse(iso) * 1000;
  return Number.isNaN(micros) ? null : micros;
}

const namePattern = /^dicomtap-([\w.~!'()*%-]+)_(\d{5,15})_(\d{14})\.pcapng$/;

/** What the comment of the section says. */
export function ringComment(capture: string, firstFrame: number): string {
  return `dicomtap ring: capture ${capture}, first frame ${firstFrame}`;
}

const headBytes = 4096;

/** Reads the head and the tail of a file. Null when it is no ring's, or cannot be read. */
export function readRingFile(path: string): RingFile | null {
  const named = namePattern.exec(basename(path));
  if (named === null) return null;
  try {
    const file = openSync(path, 'r');
    try {
      const { size } = fstatSync(file);
      const head = Buffer.alloc(headBytes);
      const length = readSync(file, head, 0, headBytes, 0);
      const tail = Buffer.alloc(Math.min(size, spanBytes));
      readSync(file, tail, 0, tail.length, size - tail.length);
      return parsed(path, named[1], size, head.subarray(0, length), tail);
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
}

function parsed(path: string, name: string, size: number, head: Buffer, tail: Buffer): RingFile | null {
  const told = /dicomtap ring: capture (p[a-z2-7]{26}), first frame (\d{1,10})/.exec(head.toString('latin1'));
  if (told === null || head.readUInt32LE(0) !== 0x0a0d0d0a) return null;
  return {
    path,
    size,
    capture: told[1],
    firstFrame: Number(told[2]),
    interface: decodeURIComponent(name),
    first: firstStamp(head),
    span: spanOf(tail),
  };
}

/** Section header, interface description, packets. */
function firstStamp(head: Buffer): Stamp | null {
  for (let at = 0; at + 28 <= head.length; ) {
    if (head.readUInt32LE(at) === 6) return stampAt(head, at + 12);
    const length = head.readUInt32LE(at + 4);
    if (length < 12) return null;
    at += length;
  }
  return null;
}

const spanBytes = spanStatistics({ seconds: 0, nanos: 0 }, { seconds: 0, nanos: 0 }, 0).length;

/** The block that `spanStatistics` makes: options from offset 20, each of 4 and 8 bytes. */
function spanOf(tail: Buffer): RingFile['span'] {
  if (tail.length < spanBytes || tail.readUInt32LE(0) !== 5 || tail.readUInt32LE(4) !== spanBytes) return null;
  return { first: stampAt(tail, 24), last: stampAt(tail, 36), packets: Number(tail.readBigUInt64LE(48)) };
}

function stampAt(bytes: Buffer, at: number): Stamp {
  const nanos = (BigInt(bytes.readUInt32LE(at)) << 32n) | BigInt(bytes.readUInt32LE(at + 4));
  return { seconds: Number(nanos / 1_000_000_000n), nanos: Number(nanos % 1_000_000_000n) };
}
