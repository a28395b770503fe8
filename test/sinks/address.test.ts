// Proves that an address of a collector is host and port, or nothing.
import { expect, it } from 'vitest';
import { hostPort } from '../../src/sinks/address.ts';

it('an address has a host and a port', () => {
  expect(hostPort('[::1]:514')).toEqual({ host: '::1', port: 514 });
  expect(hostPort('siem.example.org:6514')).toEqual({ host: 'siem.example.org', port: 6514 });
  for (const wrong of ['siem', 'siem:0', 'siem:65536', '::1:514', 'a b:1', ':1']) expect(hostPort(wrong)).toBeNull();
});
