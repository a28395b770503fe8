// Proves which settings a reload applies, that the others are named and stay as they were, and that the table says the
// same.
import { expect, it } from 'vitest';
import { liveSettingsOf } from '../../src/settings/live-settings.ts';
import { reloaded, waitingForRestart } from '../../src/settings/reload.ts';
import type { SettingsContent } from '../../src/settings/schema.ts';
import { settingsTable } from '../../src/settings/settings-table.ts';

/** For each setting another value. */
const others: Readonly<Record<string, SettingsContent>> = {
  sensor: { sensor: 'other' },
  interfaces: { interfaces: ['eth2'] },
  'capture.engine': { capture: { engine: 'dumpcap' } },
  'capture.ring_mib': { capture: { ring_mib: 512 } },
  'capture.filter': { capture: { filter: 'tcp' } },
  'capture.socket': { capture: { socket: '/run/%i' } },
  user: { user: 'x' },
  policy: { policy: '/p' },
  db: { db: '/d/a.db' },
  hash_key: { hash_key: '/k' },
  log: { log: 'warn' },
  'store.retention_days': { store: { retention_days: 1 } },
  'store.quota_mib': { store: { quota_mib: 100 } },
  'metrics.listen': { metrics: { listen: 'off' } },
  'metrics.remote': { metrics: { listen: '192.0.2.1:1', remote: true } },
  sinks: { sinks: { soc: { kind: 'stdout' } } },
  'evidence.dir': { evidence: { dir: '/e' } },
  'evidence.size_mib': { evidence: { dir: '/e', size_mib: 5 } },
  watchdog_seconds: { watchdog_seconds: 0 },
  workers: { workers: 2 },
  limits: { limits: { connectionsMax: 1000 } } as SettingsContent,
};

const running = liveSettingsOf({ interfaces: ['eth1'] }, 'host');

it.each(settingsTable.map(({ path, applied }) => [path.join('.'), applied] as const))('%s: %s', (key, applied) => {
  const asked = liveSettingsOf({ interfaces: ['eth1'], ...others[key] }, 'host');
  expect(asked).not.toEqual(running);
  if (applied === 'reload') {
    expect([waitingForRestart(running, asked), reloaded(running, asked)]).toEqual([[], asked]);
    return;
  }
  const [top] = key.split('.');
  expect(waitingForRestart(running, asked)).toContain(top === 'capture' ? 'interfaces' : top);
  // The key of the hashes stands beside the store by default.
  expect(reloaded(running, asked)).toEqual(running);
});
