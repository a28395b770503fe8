// Proves that an interface's counters are read as numbers, and that one that is not there has none.
import { expect, it } from 'vitest';
import { countersOf } from '../../src/doctor/counters.ts';
import { machine } from './examination.ts';

const folder = '/sys/class/net/eth1/statistics';

it('reads them', () => {
  const folders = { [folder]: ['rx_bytes', 'rx_odd', 'rx_gone'] };
  const files = { [`${folder}/rx_bytes`]: '123\n', [`${folder}/rx_odd`]: 'x\n' };
  expect(countersOf('eth1', machine({ folders, files }))).toEqual({ rx_bytes: 123 });
  expect(countersOf('eth1', machine())).toBeNull();
});
