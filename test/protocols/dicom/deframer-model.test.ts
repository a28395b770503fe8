// Proves that the deframer, given a stream in any pieces, tells the PDUs and values that parsing the whole of it in one
// go tells; and that with holes anywhere each value it tells is one of those, its bytes in their places.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { limits } from '../../../src/model/limits.ts';
import { Account } from '../../../src/protocols/account.ts';
import { Deframer } from '../../../src/protocols/dicom/deframer.ts';
import { concat, u8, u16, u32 } from '../../support/bytes.ts';
import { pdu } from '../../support/pdu.ts';

/**
 * A value (context and control above 0) or a PDU kept whole, where its header begins, and its bytes: -1 what is
 * missing.
 */
interface Part {
  readonly what: string;
  readonly offset: number;
  readonly bytes: number[];
}

/** The model: the whole buffer, parsed from its first byte on. */
function parsed(bytes: Uint8Array): Part[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const parts: Part[] = [];
  for (let at = 0; at + 6 <= bytes.length; ) {
    const type = bytes[at];
    const next = at + 6 + view.getUint32(at + 2);
    if (type === 4) {
      for (let value = at + 6; value + 6 <= next; ) {
        const length = view.getUint32(value);
        if (length < 2 || value + 4 + length > next) break;
        const what = `value ${bytes[value + 4]} ${bytes[value + 5]}`;
        parts.push({ what, offset: value, bytes: [...bytes.subarray(value + 6, value + 4 + length)] });
        value += 4 + length;
      }
    } else if (type < 8) parts.push({ what: `PDU ${type}`, offset: at, bytes: [...bytes.subarray(at + 6, next)] });
    at = next;
  }
  return parts;
}

/** What the deframer tells of a stream in pieces, holes among them, by stream offset. */
function told(bytes: Uint8Array, cuts: readonly number[], holes: readonly (readonly [number, number])[]): Part[] {
  const parts: Part[] = [];
  const values = {
    begin: (context: number, control: number, offset: number) =>
      parts.push({ what: `value ${context} ${control}`, offset, bytes: [] }),
    bytes: (from: Uint8Array, start: number, end: number) => parts.at(-1)?.bytes.push(...from.subarray(start, end)),
    unneeded: 0,
    position: 0,
    unneededFrom: () => 0,
    passed: () => {},
    gap: (length: number) => parts.at(-1)?.bytes.push(...new Array<number>(length).fill(-1)),
    end: () => {},
    hole: () => {},
  };
  const sink = {
    dataBegins: () => {},
    whole: (_: 0 | 1, type: number, from: Uint8Array, start: number, end: number, offset: number) =>
      parts.push({ what: `PDU ${type}`, offset, bytes: [...from.subarray(start, end)] }),
    malformed: () => {},
    lostStep: () => {},
  };
  const deframer = new Deframer(0, values, sink, new Account(), limits, false);
  const edges = [...new Set([0, bytes.length, ...cuts, ...holes.flat()])].sort((a, b) => a - b);
  for (let i = 1; i < edges.length; i++) {
    const [from, to] = [edges[i - 1], edges[i]];
    if (holes.some(([start, end]) => from >= start && to <= end)) deframer.gap(to - from);
    else deframer.data(bytes.slice(from, to), 0, to - from);
  }
  deframer.close();
  return parts;
}

const body = (max: number) => fc.uint8Array({ maxLength: max });
const value = fc
  .record({ context: fc.integer({ min: 1, max: 255 }), control: fc.nat(3), bytes: body(40) })
  .map((one) => concat(u32(one.bytes.length + 2), u8(one.context), u8(one.control), one.bytes));
/** Its length says less than 2, or more than there is. */
const badValue = fc.constantFrom(0, 1, 1000, 0xffffffff).map((length) => concat(u32(length), u16(0x0103)));
const data = fc
  .tuple(fc.array(value, { maxLength: 4, minLength: 1 }), fc.option(badValue, { freq: 6, nil: new Uint8Array(0) }))
  .map(([values, bad]) => pdu(4, concat(...values, bad)));
const short = fc.constantFrom(3, 5, 6, 7).map((type) => pdu(type, new Uint8Array(4)));
const long = fc
  .tuple(fc.constantFrom(1, 2), body(60))
  .map(([type, more]) => pdu(type, concat(new Uint8Array(68), more)));
/** Two of unknown types in a row would be a step lost: one of known type is between. */
const unknown = fc
  .tuple(fc.integer({ min: 8, max: 255 }), body(30))
  .map(([type, of]) => concat(pdu(type, of), pdu(5, new Uint8Array(4))));
const stream = fc
  .array(fc.oneof({ weight: 6, arbitrary: data }, short, long, unknown), { minLength: 4, maxLength: 12 })
  .map((pdus) => concat(...pdus));
/** As a share of the stream. */
const place = fc.nat(9999).map((number) => number / 10_000);
const places = fc.array(place, { maxLength: 20 });

it('in any pieces it tells what parsing the whole tells', () => {
  const run = fc.property(stream, places, (bytes, at) => {
    const cuts = at.map((place) => Math.floor(place * bytes.length));
    expect(told(bytes, cuts, [])).toEqual(parsed(bytes));
  });
  fc.assert(run, { seed: 21, numRuns: 1000 });
});

it('a stream that ends anywhere tells what of it was there', () => {
  const run = fc.property(stream, places, place, (bytes, at, share) => {
    const end = Math.floor(share * bytes.length);
    const cuts = at.map((place) => Math.floor(place * end));
    const whole = parsed(bytes);
    const cut = told(bytes.subarray(0, end), cuts, []);
    expect(cut.map(({ what, offset }) => `${what} at ${offset}`)).toEqual(
      whole.slice(0, cut.length).map(({ what, offset }) => `${what} at ${offset}`),
    );
    for (const [i, { bytes: had }] of cut.entries()) expect(had).toEqual(whole[i].bytes.slice(0, had.length));
    const there = whole.filter(
      ({ what, offset, bytes: all }) => offset + 6 + (what[0] === 'v' ? 0 : all.length) <= end,
    );
    expect(cut.length).toBe(there.length);
  });
  fc.assert(run, { seed: 22, numRuns: 500 });
});

it('with holes it tells no other values and PDUs, and each byte in its place', () => {
  const hole = fc.tuple(place, fc.integer({ min: 1, max: 80 }));
  let found = 0;
  const run = fc.property(stream, places, fc.array(hole, { minLength: 1, maxLength: 3 }), (bytes, at, missing) => {
    const cuts = at.map((place) => Math.floor(place * bytes.length));
    const holes = missing.map(([place, length]): readonly [number, number] => {
      const from = Math.floor(place * (bytes.length - 1));
      return [from, Math.min(bytes.length, from + length)];
    });
    const lost = (offset: number) => holes.some(([from, to]) => offset >= from && offset < to);
    const model = new Map(parsed(bytes).map((part) => [part.offset, part]));
    for (const part of told(bytes, cuts, holes)) {
      const all = model.get(part.offset);
      expect(all?.what).toBe(part.what);
      const expected = all?.bytes.map((byte, i) => (lost(part.offset + 6 + i) ? -1 : byte)) ?? [];
      expect(part.bytes).toEqual(expected.slice(0, part.bytes.length));
      found++;
    }
    // Up to the first hole nothing is lost.
    const first = Math.min(...holes.map(([from]) => from));
    const before = [...model.values()].filter((part) => part.offset + 6 + part.bytes.length <= first);
    expect(told(bytes, cuts, holes).slice(0, before.length)).toEqual(before);
  });
  fc.assert(run, { seed: 23, numRuns: 1000 });
  expect(found).toBeGreaterThan(1000);
});
