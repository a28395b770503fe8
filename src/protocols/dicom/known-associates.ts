import type { AssociateAccept, AssociateRequest, Side } from '../../model/facts.ts';
import type { Limits } from '../../model/limits.ts';
import { type ParsedAssociate, parseAssociateAccept, parseAssociateRequest } from './associate.ts';

/**
 * Reads bodies of A-ASSOCIATE-RQ and -AC, and knows those read last: a station sends the same bytes each time, and
 * parsing them takes longer than comparing. Facts of equal bodies are the same object.
 */
export class KnownAssociates {
  private readonly limits: Limits;
  private readonly requests = new Known<AssociateRequest>(parseAssociateRequest);
  private readonly accepts = new Known<AssociateAccept>(parseAssociateAccept);

  constructor(limits: Limits) {
    this.limits = limits;
  }

  request(bytes: Uint8Array, start: number, end: number, side: Side): ParsedAssociate<AssociateRequest> {
    return this.requests.parsed(bytes, start, end, side, this.limits);
  }

  accept(bytes: Uint8Array, start: number, end: number, side: Side): ParsedAssociate<AssociateAccept> {
    return this.accepts.parsed(bytes, start, end, side, this.limits);
  }
}

type Parse<F> = (bytes: Uint8Array, start: number, end: number, side: Side, limits: Limits) => ParsedAssociate<F>;

/** Bodies remembered, each until another falls on its place; longer ones, with their hundreds of contexts, are rare. */
const places = 256;
const bodyBytesMax = 4096;

class Known<F> {
  private readonly parse: Parse<F>;
  private readonly known: ({ readonly body: Uint8Array; readonly parsed: ParsedAssociate<F> } | undefined)[] =
    Array.from({ length: places });

  constructor(parse: Parse<F>) {
    this.parse = parse;
  }

  /** Throws `Malformed` as the parser does. */
  parsed(bytes: Uint8Array, start: number, end: number, side: Side, limits: Limits): ParsedAssociate<F> {
    if (end - start > bodyBytesMax) return this.parse(bytes, start, end, side, limits);
    const place = placeOf(bytes, start, end, side);
    const known = this.known[place];
    if (known !== undefined && isSame(known.body, side, bytes, start, end)) return known.parsed;
    const parsed = this.parse(bytes, start, end, side, limits);
    const body = new Uint8Array(end - start + 1);
    body.set(bytes.subarray(start, end));
    body[end - start] = side;
    this.known[place] = { body, parsed };
    return parsed;
  }
}

/** A hash, four bytes at a step: bodies have hundreds. */
function placeOf(bytes: Uint8Array, start: number, end: number, side: Side): number {
  let hash: number = side;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    hash = Math.imul(
      hash ^ (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)),
      0x9e3779b1,
    );
    hash ^= hash >>> 15;
  }
  for (; at < end; at++) hash = Math.imul(hash ^ bytes[at], 0x9e3779b1);
  return (hash ^ (hash >>> 15)) & (places - 1);
}

/** `body` ends with the side it came from. */
function isSame(body: Uint8Array, side: Side, bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (body.length !== length + 1 || body[length] !== side) return false;
  for (let i = 0; i < length; i++) if (body[i] !== bytes[start + i]) return false;
  return true;
}
