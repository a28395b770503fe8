/**
 * Kinds of tunnels: what a packet was wrapped in. Those from `firstOfKey` on have a number that tells networks apart
 * whose addresses may be equal, and which is part of a connection's key. The session of an ERSPAN is none: both
 * directions of a connection may be mirrored by two sessions.
 */
export const Tunnel = {
  mpls: 0,
  pppoe: 1,
  ipip: 2,
  gre: 3,
  erspan1: 4,
  erspan: 5,
  greKey: 8,
  nvgre: 9,
  vxlan: 10,
  geneve: 11,
  firstOfKey: 8,
} as const;

/** A tunnel as records write it, such as `vxlan:42` or `mpls`. */
export function tunnelText(kind: number, id: number): string {
  const [name, numbered] = words[kind];
  return numbered ? `${name}:${id}` : name;
}

const words: Readonly<Record<number, readonly [name: string, numbered: boolean]>> = {
  [Tunnel.mpls]: ['mpls', false],
  [Tunnel.pppoe]: ['pppoe', false],
  [Tunnel.ipip]: ['ipip', false],
  [Tunnel.gre]: ['gre', false],
  [Tunnel.erspan1]: ['erspan', false],
  [Tunnel.erspan]: ['erspan', true],
  [Tunnel.greKey]: ['gre', true],
  [Tunnel.nvgre]: ['nvgre', true],
  [Tunnel.vxlan]: ['vxlan', true],
  [Tunnel.geneve]: ['geneve', true],
};

/** VNIs and GRE keys of tunnels as records write them, in their order: what of them tells connections apart. */
export function tunnelKeys(texts: readonly string[]): number[] {
  return texts.flatMap((text) => {
    const number = /^(?:gre|nvgre|vxlan|geneve):(\d+)$/.exec(text);
    return number === null ? [] : [Number(number[1])];
  });
}

/**
 * A list of tunnels as one number: that of the list before, and one tunnel more. 0 is the empty list. Lists of one
 * VNI never meet, nor do those of one GRE key but for two of them; of several tunnels in each other it is a hash.
 */
export function pathMark(mark: number, kind: number, id: number): number {
  const mixed = Math.imul(mark ^ (mark >>> 15), 0x85ebca6b) + Math.imul(kind + 1, 0x9e3779b1) + id;
  return mixed >>> 0 === 0 ? 1 : mixed >>> 0;
}

/** Headers that carry what is not decoded: how their numbers are named. */
export const Carrier = { gre: 0, geneve: 1, vxlan: 2, mpls: 3, ppp: 4, erspan: 5 } as const;

const carrierNames = ['GRE', 'GENEVE', 'VXLAN-GPE', 'MPLS', 'PPP', 'ERSPAN'] as const;

/**
 * `GRE 0x880b`: what of a tunnel is not decoded. `carried` is the carrier times 10000H, and the number in its header.
 */
export function carriedText(carried: number): string {
  const number = (carried & 0xffff).toString(16).padStart(4, '0');
  return `${carrierNames[carried >>> 16]} 0x${number}`;
}
