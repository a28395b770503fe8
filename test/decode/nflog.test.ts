// Proves that packets are found in messages of the netfilter log of either byte order, and that broken lengths end
// them.
import { expect, it } from 'vitest';
import { Next } from '../../src/decode/packet.ts';
import { concat, hex } from '../support/bytes.ts';
import { linkTypes } from '../support/link.ts';
import { nflog } from '../support/tunnel.ts';
import { decodeOne } from './decoding.ts';
import { outcome, segment, v4, v6 } from './tunnels.ts';

const linkType = linkTypes.nflog;

it.each(['little', 'big'] as const)('the packet is the attribute of type 9: %s endian', (order) => {
  for (const packet of [v4, v6]) expect(decodeOne(nflog(packet, order), { linkType })).toEqual(segment([]));
});

it('a message without a packet, or of another family, carries no IP', () => {
  expect(outcome(nflog(v4).subarray(0, 16), { linkType })).toBe(Next.malformedLink); // cut
  expect(outcome(hex('02 00 00 1e 08 00 01 00 08 00 03 00'), { linkType })).toBe(Next.networkUnsupported);
  const bridge = nflog(v4);
  bridge[0] = 7;
  expect(outcome(bridge, { linkType })).toBe(Next.networkUnsupported);
});

it('another version and lengths that lead nowhere are malformed', () => {
  const version = nflog(v4);
  version[1] = 1;
  expect(outcome(version, { linkType })).toBe(Next.malformedLink);
  for (const length of ['00 00', '03 00', 'ff ff']) {
    expect(outcome(concat(hex('02 00 00 1e'), hex(length), hex('01 00 08 00 03 00')), { linkType })).toBe(
      Next.malformedLink,
    );
  }
});

it('cut anywhere is malformed before the packet, and by its layer after', () => {
  const whole = nflog(v4);
  const before = whole.length - v4.length - ((4 - (v4.length % 4)) % 4);
  for (let length = 0; length < before; length++) {
    expect([length, outcome(whole, { linkType, snapLength: length })]).toEqual([length, Next.malformedLink]);
  }
  expect(outcome(whole, { linkType, snapLength: before + 19 })).toBe(Next.malformedNetwork);
  expect(outcome(whole, { linkType, snapLength: before + 39 })).toBe(Next.malformedTransport);
});
