import { basename, dirname } from 'node:path';

/** A file as grouping needs it: its name, and the time of its first packet (null when it has none). */
export interface Dated {
  readonly path: string;
  readonly firstTime: PacketTime | null;
}

/** A packet's time stamp: seconds since 1970 and nanoseconds. */
export interface PacketTime {
  readonly seconds: number;
  readonly nanos: number;
}

/**
 * Files into series: the files of one capture ring belong together, in the order in which they were written; any
 * other file is a series of its own. Series keep the order of their first files' arguments.
 *
 * Rings are told by name, in one folder: dumpcap's `stem_00001_20260101120000.pcapng` (and its other order),
 * tcpdump's -C and -W (`stem.pcap`, `stem.pcap1`, `stem07`) and -G (a time stamp anywhere in the name), editcap's
 * pieces, logrotate's `stem.pcap.1`; each also compressed.
 */
export function groupSeries<File extends Dated>(files: readonly File[]): File[][] {
  const rings = new Map<string, Member<File>[]>();
  for (const file of files) {
    const name = ringName(file.path);
    const key = `${dirname(file.path)}\0${name.stem}`;
    const ring = rings.get(key);
    if (ring === undefined) rings.set(key, [{ file, name }]);
    else ring.push({ file, name });
  }
  return [...rings.values()].map(inOrder);
}

export interface RingName {
  /** The name without what changes from file to file. */
  readonly stem: string;
  readonly number: number | null;
  /** Digits of the time stamp in the name. */
  readonly stamp: string | null;
}

/**
 * The parts of a ring file's name. A name without any is a stem alone, which is also a ring's first file (tcpdump -C).
 */
export function ringName(path: string): RingName {
  let name = path === '-' ? '\0' : basename(path).replace(/\.(gz|zst|zstd)$/i, '');
  const stamp = stampPattern.exec(name)?.[0] ?? null;
  if (stamp !== null) name = name.replace(stamp, '*');
  const number = (stamp !== null ? besideStamp.exec(name) : null) ?? atEnd.exec(name);
  if (number === null) return { stem: name, number: null, stamp: digits(stamp) };
  const stem = name.slice(0, number.index) + name.slice(number.index + number[0].length);
  return { stem, number: Number(number[1] ?? number[2]), stamp: digits(stamp) };
}

/** A date, with a time or without, in the spellings of strftime that people use; or seconds since 1970. */
const stampPattern =
  /(?<!\d)(?:(?:19|20)\d\d([-_.]?)[01]\d\1[0-3]\d(?:[T_\-. ]?[0-2]\d[-_:.h]?[0-5]\d(?:[-_:.m]?[0-6]\d)?)?(?:Z|[+-]\d{4})?|1\d{9})(?!\d)/;

/** dumpcap's number, five digits or more: `_00001_*` or `_*_00001`. */
const besideStamp = /(?<=\*)_(\d{5,9})(?=\.|$)|_(\d{5,9})(?=_\*)/;

/** tcpdump's and logrotate's number at the end: `.pcap3`, `.pcap.3`, `stem07`. */
const atEnd = /\.?(\d{1,9})$/;

function digits(stamp: string | null): string | null {
  return stamp === null ? null : stamp.replace(/\D/g, '');
}

interface Member<File> {
  readonly file: File;
  readonly name: RingName;
}

/**
 * Numbers start again when a ring is full or its recorder is restarted, so order is that of the first packets.
 * Only where number and time stamp of all names agree are they believed instead: they hold when the recorder's
 * clock was set back.
 */
function inOrder<File extends Dated>(ring: Member<File>[]): File[] {
  const byNumber = [...ring].sort((a, b) => (a.name.number ?? -1) - (b.name.number ?? -1));
  const agree = byNumber.every(
    ({ name }, i) =>
      name.number !== null &&
      name.stamp !== null &&
      (i === 0 || (byNumber[i - 1].name.number !== name.number && (byNumber[i - 1].name.stamp ?? '') <= name.stamp)),
  );
  const ordered = agree ? byNumber : byNumber.sort((a, b) => compareTimes(a.file.firstTime, b.file.firstTime));
  return ordered.map((member) => member.file);
}

/** Before, after or at the same time; what has no time comes last. */
function compareTimes(a: PacketTime | null, b: PacketTime | null): number {
  if (a === null || b === null) return (a === null ? 1 : 0) - (b === null ? 1 : 0);
  return a.seconds - b.seconds || a.nanos - b.nanos;
}
