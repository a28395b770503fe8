import ipaddr from 'ipaddr.js';

/** A network of either family; a single address is one of full prefix length. */
export interface Network {
  readonly text: string;
  readonly bytes: readonly number[];
  readonly prefix: number;
}

/** Up to here a list is compared one by one: most have one or two. */
const COMPARED_MAX = 8;

/**
 * Addresses and networks that something may use. Their texts are read when they are first asked about: most of a long
 * list never are. A long set of single addresses costs a set lookup.
 */
export class AddressSet {
  readonly #texts: readonly string[];
  #read: Addresses | null = null;

  /** `texts` are of networks that were checked before. */
  constructor(texts: readonly string[]) {
    this.#texts = texts;
  }

  get networks(): readonly Network[] {
    this.#read ??= readAddresses(this.#texts);
    return this.#read.networks;
  }

  /** `address` as `parseAddress` gives it. */
  includes(address: readonly number[]): boolean {
    this.#read ??= readAddresses(this.#texts);
    const { singles, compared } = this.#read;
    if (singles?.has(addressKey(address))) return true;
    return compared.some((network) => contains(network, address));
  }
}

interface Addresses {
  readonly networks: readonly Network[];
  readonly compared: readonly Network[];
  readonly singles: ReadonlySet<string> | null;
}

function readAddresses(texts: readonly string[]): Addresses {
  const networks = texts.map(requireNetwork);
  if (networks.length <= COMPARED_MAX) return { networks, compared: networks, singles: null };
  const singles = new Set(networks.filter(isSingle).map(({ bytes }) => addressKey(bytes)));
  return { networks, compared: networks.filter((network) => !isSingle(network)), singles };
}

/** By which an address is found in a map or a set. */
export function addressKey(bytes: readonly number[]): string {
  return bytes.join('.');
}

export function isSingle({ bytes, prefix }: Network): boolean {
  return prefix === bytes.length * 8;
}

/** The bytes of an address (4 or 16); an IPv4 address mapped into IPv6 is the IPv4 address. Null when it is none. */
export function parseAddress(text: string): readonly number[] | null {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  if (parsed.size >= PARSED_MAX) parsed.clear();
  const bytes = bytesOf(text);
  parsed.set(text, bytes);
  return bytes;
}

/** Addresses of associations are the same again and again; a scan of the world starts the memory anew. */
const parsed = new Map<string, readonly number[] | null>();
const PARSED_MAX = 4096;

function bytesOf(text: string): readonly number[] | null {
  const ipv4 = IPV4.exec(text);
  if (ipv4 !== null) {
    const bytes = [Number(ipv4[1]), Number(ipv4[2]), Number(ipv4[3]), Number(ipv4[4])];
    return bytes.every((byte) => byte < 256) ? bytes : null;
  }
  const zone = text.indexOf('%');
  const plain = zone < 0 ? text : text.slice(0, zone);
  if (!plain.includes(':') || !ipaddr.IPv6.isValid(plain)) return null;
  return ipaddr.process(plain).toByteArray();
}

/** Four decimal parts without leading zeros, which some programs read as octal. */
const IPV4 = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/;

/** `10.0.0.1`, `10.0.0.0/8`, `fd00::/8`. Null when it is none of these; bits past the prefix are cleared. */
export function parseNetwork(text: string): Network | null {
  const slash = text.indexOf('/');
  const bytes = bytesOf(slash < 0 ? text : text.slice(0, slash));
  if (bytes === null) return null;
  if (slash < 0) return { text, bytes, prefix: bytes.length * 8 };
  const digits = text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(digits)) return null;
  const prefix = Number(digits);
  if (prefix > bytes.length * 8) return null;
  return { text, bytes: bytes.map((byte, i) => byte & prefixMask(prefix, i)), prefix };
}

/** Whether a text is an address or a network. */
export function isNetwork(text: string): boolean {
  return PLAIN_IPV4.test(text) || parseNetwork(text) !== null;
}

/** Most of what is written, told without taking it apart. */
const PLAIN_IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/** For texts that were checked before; throws a plain Error. */
export function requireNetwork(text: string): Network {
  const network = parseNetwork(text);
  if (network === null) throw new Error(`not an address or network: ${text}`);
  return network;
}

/** Whether `inner` lies wholly inside `outer`. */
export function covers(outer: Network, inner: Network): boolean {
  return outer.prefix <= inner.prefix && contains(outer, inner.bytes);
}

export function contains(network: Network, address: readonly number[]): boolean {
  if (network.bytes.length !== address.length) return false;
  const whole = network.prefix >> 3;
  for (let i = 0; i < whole; i++) if (network.bytes[i] !== address[i]) return false;
  if ((network.prefix & 7) === 0) return true;
  return ((network.bytes[whole] ^ address[whole]) & prefixMask(network.prefix, whole)) === 0;
}

function prefixMask(prefix: number, byte: number): number {
  const bits = Math.min(8, Math.max(0, prefix - byte * 8));
  return (0xff << (8 - bits)) & 0xff;
}

/** Addresses that never leave a host or a link: internal under every policy. */
export const localNetworks: readonly Network[] = networks('127.0.0.0/8', '::1', '169.254.0.0/16', 'fe80::/10');

/** Taken for internal without a policy: RFC 1918, RFC 6598, RFC 4193, and what never leaves a host or a link. */
export const assumedInternal: readonly Network[] = [
  ...networks('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'),
  ...localNetworks,
];

function networks(...texts: string[]): Network[] {
  return texts.map(requireNetwork);
}
