// Proves that addresses are written as RFC 5952 and other tools write them.
import ipaddr from 'ipaddr.js';
import { expect, it } from 'vitest';
import { addressText, macText } from '../../src/bytes/address.ts';
import { addressBytes } from '../support/address.ts';
import { concat, hex } from '../support/bytes.ts';
import { seeded } from '../support/chunks.ts';

it.each(['0.0.0.0', '10.0.0.1', '255.255.255.255'])('IPv4 %s', (text) => {
  expect(addressText(concat(hex('00000000 00000000 0000ffff'), addressBytes(text)), 4)).toBe(text);
});

// The examples of RFC 5952 section 4 in the form it recommends.
it.each([
  '::',
  '::1',
  '2001:db8::1',
  '2001:db8:0:1:1:1:1:1',
  '2001:0:0:1::1',
  '2001:db8::1:0:0:1',
  'fe80::2:0:3',
  '1::',
  '1:2:3:4:5:6:7:8',
])('IPv6 %s', (text) => {
  expect(addressText(addressBytes(text), 6)).toBe(text);
});

it('IPv6 with zeros in any place is as another library writes it', () => {
  const next = seeded(5952);
  for (let round = 0; round < 2000; round++) {
    const groups = Array.from({ length: 8 }, () => (next() < 0.6 ? 0 : Math.floor(next() * 0x10000)));
    const bytes = Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
    expect(addressText(bytes, 6)).toBe(new ipaddr.IPv6(Array.from(bytes)).toRFC5952String());
  }
});

it('MAC addresses, and none', () => {
  expect(macText(hex('001b213c4d5e'))).toBe('00:1b:21:3c:4d:5e');
  expect(macText(new Uint8Array(6))).toBeNull();
});
