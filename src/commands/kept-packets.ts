import { ringFileTime } from '../capture/ring/ring-file.ts';
import { ringEntries } from '../capture/ring/ring-folder.ts';
import type { Micros } from '../model/records.ts';

/** A ring of packets as anybody finds it who may read its folder. */
export interface KeptPackets {
  readonly folder: string;
  readonly bytes: number;
  /** First packet of the oldest file, to the second; null while there is none. */
  readonly oldest: Micros | null;
}

/** Folder that the command line of a live run (its words) has packets kept in; null where it says nothing of it. */
export function ringNamedBy(words: readonly string[]): string | null {
  const at = words.findIndex((word) => word === '--ring' || word.startsWith('--ring='));
  if (at < 0) return null;
  return words[at] === '--ring' ? (words[at + 1] ?? null) : words[at].slice('--ring='.length);
}

/** Null where the folder cannot be read: it is the sensor's alone. */
export function keptPackets(folder: string): KeptPackets | null {
  try {
    const entries = ringEntries(folder).filter(({ size }) => size > 0);
    const bytes = entries.reduce((sum, { size }) => sum + size, 0);
    return { folder, bytes, oldest: entries.length === 0 ? null : ringFileTime(entries[0].name) };
  } catch {
    return null;
  }
}
