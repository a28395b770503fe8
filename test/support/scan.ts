import type { DataSet } from '../../src/model/facts.ts';
import { limits as defaultLimits, type Limits } from '../../src/model/limits.ts';
import type { KeyedHash } from '../../src/protocols/analyzer.ts';
import { DataSetScanner } from '../../src/protocols/dicom/dataset.ts';
import { attributes } from '../../src/protocols/dicom/tables/attributes.ts';

/** A hash that shows what it was given. */
export const openHash: KeyedHash = (domain, bytes, start, end) =>
  `${domain}:${Buffer.from(bytes).toString('latin1', start, end)}`;

export interface ScanOptions {
  readonly transferSyntax?: string | null;
  readonly proposed?: readonly string[];
  readonly chunk?: number;
  /** Bytes `from` to `to` are never seen. */
  readonly hole?: readonly [from: number, to: number];
  readonly how?: 'last' | 'cut';
  readonly reveal?: boolean;
  readonly limits?: Partial<Limits>;
  readonly visit?: (tag: number, vr: string, length: number, depth: number) => void;
}

/** Scans a data set in pieces of `chunk` bytes, each in memory of its own that is wiped afterwards. */
export function scan(dataSet: Uint8Array, options: ScanOptions = {}): DataSet {
  const scanner = new DataSetScanner({
    transferSyntax: options.transferSyntax === undefined ? '1.2.840.10008.1.2.1' : options.transferSyntax,
    ...(options.proposed && { proposed: options.proposed }),
    hash: openHash,
    limits: { ...defaultLimits, ...options.limits },
    reveal: options.reveal ?? false,
    ...(options.visit && { visit: options.visit }),
  });
  const [from, to] = options.hole ?? [dataSet.length, dataSet.length];
  feed(scanner, dataSet.subarray(0, from), options.chunk);
  if (to > from) scanner.gap(to - from);
  feed(scanner, dataSet.subarray(to), options.chunk);
  scanner.finish(options.how ?? 'last');
  return { ...scanner.take(0, 1, true) };
}

function feed(scanner: DataSetScanner, bytes: Uint8Array, chunk = bytes.length): void {
  for (let at = 0; at < bytes.length; at += chunk) {
    const piece = Uint8Array.from(bytes.subarray(at, at + chunk));
    scanner.data(piece, 0, piece.length);
    piece.fill(0xee);
  }
}

/** What was shown, by keyword: counts, or with `--reveal` values. */
export function shownCounts(scanned: DataSet): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { attribute, count } of scanned.shown) {
    const { keyword } = attributes[attribute];
    counts[keyword] = (counts[keyword] ?? 0) + count;
  }
  return counts;
}

export function revealedValues(scanned: DataSet): Record<string, (string | null)[]> {
  const values: Record<string, (string | null)[]> = {};
  for (const { attribute, value } of scanned.shown) {
    const { keyword } = attributes[attribute];
    values[keyword] = [...(values[keyword] ?? []), value];
  }
  return values;
}
