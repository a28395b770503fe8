// Proves that mirrored frames are taken out of all three types of ERSPAN, with session and VLAN noted.
import { describe, expect, it } from 'vitest';
import { Next } from '../../src/decode/packet.ts';
import { carriedText } from '../../src/decode/tunnel.ts';
import { concat, u16 } from '../support/bytes.ts';
import { ethernet } from '../support/link.ts';
import { protocols } from '../support/packet.ts';
import { carriedByIp, erspan1, erspan2, erspan3, gre, greProtocols } from '../support/tunnel.ts';
import { decodeOne, makeDecoder } from './decoding.ts';
import { frame4, frame6, outcome, packetOf, segment, v4, v6 } from './tunnels.ts';

const over = (payload: Uint8Array) => ethernet(carriedByIp(payload, protocols.gre));

describe('ERSPAN', () => {
  it('I has no header', () => {
    expect(decodeOne(over(erspan1(frame4)))).toEqual(segment(['erspan']));
    expect(decodeOne(over(erspan1(frame6)))).toEqual(segment(['erspan']));
    // An address that begins like the header of type II.
    const likeSecond = ethernet(v4, { target: '10:00:00:00:00:01' });
    expect(decodeOne(over(erspan1(likeSecond)))).toEqual(segment(['erspan']));
  });

  it('II has a session and a VLAN, with sequence number and without', () => {
    for (const sequenced of [true, false]) {
      expect(decodeOne(over(erspan2(frame4, 1023, { sequenced })))).toEqual(segment(['erspan:1023']));
      expect(decodeOne(over(erspan2(frame6, 0, { sequenced, vlan: 4095 })))).toEqual(segment(['erspan:0'], [4095]));
    }
  });

  it('III has a frame or a packet, and perhaps a subheader', () => {
    for (const subheader of [true, false]) {
      expect(decodeOne(over(erspan3(frame4, 5, { subheader, vlan: 9 })))).toEqual(segment(['erspan:5'], [9]));
      expect(decodeOne(over(erspan3(v6, 5, { subheader, frameType: 2 })))).toEqual(segment(['erspan:5']));
      expect(decodeOne(over(erspan3(v4, 5, { subheader, frameType: 2 })))).toEqual(segment(['erspan:5']));
    }
  });

  it('keeps the tag inside beside the VLAN outside', () => {
    const tagged = ethernet(v4, { tags: [{ vlan: 7 }] });
    expect(decodeOne(over(erspan2(tagged, 1, { vlan: 8 })))).toEqual(segment(['erspan:1'], [8, 7]));
  });

  it('says nothing of the key of a connection', () => {
    const decoder = makeDecoder();
    decodeOne(over(erspan2(frame4, 9)), { decoder });
    expect(decoder.packet.tunnel).toBe(0);
  });

  it('III of other frames is told by its number', () => {
    const decoder = makeDecoder();
    expect(outcome(over(erspan3(frame4, 5, { frameType: 3 })), { decoder })).toBe(Next.encapsulationUnsupported);
    expect(carriedText(decoder.packet.carrier * 0x10000 + decoder.packet.protocol)).toBe('ERSPAN 0x0003');
    const wrongVersion = gre(concat(u16(0x1000), u16(5), new Uint8Array(8), frame4), {
      protocol: greProtocols.erspan3,
    });
    expect(outcome(over(wrongVersion))).toBe(Next.encapsulationUnsupported);
  });
});

it('a frame that the mirror cut has the length that its IP header says', () => {
  // Proves that a truncating mirror shows a hole of the right size, not a shorter stream.
  const whole = packetOf({ source: '10.0.0.1', target: '10.0.0.2' }, new Uint8Array(1000));
  const whole6 = packetOf({ source: '2001:db8::1', target: '2001:db8::2' }, new Uint8Array(1000));
  for (const bytes of [whole, whole6]) {
    const cut = ethernet(bytes).subarray(0, 200);
    for (const wrapped of [erspan2(cut, 1, { cut: true }), erspan3(cut, 1, { cut: true })]) {
      const decoded = decodeOne(over(wrapped));
      expect([decoded.next, decoded.length]).toEqual([Next.tcp, 1000]);
      expect(decoded.payload.length / 2).toBe(200 - (14 + bytes.length - 1000));
    }
    expect(decodeOne(over(erspan2(cut, 1))).length).toBe(200 - (14 + bytes.length - 1000));
  }
});

it('a header without its end is malformed', () => {
  const whole = erspan3(new Uint8Array(0), 5, { subheader: true });
  for (let length = 8; length < whole.length; length++) {
    expect(outcome(over(whole.subarray(0, length)))).toBe(Next.malformedLink);
  }
});
