import { concat, hex, u16 } from './bytes.ts';

/** An IPv4 (`10.0.0.1`) or IPv6 (`2001:db8::1`) address as 4 or 16 bytes. */
export function addressBytes(address: string): Uint8Array {
  if (!address.includes(':')) return Uint8Array.from(address.split('.'), Number);
  const [head, tail] = address.split('::');
  const front = groups(head);
  const back = tail === undefined ? [] : groups(tail);
  const zeros = new Array<number>(tail === undefined ? 0 : 8 - front.length - back.length).fill(0);
  return concat(...[...front, ...zeros, ...back].map(u16));
}

function groups(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}

/** A MAC address such as `02:00:00:00:00:01`. */
export function macBytes(mac: string): Uint8Array {
  return hex(mac.replaceAll(':', ''));
}
