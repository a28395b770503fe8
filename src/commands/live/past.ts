import { type History, noHistory } from '../../model/history.ts';
import { hasHistory, prepareHistory, type StoredHistory, storedHistory } from '../../store/history.ts';
import { openForReading, openStore } from '../../store/store.ts';
import type { Log } from '../log.ts';

/** What was recorded before a sensor began. */
export interface Past {
  readonly history: History;
  close(): void;
}

const none: Past = { history: noHistory, close: () => {} };

/**
 * The past of a store, to be asked while another thread writes on. A store that cannot be opened has none: who writes
 * it tells why.
 */
export function openPast(path: string, log: Log): Past {
  let past: StoredHistory;
  try {
    const store = openStore(path);
    try {
      if (!hasHistory(store.database)) return none;
      prepareHistory(store.database);
    } finally {
      store.close();
    }
    past = storedHistory(openForReading(path), { hold: false, until: Date.now() * 1000 });
  } catch {
    return none;
  }
  let told = false;
  const failed = (error: unknown): void => {
    if (!told) log.error({ err: String(error) }, 'what was recorded before cannot be asked');
    told = true;
  };
  return { history: guarded(past, failed), close: () => past.close() };
}

/** A past that is not answered from while it cannot be read: a disk's failure is no reason to stop listening. */
export function guarded(history: History, failed: (error: unknown) => void): History {
  const safe: Record<string, unknown> = {};
  for (const name of Object.keys(noHistory) as (keyof History)[]) {
    const ask = history[name].bind(history) as (...words: unknown[]) => unknown;
    const nothing = noHistory[name] as (...words: unknown[]) => unknown;
    safe[name] = (...words: unknown[]) => {
      try {
        return ask(...words);
      } catch (error) {
        failed(error);
        return nothing(...words);
      }
    };
  }
  return safe as unknown as History;
}
