import type { LiveSettings } from './live-settings.ts';

/** Settings that a running sensor cannot change, by their keys in the file. `capture` is in what interfaces come to. */
const atRestart: Readonly<Record<string, (settings: LiveSettings) => unknown>> = {
  sensor: ({ sensor }) => sensor,
  interfaces: ({ interfaces }) => interfaces,
  user: ({ user }) => user,
  db: ({ database }) => database,
  hash_key: ({ hashKey }) => hashKey,
  watchdog_seconds: ({ watchdogSeconds }) => watchdogSeconds,
  workers: ({ workers }) => workers,
  limits: ({ limits }) => limits,
};

/** Keys of settings that are said to be otherwise now, and will be only after the next start. */
export function waitingForRestart(running: LiveSettings, asked: LiveSettings): string[] {
  return Object.entries(atRestart).flatMap(([key, of]) => {
    return JSON.stringify(of(running)) === JSON.stringify(of(asked)) ? [] : [key];
  });
}

/**
 * What a sensor that runs by `running` runs by when it was asked to reload: what is `asked` for, as far as it can be.
 */
export function reloaded<Settings extends LiveSettings>(running: Settings, asked: Settings): Settings {
  const { sensor, interfaces, user, database, hashKey, watchdogSeconds, workers, limits } = running;
  return { ...asked, sensor, interfaces, user, database, hashKey, watchdogSeconds, workers, limits };
}
