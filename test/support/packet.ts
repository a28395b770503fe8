import { addressBytes } from './address.ts';
import { concat, padding, u8, u16, u32 } from './bytes.ts';

export const protocols = { icmp: 1, ipInIp: 4, tcp: 6, udp: 17, fragment: 44, gre: 47 } as const;

export interface Ipv4Options {
  readonly source: string;
  readonly target: string;
  readonly protocol?: number;
  readonly id?: number;
  readonly ttl?: number;
  /** Option bytes; padded to four. */
  readonly options?: Uint8Array;
  readonly dontFragment?: boolean;
  readonly moreFragments?: boolean;
  /** In bytes, a multiple of eight. */
  readonly fragmentOffset?: number;
  /** Overrides: what a correct sender would not write. */
  readonly totalLength?: number;
  readonly checksum?: number;
}

/** IPv4, RFC 791. Length and checksum are right unless overridden. */
export function ipv4(payload: Uint8Array, options: Ipv4Options): Uint8Array {
  const extra = options.options ?? new Uint8Array(0);
  const padded = concat(extra, padding(extra.length, 4));
  const headerLength = 20 + padded.length;
  const flags = (options.dontFragment ? 0x4000 : 0) | (options.moreFragments ? 0x2000 : 0);
  const header = concat(
    u8(0x40 | (headerLength / 4)),
    u8(0),
    u16(options.totalLength ?? headerLength + payload.length),
    u16(options.id ?? 0),
    u16(flags | ((options.fragmentOffset ?? 0) / 8)),
    u8(options.ttl ?? 64),
    u8(options.protocol ?? protocols.tcp),
    u16(0),
    addressBytes(options.source),
    addressBytes(options.target),
    padded,
  );
  header.set(u16(options.checksum ?? internetChecksum(header)), 10);
  return concat(header, payload);
}

/** The fragments of an IPv4 payload, each with at most `bytes` of it (a multiple of eight). */
export function ipv4Fragments(payload: Uint8Array, options: Ipv4Options, bytes: number): Uint8Array[] {
  return pieces(payload, bytes).map(({ piece, offset, last }) =>
    ipv4(piece, { ...options, fragmentOffset: offset, moreFragments: !last }),
  );
}

export interface ExtensionHeader {
  /** Its own protocol number: 0 hop-by-hop, 43 routing, 60 destination options. */
  readonly header: number;
  /** What follows its two first bytes; padded to a multiple of eight in all. */
  readonly body?: Uint8Array;
}

export interface Ipv6Options {
  readonly source: string;
  readonly target: string;
  readonly protocol?: number;
  readonly hopLimit?: number;
  readonly extensions?: readonly ExtensionHeader[];
  /** Adds a fragment header after the extensions; offset in bytes. */
  readonly fragment?: { readonly id: number; readonly offset: number; readonly more: boolean };
  readonly payloadLength?: number;
}

/** IPv6, RFC 8200, with extension headers in the order given. */
export function ipv6(payload: Uint8Array, options: Ipv6Options): Uint8Array {
  const extensions = options.extensions ?? [];
  const fragment = options.fragment;
  const order = [
    ...extensions.map((extension) => extension.header),
    ...(fragment ? [protocols.fragment] : []),
    options.protocol ?? protocols.tcp,
  ];
  const chain = extensions.map((extension, i) => extensionHeader(extension, order[i + 1]));
  if (fragment) {
    const position = fragment.offset | (fragment.more ? 1 : 0);
    chain.push(concat(u8(order[order.length - 1]), u8(0), u16(position), u32(fragment.id)));
  }
  const body = concat(...chain, payload);
  return concat(
    u32(0x60000000),
    u16(options.payloadLength ?? body.length),
    u8(order[0]),
    u8(options.hopLimit ?? 64),
    addressBytes(options.source),
    addressBytes(options.target),
    body,
  );
}

/** The fragments of an IPv6 payload, each with at most `bytes` of it (a multiple of eight). */
export function ipv6Fragments(payload: Uint8Array, options: Ipv6Options, bytes: number, id = 1): Uint8Array[] {
  return pieces(payload, bytes).map(({ piece, offset, last }) =>
    ipv6(piece, { ...options, fragment: { id, offset, more: !last } }),
  );
}

export interface TcpOptions {
  /** Addresses, for the checksum. */
  readonly source: string;
  readonly target: string;
  readonly sourcePort: number;
  readonly targetPort: number;
  readonly sequence: number;
  readonly acknowledgement?: number;
  /** Letters of Wireshark's: F S R P A U. */
  readonly flags?: string;
  readonly window?: number;
  readonly urgent?: number;
  /** Option bytes; padded to four with end-of-options. */
  readonly options?: Uint8Array;
  readonly checksum?: number;
}

/** TCP, RFC 9293 section 3.1. The checksum is right unless overridden. */
export function tcp(payload: Uint8Array, options: TcpOptions): Uint8Array {
  const extra = options.options ?? new Uint8Array(0);
  const padded = concat(extra, padding(extra.length, 4));
  const segment = concat(
    u16(options.sourcePort),
    u16(options.targetPort),
    u32(options.sequence),
    u32(options.acknowledgement ?? 0),
    u8(((20 + padded.length) / 4) << 4),
    u8(flagBits(options.flags ?? 'A')),
    u16(options.window ?? 64240),
    u16(0),
    u16(options.urgent ?? 0),
    padded,
    payload,
  );
  segment.set(u16(options.checksum ?? transportChecksum(segment, options, protocols.tcp)), 16);
  return segment;
}

/** TCP options by name, RFC 9293 section 3.2, RFC 7323, RFC 2018. */
export const tcpOption = {
  noOperation: () => u8(1),
  maximumSegmentSize: (bytes: number) => concat(u8(2), u8(4), u16(bytes)),
  windowScale: (shift: number) => concat(u8(1), u8(3), u8(3), u8(shift)),
  selectivePermitted: () => concat(u8(1), u8(1), u8(4), u8(2)),
  timestamps: (value: number, echo: number) => concat(u8(1), u8(1), u8(8), u8(10), u32(value), u32(echo)),
};

export interface UdpOptions {
  readonly source: string;
  readonly target: string;
  readonly sourcePort: number;
  readonly targetPort: number;
}

/** UDP, RFC 768. */
export function udp(payload: Uint8Array, options: UdpOptions): Uint8Array {
  const datagram = concat(u16(options.sourcePort), u16(options.targetPort), u16(8 + payload.length), u16(0), payload);
  datagram.set(u16(transportChecksum(datagram, options, protocols.udp) || 0xffff), 6);
  return datagram;
}

/** IPv4 or IPv6, by the addresses. */
export function ip(payload: Uint8Array, options: Ipv4Options & Ipv6Options): Uint8Array {
  return options.source.includes(':') ? ipv6(payload, options) : ipv4(payload, options);
}

function extensionHeader(extension: ExtensionHeader, next: number): Uint8Array {
  const body = extension.body ?? new Uint8Array(0);
  const length = Math.ceil((2 + body.length) / 8);
  // PadN (type 1) fills the rest, so that an empty options header is well formed.
  const room = 8 * length - 2 - body.length;
  const filler = room === 0 ? [] : room === 1 ? [u8(0)] : [u8(1), u8(room - 2), new Uint8Array(room - 2)];
  return concat(u8(next), u8(length - 1), body, ...filler);
}

function pieces(payload: Uint8Array, bytes: number): { piece: Uint8Array; offset: number; last: boolean }[] {
  const list = [];
  for (let offset = 0; offset < payload.length; offset += bytes) {
    const last = offset + bytes >= payload.length;
    list.push({ piece: payload.subarray(offset, offset + bytes), offset, last });
  }
  return list;
}

function flagBits(letters: string): number {
  let bits = 0;
  for (const letter of letters) {
    const bit = 'FSRPAUEC'.indexOf(letter);
    if (bit < 0) throw new Error(`no TCP flag ${letter}`);
    bits |= 1 << bit;
  }
  return bits;
}

function transportChecksum(segment: Uint8Array, path: { source: string; target: string }, protocol: number): number {
  const pseudo = concat(addressBytes(path.source), addressBytes(path.target), u32(segment.length), u32(protocol));
  return internetChecksum(concat(pseudo, segment));
}

/** RFC 1071. */
function internetChecksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += (bytes[i] << 8) | (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}
