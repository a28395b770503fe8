// Proves that each of the programs that may know of the clock is asked, and the first that knows is believed.
import { expect, it } from 'vitest';
import { clock } from '../../src/doctor/clock.ts';
import { examination, machine, type Pretended, said } from './examination.ts';

const timedatectl = 'timedatectl show --property=NTPSynchronized --value';
const chronyc = 'chronyc -n tracking';

it.each<[string, Pretended]>([
  [
    'ok: synchronised, as chronyc says',
    { programs: { [chronyc]: 'Stratum: 2\nLeap status     : Normal\n', [timedatectl]: 'no\n' } },
  ],
  ['warning: not synchronised, as chronyc says', { programs: { [chronyc]: 'Leap status     : Not synchronised\n' } }],
  ['ok: synchronised, as timedatectl says', { programs: { [timedatectl]: 'yes\n' } }],
  ['warning: not synchronised, as timedatectl says', { programs: { [timedatectl]: 'no\n' } }],
  [
    'ok: synchronised, as systemd-timesyncd says',
    { stat: () => ({ kind: 'file', writable: false, mode: 0o700, size: 0 }) },
  ],
  ['warning: nothing here says', { programs: { [timedatectl]: { status: 1, output: 'Failed to connect to bus' } } }],
  ['warning: nothing here says', {}],
])('%s', async (line, pretended) => {
  expect(said(await clock.look(examination({ machine: machine(pretended) })))[0]).toContain(line);
});
