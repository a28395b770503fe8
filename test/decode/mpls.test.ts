// Proves that what follows a label stack is told by its bytes: IP, or a frame with or without control word.
import { describe, expect, it } from 'vitest';
import { Next } from '../../src/decode/packet.ts';
import { carriedText } from '../../src/decode/tunnel.ts';
import { concat, counting, u8, u32 } from '../support/bytes.ts';
import { ethernet } from '../support/link.ts';
import { carriedByIp, controlWord, mpls } from '../support/tunnel.ts';
import { decodeOne, makeDecoder } from './decoding.ts';
import { frame4, frame6, outcome, segment, v4, v6 } from './tunnels.ts';

const over = (payload: Uint8Array, etherType = 0x8847) => ethernet(payload, { etherType });

describe('a label stack', () => {
  it.each([[[0]], [[16, 17]], [Array.from({ length: 20 }, (_, i) => 0xfffff - i)]])('of %j carries IP', (labels) => {
    for (const bytes of [v4, v6]) {
      expect(decodeOne(over(mpls(bytes, labels)))).toEqual(segment(['mpls']));
      expect(decodeOne(over(mpls(bytes, labels), 0x8848))).toEqual(segment(['mpls']));
      expect(decodeOne(ethernet(carriedByIp(mpls(bytes, labels), 137)))).toEqual(segment(['mpls']));
    }
  });

  it('behind a tag, and before one', () => {
    const tagged = ethernet(v4, { tags: [{ vlan: 7 }] });
    const both = ethernet(mpls(tagged, [3]), { tags: [{ vlan: 9 }], etherType: 0x8847 });
    expect(decodeOne(both)).toEqual(segment(['mpls'], [9, 7]));
  });

  it('without its bottom, or with nothing below, is malformed', () => {
    expect(outcome(over(concat(u32(0x10000), u32(0x20000))))).toBe(Next.malformedLink);
    expect(outcome(over(mpls(new Uint8Array(0), [1])))).toBe(Next.malformedLink);
    expect(outcome(over(mpls(v4, [1])), { snapLength: 17 })).toBe(Next.malformedLink);
  });
});

describe('a pseudowire', () => {
  const addresses = [
    '00:1b:21:00:00:01',
    '02:00:00:00:00:01',
    '10:00:00:00:00:01',
    '45:00:00:28:00:01',
    '60:00:00:00:00:01',
    'fe:00:00:00:00:01',
  ];

  it.each(addresses)('to %s, with control word and without', (target) => {
    for (const packet of [v4, v6]) {
      const frame = ethernet(packet, { target });
      expect(decodeOne(over(mpls(frame, [16])))).toEqual(segment(['mpls']));
      expect(decodeOne(over(mpls(controlWord(frame), [16])))).toEqual(segment(['mpls']));
    }
  });

  it('carries frames without IP, too', () => {
    const arp = ethernet(counting(28), { etherType: 0x0806, target: '00:00:00:00:00:01' });
    expect(outcome(over(mpls(arp, [16])))).toBe(Next.networkUnsupported);
    expect(outcome(over(mpls(controlWord(arp), [16])))).toBe(Next.networkUnsupported);
  });

  it('gives the addresses of its frame', () => {
    const decoder = makeDecoder();
    for (const frame of [frame4, frame6]) {
      decodeOne(over(mpls(controlWord(frame), [16])), { decoder });
      expect(decoder.packet.frameBytes[decoder.packet.macAt + 11]).toBe(0x0a);
    }
  });
});

it('what begins like none of these is told by its first nibble', () => {
  const decoder = makeDecoder();
  expect(outcome(over(mpls(concat(u8(0x90), counting(30)), [16])), { decoder })).toBe(Next.encapsulationUnsupported);
  expect(carriedText(decoder.packet.carrier * 0x10000 + decoder.packet.protocol)).toBe('MPLS 0x0009');
});
