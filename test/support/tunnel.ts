import { concat, padding, u8, u16, u16of, u32 } from './bytes.ts';
import { ethernet } from './link.ts';
import { ip, protocols, udp } from './packet.ts';

/** Ends of tunnels. */
export const outer = { source: '192.0.2.1', target: '192.0.2.2' } as const;
export const outer6 = { source: '2001:db8:ffff::1', target: '2001:db8:ffff::2' } as const;
type Ends = { readonly source: string; readonly target: string };

/** An IP packet that carries `payload` as IP protocol `protocol`. */
export function carriedByIp(payload: Uint8Array, protocol: number, ends: Ends = outer): Uint8Array {
  return ip(payload, { ...ends, protocol });
}

export function carriedByUdp(payload: Uint8Array, port: number, ends: Ends = outer): Uint8Array {
  return carriedByIp(udp(payload, { ...ends, sourcePort: 49_200, targetPort: port }), protocols.udp, ends);
}

/** VXLAN, RFC 7348: an Ethernet frame. */
export function vxlan(frame: Uint8Array, vni: number, flags = 0x08): Uint8Array {
  return concat(u8(flags), u8(0), u16(0), u32(vni << 8), frame);
}

/** VXLAN-GPE: protocol 1 IPv4, 2 IPv6, 3 Ethernet, 5 MPLS. */
export function vxlanGpe(payload: Uint8Array, vni: number, protocol: number): Uint8Array {
  return concat(u8(0x0c), u16(0), u8(protocol), u32(vni << 8), payload);
}

export interface GeneveOptions {
  readonly protocol?: number;
  /** Option bytes; padded to four. */
  readonly options?: Uint8Array;
  readonly flags?: number;
}

/** GENEVE, RFC 8926: an Ethernet frame unless another protocol type is given. */
export function geneve(payload: Uint8Array, vni: number, options: GeneveOptions = {}): Uint8Array {
  const extra = options.options ?? new Uint8Array(0);
  const padded = concat(extra, padding(extra.length, 4));
  const head = concat(u8(padded.length / 4), u8(options.flags ?? 0), u16(options.protocol ?? 0x6558), u32(vni << 8));
  return concat(head, padded, payload);
}

export interface GreOptions {
  readonly protocol: number;
  readonly key?: number;
  readonly sequence?: number;
  /** Adds a checksum field; what it says is not looked at. */
  readonly checksum?: boolean;
  /** Further bits of the flags: routing 4000H, version 7. */
  readonly flags?: number;
}

/** GRE, RFC 2784 and 2890. */
export function gre(payload: Uint8Array, options: GreOptions): Uint8Array {
  const { key, sequence, checksum = false } = options;
  const flags =
    (checksum ? 0x8000 : 0) |
    (key === undefined ? 0 : 0x2000) |
    (sequence === undefined ? 0 : 0x1000) |
    (options.flags ?? 0);
  const fields = [
    ...(checksum ? [u32(0)] : []),
    ...(key === undefined ? [] : [u32(key)]),
    ...(sequence === undefined ? [] : [u32(sequence)]),
  ];
  const whole = concat(u16(flags), u16(options.protocol), ...fields, payload);
  if (checksum) whole.set(u16(internetChecksum(whole)), 4);
  return whole;
}

export const greProtocols = { ethernet: 0x6558, erspan2: 0x88be, erspan3: 0x22eb, ppp: 0x880b } as const;

/** ERSPAN I: GRE alone. */
export function erspan1(frame: Uint8Array): Uint8Array {
  return gre(frame, { protocol: greProtocols.erspan2 });
}

export interface ErspanOptions {
  readonly vlan?: number;
  /** The mirror cut the frame. */
  readonly cut?: boolean;
  /** False: GRE without its sequence number, as some send it. */
  readonly sequenced?: boolean;
}

/** ERSPAN II, an Ethernet frame. */
export function erspan2(frame: Uint8Array, session: number, options: ErspanOptions = {}): Uint8Array {
  const { vlan = 0, cut = false, sequenced = true } = options;
  const head = concat(u16(0x1000 | vlan), u16((cut ? 0x400 : 0) | session), u32(0));
  return gre(concat(head, frame), { protocol: greProtocols.erspan2, ...(sequenced ? { sequence: 7 } : {}) });
}

export interface Erspan3Options extends ErspanOptions {
  /** 0 Ethernet, 2 IP. */
  readonly frameType?: number;
  /** Adds the platform specific subheader of eight bytes. */
  readonly subheader?: boolean;
}

/** ERSPAN III. */
export function erspan3(frame: Uint8Array, session: number, options: Erspan3Options = {}): Uint8Array {
  const { vlan = 0, cut = false, frameType = 0, subheader = false } = options;
  const last = (frameType === 0 ? 0x8000 : 0) | (frameType << 10) | (subheader ? 1 : 0);
  const head = concat(u16(0x2000 | vlan), u16((cut ? 0x400 : 0) | session), u32(1234), u16(0), u16(last));
  const body = concat(head, ...(subheader ? [u32(0), u32(0)] : []), frame);
  return gre(body, { protocol: greProtocols.erspan3, sequence: 8 });
}

/** A stack of MPLS labels, RFC 3032; what follows is not named. */
export function mpls(payload: Uint8Array, labels: readonly number[]): Uint8Array {
  const stack = labels.map((label, i) => u32(((label << 12) | (i === labels.length - 1 ? 0x100 : 0) | 64) >>> 0));
  return concat(...stack, payload);
}

/** The control word of a pseudowire, RFC 4385. */
export function controlWord(frame: Uint8Array): Uint8Array {
  return concat(u32(0), frame);
}

export interface PppOptions {
  readonly protocol?: number;
  /** With FF 03 before it. */
  readonly framed?: boolean;
  /** With one byte of protocol, as both ends may agree. */
  readonly compressed?: boolean;
}

/** PPP, RFC 1661 and 1662. */
export function ppp(packet: Uint8Array, options: PppOptions = {}): Uint8Array {
  const protocol = options.protocol ?? (packet[0] >> 4 === 6 ? 0x57 : 0x21);
  const number = options.compressed ? u8(protocol) : u16(protocol);
  return concat(options.framed ? u16(0xff03) : new Uint8Array(0), number, packet);
}

/** PPPoE session, RFC 2516. */
export function pppoe(content: Uint8Array, session = 5, code = 0): Uint8Array {
  return concat(u8(0x11), u8(code), u16(session), u16(content.length), content);
}

/** Cisco's framing of serial lines. */
export function ciscoHdlc(packet: Uint8Array, protocol = packet[0] >> 4 === 6 ? 0x86dd : 0x0800): Uint8Array {
  return concat(u16(0x0f00), u16(protocol), packet);
}

/** A message of Linux's netfilter log: a packet header, a prefix and the packet, each as attribute. */
export function nflog(packet: Uint8Array, order: 'little' | 'big' = 'little'): Uint8Array {
  const attribute = (type: number, value: Uint8Array) =>
    concat(u16of(order, 4 + value.length), u16of(order, type), value, padding(value.length, 4));
  const family = packet[0] >> 4 === 6 ? 10 : 2;
  const attributes = [attribute(1, u32(0x08000300)), attribute(10, u8(0)), attribute(9, packet)];
  return concat(u8(family), u8(0), u16(30), ...attributes);
}

/** A tunnel around Ethernet frames without tags. */
export interface Wrapping {
  readonly name: string;
  /** As records write it. */
  readonly tunnel: readonly string[];
  /** Whether it carries any frame, or only the IP packet in it. */
  readonly carries: 'frames' | 'packets';
  /** Whether the Ethernet addresses of the frame survive. */
  readonly keepsAddresses: boolean;
  /** Ethernet frame in, Ethernet frame out. */
  readonly wrap: (frame: Uint8Array) => Uint8Array;
}

const overIp = (payload: Uint8Array, protocol: number, ends: Ends = outer) =>
  ethernet(carriedByIp(payload, protocol, ends));
const overUdp = (payload: Uint8Array, port: number, ends: Ends = outer) => ethernet(carriedByUdp(payload, port, ends));
const overGre = (payload: Uint8Array, options: GreOptions) => overIp(gre(payload, options), protocols.gre);
const etherTypeOf = (packet: Uint8Array) => (packet[0] >> 4 === 6 ? 0x86dd : 0x0800);
/** A frame's Ethernet addresses before something else. */
const readdressed = (frame: Uint8Array, etherType: number, payload: Uint8Array) =>
  concat(frame.subarray(0, 12), u16(etherType), payload);
/** A label stack, then Ethernet. */
const pseudowire = (frame: Uint8Array) => ethernet(mpls(frame, [16, 17]), { etherType: 0x8847 });

/** Whether what a tunnel makes of frames is IP, so that any other may carry it. */
export function overIpOnly({ wrap }: Wrapping): boolean {
  const frame = wrap(ethernet(ip(new Uint8Array(20), outer)));
  return frame[12] === 0x08 || frame[12] === 0x86;
}

/** Every tunnel there is. */
export const wrappings: readonly Wrapping[] = [
  bridged('VXLAN', ['vxlan:42'], (frame) => overUdp(vxlan(frame, 42), 4789)),
  bridged('VXLAN to the old port, over IPv6', ['vxlan:0'], (frame) => overUdp(vxlan(frame, 0), 8472, outer6)),
  bridged('VXLAN with a group policy', ['vxlan:16777215'], (frame) => overUdp(vxlan(frame, 0xffffff, 0x88), 4789)),
  bridged('VXLAN-GPE with Ethernet', ['vxlan:9'], (frame) => overUdp(vxlanGpe(frame, 9, 3), 4790)),
  routed('VXLAN-GPE with IP', ['vxlan:9'], (packet) =>
    overUdp(vxlanGpe(packet, 9, packet[0] >> 4 === 6 ? 2 : 1), 4790),
  ),
  bridged('GENEVE', ['geneve:5'], (frame) => overUdp(geneve(frame, 5), 6081)),
  bridged('GENEVE with options', ['geneve:6'], (frame) =>
    overUdp(geneve(frame, 6, { options: concat(u16(0x0103), u8(0), u8(1), u32(0)), flags: 0x40 }), 6081),
  ),
  routed('GENEVE with IP', ['geneve:7'], (packet) =>
    overUdp(geneve(packet, 7, { protocol: etherTypeOf(packet) }), 6081),
  ),
  routed('GRE', ['gre'], (packet) => overGre(packet, { protocol: etherTypeOf(packet) })),
  routed('GRE with all fields', ['gre:7'], (packet) =>
    overGre(packet, { protocol: etherTypeOf(packet), key: 7, sequence: 1, checksum: true }),
  ),
  bridged('GRE with Ethernet', ['gre'], (frame) => overGre(frame, { protocol: greProtocols.ethernet })),
  bridged('GRE with Ethernet and a key', ['gre:3'], (frame) =>
    overGre(frame, { protocol: greProtocols.ethernet, key: 3 }),
  ),
  bridged('NVGRE', ['nvgre:5001'], (frame) =>
    overGre(frame, { protocol: greProtocols.ethernet, key: 5001 * 256 + (frame[frame.length - 1] & 0xff) }),
  ),
  bridged('ERSPAN I', ['erspan'], (frame) => overIp(erspan1(frame), protocols.gre)),
  bridged('ERSPAN II', ['erspan:3'], (frame) => overIp(erspan2(frame, 3, { vlan: 12 }), protocols.gre)),
  bridged('ERSPAN II without sequence', ['erspan:1023'], (frame) =>
    overIp(erspan2(frame, 1023, { sequenced: false }), protocols.gre),
  ),
  bridged('ERSPAN III', ['erspan:4'], (frame) => overIp(erspan3(frame, 4, { vlan: 13 }), protocols.gre)),
  bridged('ERSPAN III with a subheader', ['erspan:5'], (frame) =>
    overIp(erspan3(frame, 5, { subheader: true }), protocols.gre),
  ),
  routed('ERSPAN III with IP', ['erspan:6'], (packet) => overIp(erspan3(packet, 6, { frameType: 2 }), protocols.gre)),
  routed('IP in IPv4', ['ipip'], (packet) => overIp(packet, packet[0] >> 4 === 6 ? 41 : 4)),
  routed('IP in IPv6', ['ipip'], (packet) => overIp(packet, packet[0] >> 4 === 6 ? 41 : 4, outer6)),
  {
    name: 'MPLS',
    tunnel: ['mpls'],
    carries: 'packets',
    keepsAddresses: true,
    wrap: (frame) => readdressed(frame, 0x8847, mpls(frame.subarray(14), [100])),
  },
  bridged('MPLS pseudowire', ['mpls'], pseudowire),
  bridged('MPLS pseudowire with control word', ['mpls'], (frame) => pseudowire(controlWord(frame))),
  routed('MPLS in IP', ['mpls'], (packet) => overIp(mpls(packet, [1, 2, 3]), 137)),
  {
    name: 'PPPoE',
    tunnel: ['pppoe'],
    carries: 'packets',
    keepsAddresses: true,
    wrap: (frame) => readdressed(frame, 0x8864, pppoe(ppp(frame.subarray(14)))),
  },
];

function bridged(name: string, tunnel: readonly string[], wrap: Wrapping['wrap']): Wrapping {
  return { name, tunnel, carries: 'frames', keepsAddresses: true, wrap };
}

/** A tunnel of IP packets. */
function routed(name: string, tunnel: readonly string[], wrap: (packet: Uint8Array) => Uint8Array): Wrapping {
  return { name, tunnel, carries: 'packets', keepsAddresses: false, wrap: (frame) => wrap(frame.subarray(14)) };
}

/** RFC 1071, as GRE uses it. */
function internetChecksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += (bytes[i] << 8) | (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}
