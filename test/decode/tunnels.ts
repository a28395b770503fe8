import { Next } from '../../src/decode/packet.ts';
import { counting } from '../support/bytes.ts';
import { ethernet } from '../support/link.ts';
import { ip, tcp } from '../support/packet.ts';
import { type Decoded, type DecodingOptions, decodeOne, hexOf } from './decoding.ts';

/** What tunnels carry in tests: a segment over either version of IP, and its payload. */
export const payload = counting(33);
export const v4 = packetOf({ source: '10.0.0.1', target: '192.168.7.9' });
export const v6 = packetOf({ source: '2001:db8::1', target: 'fe80::2:0:3' });
export const frame4 = ethernet(v4, { source: '02:00:00:00:00:0a', target: '02:00:00:00:00:0b' });
export const frame6 = ethernet(v6, { source: '02:00:00:00:00:0a', target: '02:00:00:00:00:0b' });

export function packetOf(ends: { source: string; target: string }, bytes = payload): Uint8Array {
  return ip(tcp(bytes, { ...ends, sourcePort: 50_000, targetPort: 104, sequence: 7, flags: 'PA' }), ends);
}

/** The segment, out of these tunnels and tags. */
export function segment(tunnel: readonly string[], vlans: readonly number[] = []): Decoded {
  const found = {
    sequence: 7,
    ports: [50_000, 104] as [number, number],
    payload: hexOf(payload),
    length: payload.length,
  };
  return { next: Next.tcp, ...found, vlans: [...vlans], tunnel: [...tunnel] };
}

/** What becomes of a frame. */
export function outcome(frame: Uint8Array, options: DecodingOptions = {}): number {
  return decodeOne(frame, options).next;
}
