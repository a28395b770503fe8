import { joined } from './mutator.ts';
import { Broken } from './target.ts';

/** An input that broke a promise, or threw. */
export interface Crash {
  /** The same for inputs that break in the same way. */
  readonly key: string;
  readonly message: string;
  readonly bytes: Uint8Array;
}

/** What names an error: what it says without its numbers and details, and where it was thrown. */
export function crashKey(error: unknown): string {
  if (error instanceof Broken) return error.message.split(':')[0];
  if (!(error instanceof Error)) return `thrown: ${named(error)}`;
  const place = /at .*?\/((?:src|test)\/[^\s)]+?):\d+/.exec(error.stack ?? '')?.[1] ?? '';
  return `${error.name}: ${error.message.replace(/\d+/g, 'N').slice(0, 80)} ${place}`;
}

export function crashMessage(error: unknown): string {
  if (error instanceof Broken) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : `thrown: ${named(error)}`;
}

/** A smaller input for which `breaks` holds too, in at most `triesMax` tries: pieces left out, bytes made zero. */
export async function minimised(
  bytes: Uint8Array,
  breaks: (bytes: Uint8Array) => Promise<boolean>,
  triesMax = 4000,
): Promise<Uint8Array> {
  let best = bytes;
  let tries = 0;
  const attempt = async (candidate: Uint8Array): Promise<boolean> => {
    if (tries++ >= triesMax || !(await breaks(candidate))) return false;
    best = candidate;
    return true;
  };
  for (let before = -1; before !== best.length && tries < triesMax; ) {
    before = best.length;
    for (let size = Math.ceil(best.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let at = 0; at < best.length && tries < triesMax; ) {
        if (!(await attempt(joined(best.subarray(0, at), best.subarray(at + size))))) at += size;
      }
    }
  }
  for (let at = 0; at < best.length && tries < triesMax; at++) {
    if (best[at] === 0) continue;
    const zeroed = Uint8Array.from(best);
    zeroed[at] = 0;
    await attempt(zeroed);
  }
  return best;
}

function named(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}
