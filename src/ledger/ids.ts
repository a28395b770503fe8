import { hash } from 'node:crypto';

/** What tells one connection from every other, whichever capture it was seen in. */
export interface ConnectionIdentity {
  /** 16 bytes each, IPv4 as `::ffff:a.b.c.d`; 0 is the lower endpoint in Community-ID order. */
  readonly address0: Uint8Array;
  readonly port0: number;
  readonly address1: Uint8Array;
  readonly port1: number;
  /** VNI or GRE keys, outermost first. */
  readonly tunnels: readonly number[];
  /** The client's initial sequence number (SYN, or SYN-ACK's acknowledgement minus 1); null without a handshake. */
  readonly isn: number | null;
  /** Packet time in µs and sequence number of the first packet: used without a handshake only. */
  readonly firstMicros: number;
  readonly firstSequence: number;
  /** Above 0 for the same identity again with a start more than 60 s apart. */
  readonly ordinal: number;
}

/** Ids never depend on the hash key, on who is taken for the client, or on the run. */
export function connectionId(identity: ConnectionIdentity): string {
  const { tunnels, isn } = identity;
  const length = FIXED_BYTES + 8 * tunnels.length;
  const bytes = length <= scratch.length ? scratch : Buffer.alloc(length);
  let at = CONNECTION_TAG.copy(bytes);
  bytes.set(identity.address0, at);
  at = bytes.writeUInt16BE(identity.port0, at + 16);
  bytes.set(identity.address1, at);
  at = bytes.writeUInt16BE(identity.port1, at + 16);
  at = bytes.writeUInt16BE(tunnels.length, at);
  for (const tunnel of tunnels) at = writeInteger(bytes, tunnel, at);
  at = bytes.writeUInt8(isn === null ? 0 : 1, at);
  at = isn === null ? writeInteger(bytes, identity.firstMicros, at) : at;
  at = bytes.writeUInt32BE((isn ?? identity.firstSequence) >>> 0, at);
  at = bytes.writeUInt32BE(identity.ordinal, at);
  return printed('c', bytes === scratch ? scratched(at) : bytes.subarray(0, at));
}

/**
 * Community ID version 1, seed 0, of a TCP connection: `1:` and the base64 of SHA-1 over seed, addresses (IPv4 in 4
 * bytes), protocol, a zero byte and ports. The two endpoints come in its order: lower address, then lower port, first.
 */
export function communityId(address0: Uint8Array, port0: number, address1: Uint8Array, port1: number): string {
  const from = isIpv4(address0) && isIpv4(address1) ? 12 : 0;
  let at = scratch.writeUInt16BE(0, 0);
  for (let i = from; i < 16; i++) scratch[at++] = address0[i];
  for (let i = from; i < 16; i++) scratch[at++] = address1[i];
  at = scratch.writeUInt16BE(TCP << 8, at);
  at = scratch.writeUInt16BE(port0, at);
  at = scratch.writeUInt16BE(port1, at);
  return `1:${hash('sha1', scratched(at), 'base64')}`;
}

/**
 * Association `a` and TLS session `t` of a connection, operation `o` of an association: the parent's id and an ordinal
 * by stream offset.
 */
export function childId(kind: 'a' | 'o' | 't', parentId: string, ordinal: number): string {
  return pairId(kind, parentId, String(ordinal));
}

/** A finding is one detection's opinion of one subject, such as an association. */
export function findingId(detection: string, subjectId: string): string {
  return pairId('f', detection, subjectId);
}

export function endpointId(
  aeTitle: string,
  address: string,
  port: number | null,
  service: string,
  role: 'scu' | 'scp',
): string {
  return textId('e', aeTitle, address, port === null ? '' : String(port), service, role);
}

/** What an association showed of its endpoints, all of it in `content`. */
export function groupId(content: string): string {
  return textId('g', content);
}

/** A finding that is of no association alone: detection, key, and the start of its window in µs. */
export function caseId(detection: string, key: string, window: number): string {
  return textId('f', detection, key, String(window));
}

/** One detection, key and window (its start in µs). */
export function alertId(detection: string, key: string, windowStart: number): string {
  return textId('l', detection, key, String(windowStart));
}

/**
 * A capture file: its name without folders, and link type, first 256 bytes and time of its first packet. The same
 * file in another folder, or compressed under the same stem, is the same capture if the caller passes the same name.
 */
export function captureId(
  name: string,
  linkType: number,
  firstPacket: Uint8Array,
  seconds: number,
  nanos: number,
): string {
  const head = Buffer.from(`dicomtap capture 1\0${name}\0${linkType}\0${seconds}\0${nanos}\0`);
  return printed('p', Buffer.concat([head, firstPacket.subarray(0, 256)]));
}

const CONNECTION_TAG = Buffer.from('dicomtap connection 1');
const FIXED_BYTES = CONNECTION_TAG.length + 18 + 18 + 2 + 1 + 8 + 4 + 4;
const TCP = 6;
/** Reused, for ids are made per connection and per operation. */
const scratch = Buffer.alloc(Math.max(256, FIXED_BYTES + 8 * 8));

const TAGS: Readonly<Record<'a' | 'o' | 't' | 'f' | 'e' | 'g' | 'l', string>> = {
  a: 'dicomtap association 1',
  o: 'dicomtap operation 1',
  t: 'dicomtap tls session 1',
  f: 'dicomtap finding 1',
  e: 'dicomtap endpoint 1',
  g: 'dicomtap endpoint group 1',
  l: 'dicomtap alert 1',
};
const TAG_CHARACTERS_MAX = Math.max(...Object.values(TAGS).map((tag) => tag.length));

/** Parts are apart by NUL, which escaped text and ids never contain. */
function textId(kind: keyof typeof TAGS, ...parts: readonly string[]): string {
  return printed(kind, `${TAGS[kind]}\0${parts.join('\0')}`);
}

/** `textId` of two parts, without putting the text together: made per operation. */
function pairId(kind: keyof typeof TAGS, first: string, second: string): string {
  if (TAG_CHARACTERS_MAX + first.length + second.length + 2 > scratch.length) return textId(kind, first, second);
  const firstAt = writeText(TAGS[kind], 0);
  const secondAt = writeText(first, firstAt);
  const end = writeText(second, secondAt) - 1;
  return firstAt < 0 || secondAt < 0 || end < 0 ? textId(kind, first, second) : printed(kind, scratched(end));
}

/** What was written to the scratch: a view costs more than to keep one of each length. */
function scratched(length: number): Uint8Array {
  views[length] ??= scratch.subarray(0, length);
  return views[length];
}

const views: Uint8Array[] = [];

/** Writes ASCII and a NUL to the scratch: where they end, or below 0 for text that is not ASCII. */
function writeText(text: string, at: number): number {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) return Number.NEGATIVE_INFINITY;
    scratch[at + i] = code;
  }
  scratch[at + text.length] = 0;
  return at + text.length + 1;
}

/** A kind letter and the first 16 bytes of SHA-256 in 26 characters of RFC 4648 base32, lower case, without padding. */
function printed(kind: string, preimage: Uint8Array | string): string {
  const digest = hash('sha256', preimage, 'binary');
  printing[0] = kind.charCodeAt(0);
  let held = 0;
  let bits = 0;
  let at = 1;
  for (let i = 0; i < 16; i++) {
    held = ((held << 8) | digest.charCodeAt(i)) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      printing[at++] = ALPHABET[(held >> bits) & 31];
    }
  }
  printing[at++] = ALPHABET[(held << 2) & 31];
  return printing.toString('latin1', 0, at);
}

const ALPHABET = Buffer.from('abcdefghijklmnopqrstuvwxyz234567');
const printing = Buffer.alloc(27);

function writeInteger(bytes: Buffer, value: number, at: number): number {
  return bytes.writeUInt32BE(value >>> 0, bytes.writeUInt32BE(Math.floor(value / 4_294_967_296) >>> 0, at));
}

/** `::ffff:0:0/96`: how an IPv4 address stands in 16 bytes. */
function isIpv4(address: Uint8Array): boolean {
  for (let i = 0; i < 10; i++) if (address[i] !== 0) return false;
  return address[10] === 0xff && address[11] === 0xff;
}
