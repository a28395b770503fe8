// Proves that deliveries follow the configuration: begun, left alone, changed and ended.
import { expect, it } from 'vitest';
import { Deliveries } from '../../../src/commands/live/deliveries.ts';
import type { LiveConfig } from '../../../src/config.ts';
import { liveSettingsOf } from '../../../src/settings/live-settings.ts';
import { keptLog } from '../../support/live.ts';

function config(...names: string[]): LiveConfig {
  const sinks = Object.fromEntries(names.map((name) => [name, { kind: 'stdout' as const }]));
  return { ...liveSettingsOf({ db: '/a.db', sinks }, 'host'), file: null };
}

it('begins, opens files anew, changes and ends', async () => {
  const told: string[] = [];
  const log = keptLog();
  const deliveries = new Deliveries(log, ({ path, sinks, from, only }, { failed, removed }) => {
    told.push(`begin ${path} ${sinks.map(({ name }) => name).join(' ')} ${from} ${only}`);
    failed(new Error('x'));
    removed?.(['gone']);
    return {
      wake: () => void told.push('wake'),
      reopen: () => void told.push('reopen'),
      status: () => [],
      stop: async (ms) => {
        told.push(`stop ${ms}`);
        return true;
      },
    };
  });
  await deliveries.use(config());
  deliveries.wake();
  expect([told, deliveries.status()]).toEqual([['begin /a.db  end true', 'wake'], []]);
  told.length = 0;
  await deliveries.use(config('soc'));
  deliveries.wake();
  await deliveries.use(config('soc'));
  await deliveries.use(config('soc', 'file'));
  await deliveries.stop(9);
  await deliveries.stop(9);
  const begin = ['stop 0', 'begin /a.db soc end true', 'wake', 'reopen', 'stop 0', 'begin /a.db soc file end true'];
  expect(told).toEqual([...begin, 'stop 9']);
  expect(log.lines[1]).toMatchObject({ level: 'warn', fields: { sink: 'gone' } });
  expect(log.lines[0]).toMatchObject({ level: 'error', message: 'nothing is delivered any more: a bug' });
});
