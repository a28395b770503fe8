import { macBytes } from './address.ts';
import { type ByteOrder, concat, u8, u16, u32, u32of } from './bytes.ts';

/** LINKTYPE_ numbers of the framings below. */
export const linkTypes = {
  loopback: 0,
  ethernet: 1,
  ppp: 9,
  pppHdlc: 50,
  pppEther: 51,
  rawIp: 101,
  ciscoHdlc: 104,
  openbsdLoopback: 108,
  linuxCooked: 113,
  pppPppd: 166,
  pppWithDirection: 204,
  ciscoHdlcWithDirection: 205,
  rawIpv4: 228,
  rawIpv6: 229,
  nflog: 239,
  linuxCooked2: 276,
} as const;

export interface Tag {
  readonly vlan: number;
  /** 0x8100 (802.1Q) unless told; 0x88A8 is the outer one of QinQ. */
  readonly tpid?: number;
  readonly priority?: number;
}

export interface EthernetOptions {
  readonly source?: string;
  readonly target?: string;
  /** Outermost first. */
  readonly tags?: readonly Tag[];
  /** Told from the payload unless given. */
  readonly etherType?: number;
  /** Pads with zeros to this many bytes, as senders do to 60. */
  readonly padTo?: number;
}

/** Ethernet II, with any number of 802.1Q and 802.1ad tags. */
export function ethernet(payload: Uint8Array, options: EthernetOptions = {}): Uint8Array {
  const tags = (options.tags ?? []).map((tag) =>
    concat(u16(tag.tpid ?? 0x8100), u16(((tag.priority ?? 0) << 13) | tag.vlan)),
  );
  const frame = concat(
    macBytes(options.target ?? '02:00:00:00:00:02'),
    macBytes(options.source ?? '02:00:00:00:00:01'),
    ...tags,
    u16(options.etherType ?? etherType(payload)),
    payload,
  );
  return concat(frame, new Uint8Array(Math.max(0, (options.padTo ?? 0) - frame.length)));
}

/** Linux cooked v1: packet type, ARPHRD, address length, address, protocol. */
export function linuxCooked(payload: Uint8Array, source = '02:00:00:00:00:01', protocol = etherType(payload)) {
  return concat(u16(0), u16(1), u16(6), macBytes(source), u16(0), u16(protocol), payload);
}

/** Linux cooked v2: protocol, reserved, interface index, ARPHRD, packet type, address length, address. */
export function linuxCooked2(payload: Uint8Array, source = '02:00:00:00:00:01', protocol = etherType(payload)) {
  return concat(u16(protocol), u16(0), u32(2), u16(1), u8(0), u8(6), macBytes(source), u16(0), payload);
}

/** Raw IP: no link header at all. */
export function rawIp(payload: Uint8Array): Uint8Array {
  return payload;
}

/** BSD loopback: the address family in the byte order of the host that captured. IPv6 is 24, 28 or 30 by system. */
export function loopback(payload: Uint8Array, order: ByteOrder = 'little', familyOfIpv6 = 30): Uint8Array {
  return concat(u32of(order, isIpv6(payload) ? familyOfIpv6 : 2), payload);
}

function etherType(payload: Uint8Array): number {
  return isIpv6(payload) ? 0x86dd : 0x0800;
}

function isIpv6(payload: Uint8Array): boolean {
  return payload[0] >> 4 === 6;
}
