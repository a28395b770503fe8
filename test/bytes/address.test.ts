// Proves that addresses are written as RFC 5952 asks, the same as another library writes them.
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { expect, it } from 'vitest';
import { addressText, macText } from '../../src/bytes/address.ts';
import { concat, hex } from '../support/bytes.ts';

it.each([
  ['20010db8000000000000000000000001', '2001:db8::1'],
  ['00000000000000000000000000000000', '::'],
  ['00000000000000000000000000000001', '::1'],
  ['fe800000000000000000000000000000', 'fe80::'],
  ['20010db8000000010001000100010001', '2001:db8:0:1:1:1:1:1'],
  ['20010db8000000000001000000000001', '2001:db8::1:0:0:1'],
  ['20010000000000010000000000000001', '2001:0:0:1::1'],
  ['00010000000000000000000000000000', '1::'],
])('%s is %s', (bytes, text) => {
  expect(addressText(hex(bytes), 6)).toBe(text);
});

it('IPv4 is the last four of sixteen bytes', () => {
  expect(addressText(concat(hex('00000000000000000000ffff'), Uint8Array.of(10, 0, 255, 1)), 4)).toBe('10.0.255.1');
});

it('any IPv6 address is as ipaddr.js writes it', () => {
  const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
  fc.assert(
    fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
      const bytes = Uint8Array.from(groups.flatMap((value) => [value >> 8, value & 0xff]));
      const other = ipaddr.fromByteArray(Array.from(bytes));
      expect(addressText(bytes, 6)).toBe((other as ipaddr.IPv6).toRFC5952String());
    }),
  );
});

it.each([
  ['001b213c4d5e', '00:1b:21:3c:4d:5e'],
  ['000000000000', null],
  ['000000000001', '00:00:00:00:00:01'],
])('MAC %s is %s', (bytes, text) => {
  expect(macText(hex(bytes))).toBe(text);
});
