import ipaddr from 'ipaddr.js';
import { OperatorError } from '../model/errors.ts';

/** A choice of packets by address and port. */
export interface Filter {
  /**
   * Whether a packet is chosen. Addresses are read in place: 4 or 16 bytes at `source` and `target`. Ports are
   * -1 where the packet has none; a term on ports then does not hold.
   */
  matches(
    family: 4 | 6,
    bytes: Uint8Array,
    source: number,
    target: number,
    sourcePort: number,
    targetPort: number,
  ): boolean;
}

/**
 * Compiles `--filter`: `host ADDRESS`, `net ADDRESS/BITS`, `port NUMBER` or `port NUMBER-NUMBER`, each after `src`
 * or `dst` if only that side is meant, joined by `and`, `or`, `not` and parentheses, as in tcpdump. Throws an operator
 * error that names the word it stumbled over.
 */
export function compileFilter(text: string): Filter {
  const words: Words = { list: text.toLowerCase().match(wordPattern) ?? [], at: 0 };
  if (words.list.length === 0) throw mistake('is empty');
  const matches = either(words);
  if (words.at < words.list.length) throw mistake(`has "${words.list[words.at]}" where "and" or "or" should be`);
  return { matches };
}

const wordPattern = /\(|\)|!|&&|\|\||[^\s()!&|]+|[&|]/g;

interface Words {
  readonly list: readonly string[];
  at: number;
}

type Test = Filter['matches'];

function either(words: Words): Test {
  let left = both(words);
  while (accept(words, 'or') || accept(words, '||')) {
    const a = left;
    const b = both(words);
    left = (family, bytes, source, target, sourcePort, targetPort) =>
      a(family, bytes, source, target, sourcePort, targetPort) ||
      b(family, bytes, source, target, sourcePort, targetPort);
  }
  return left;
}

function both(words: Words): Test {
  let left = single(words);
  while (accept(words, 'and') || accept(words, '&&')) {
    const a = left;
    const b = single(words);
    left = (family, bytes, source, target, sourcePort, targetPort) =>
      a(family, bytes, source, target, sourcePort, targetPort) &&
      b(family, bytes, source, target, sourcePort, targetPort);
  }
  return left;
}

function single(words: Words): Test {
  if (accept(words, 'not') || accept(words, '!')) {
    const inner = single(words);
    return (family, bytes, source, target, sourcePort, targetPort) =>
      !inner(family, bytes, source, target, sourcePort, targetPort);
  }
  if (!accept(words, '(')) return term(words);
  const inner = either(words);
  if (!accept(words, ')')) throw mistake('has a "(" without its ")"');
  return inner;
}

function term(words: Words): Test {
  const side = accept(words, 'src') ? 'src' : accept(words, 'dst') ? 'dst' : 'any';
  const kind = words.list[words.at++];
  switch (kind) {
    case 'host':
      return addressTest(side, hostRange(value(words, 'host')));
    case 'net':
      return addressTest(side, netRange(value(words, 'net')));
    case 'port':
    case 'portrange':
      return portTest(side, portRange(value(words, kind)));
    case undefined:
      throw mistake('ends where "host", "net" or "port" should follow');
    default:
      throw mistake(`has "${kind}" where "host", "net" or "port" should be`);
  }
}

type Side = 'src' | 'dst' | 'any';

interface AddressRange {
  readonly family: 4 | 6;
  readonly bytes: Uint8Array;
  readonly bits: number;
}

function addressTest(side: Side, range: AddressRange): Test {
  switch (side) {
    case 'src':
      return (family, bytes, source) => family === range.family && within(range, bytes, source);
    case 'dst':
      return (family, bytes, _source, target) => family === range.family && within(range, bytes, target);
    case 'any':
      return (family, bytes, source, target) =>
        family === range.family && (within(range, bytes, source) || within(range, bytes, target));
  }
}

function within(range: AddressRange, bytes: Uint8Array, at: number): boolean {
  const whole = range.bits >> 3;
  for (let i = 0; i < whole; i++) if (bytes[at + i] !== range.bytes[i]) return false;
  const rest = range.bits & 7;
  return rest === 0 || (bytes[at + whole] ^ range.bytes[whole]) >> (8 - rest) === 0;
}

function portTest(side: Side, [low, high]: readonly [number, number]): Test {
  switch (side) {
    case 'src':
      return (_family, _bytes, _source, _target, port) => port >= low && port <= high;
    case 'dst':
      return (_family, _bytes, _source, _target, _sourcePort, port) => port >= low && port <= high;
    case 'any':
      return (_family, _bytes, _source, _target, sourcePort, targetPort) =>
        (sourcePort >= low && sourcePort <= high) || (targetPort >= low && targetPort <= high);
  }
}

function hostRange(text: string): AddressRange {
  const bytes = addressBytes(text, 'host');
  return { family: bytes.length === 4 ? 4 : 6, bytes, bits: bytes.length * 8 };
}

function netRange(text: string): AddressRange {
  const parts = /^([^/]+)\/(\d{1,3})$/.exec(text);
  if (parts === null) throw mistake(`has "net ${text}", which is not a network such as 10.0.0.0/8`);
  const bytes = addressBytes(parts[1], 'net');
  const bits = Number(parts[2]);
  if (bits > bytes.length * 8) throw mistake(`has "net ${text}", whose prefix is longer than its address`);
  return { family: bytes.length === 4 ? 4 : 6, bytes, bits };
}

function addressBytes(text: string, kind: string): Uint8Array {
  if (!ipaddr.IPv4.isValidFourPartDecimal(text) && !ipaddr.IPv6.isValid(text))
    throw mistake(`has "${kind} ${text}", which is not an IP address`);
  return Uint8Array.from(ipaddr.process(text).toByteArray());
}

function portRange(text: string): readonly [number, number] {
  const parts = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  const low = Number(parts?.[1]);
  const high = Number(parts?.[2] ?? parts?.[1]);
  if (parts === null || high > 65_535 || low > high)
    throw mistake(`has "port ${text}", which is not a port or a range`);
  return [low, high];
}

function value(words: Words, kind: string): string {
  const word = words.list[words.at++];
  if (word === undefined || word === ')') throw mistake(`has "${kind}" without a value`);
  return word;
}

function accept(words: Words, word: string): boolean {
  if (words.list[words.at] !== word) return false;
  words.at++;
  return true;
}

function mistake(what: string): OperatorError {
  return new OperatorError(
    'usage',
    `the filter ${what}`,
    'A filter is made of host ADDRESS, net ADDRESS/BITS, port NUMBER, src, dst, and, or, not, ( ).',
  );
}
