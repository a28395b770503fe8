// Proves that the folder of the store has to be there, to be ours, and to have room for what the quota allows.
import { expect, it } from 'vitest';
import { disk } from '../../src/doctor/disk.ts';
import { examination, machine, type Pretended, said } from './examination.ts';

const GIB = 2 ** 30;
const content = { interfaces: ['eth1'], db: '/nowhere/a.db', store: { quota_mib: 20_480 } };
const folder = { kind: 'folder', writable: true, mode: 0o700, size: 0 } as const;

it.each<[string, Pretended]>([
  [
    'ok: /nowhere: 30720 MiB are free, at most 20480 MiB are used (store.quota_mib)',
    { stat: () => folder, free: () => 30 * GIB },
  ],
  [
    'warning: /nowhere: 10240 MiB are free, and store.quota_mib would take 20480 MiB more → Make room, or store.quota_mib: 8192',
    { stat: () => folder, free: () => 10 * GIB },
  ],
  [
    'error: /nowhere: 100 MiB are free: the oldest records go already',
    { stat: () => folder, free: () => 100 * 2 ** 20 },
  ],
  ['error: /nowhere: there is no such folder → install -d', {}],
  ['error: /nowhere: is no folder', { stat: () => ({ kind: 'file', writable: true, mode: 0o700, size: 0 }) }],
  [
    'error: /nowhere: this user may not write there',
    { stat: () => ({ kind: 'folder', writable: false, mode: 0o700, size: 0 }) },
  ],
])('%s', async (line, pretended) => {
  expect(said(await disk.look(examination({ machine: machine(pretended), content })))[0]).toContain(line);
});
