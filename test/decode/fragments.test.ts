// Proves B16: datagrams come together from fragments in any order, the first copy of a byte holds, and floods are
// bounded.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Next } from '../../src/decode/packet.ts';
import { concat, counting, u8 } from '../support/bytes.ts';
import { seeded } from '../support/chunks.ts';
import { ethernet } from '../support/link.ts';
import { ipv4, ipv4Fragments, ipv6, ipv6Fragments, tcp } from '../support/packet.ts';
import { decodeAll, decodeOne, hexOf, makeDecoder } from './decoding.ts';

const four = { source: '10.0.0.1', target: '10.0.0.2', id: 77 };
const six = { source: '2001:db8::1', target: '2001:db8::2' };
const payload = Uint8Array.from({ length: 1000 }, (_, i) => (i * 13) & 0xff);
const segmentOf = (ends: { source: string; target: string }, bytes: Uint8Array = payload) =>
  tcp(bytes, { ...ends, sourcePort: 4000, targetPort: 104, sequence: 9 });
const fragments4 = (bytes: number, options: typeof four = four) =>
  ipv4Fragments(segmentOf(four), options, bytes).map((packet) => ethernet(packet));
const fragments6 = (bytes: number, id = 1) =>
  ipv6Fragments(segmentOf(six), six, bytes, id).map((packet) => ethernet(packet));
/** Payloads of the datagrams that came together, as numbers joined by commas. */
const wholes = (frames: readonly Uint8Array[], decoder = makeDecoder(), seconds = 1) =>
  decodeAll(frames, { decoder, seconds })
    .filter((one) => one.next === Next.tcp)
    .map((one) => Buffer.from(one.payload, 'hex').join());

describe('datagrams come together', () => {
  it.each([
    ['IPv4', fragments4(200)],
    ['IPv6', fragments6(200)],
    ['IPv4, the first so tiny that it splits the TCP header', fragments4(8)],
    ['IPv6, the same', fragments6(8)],
  ])('%s, in any order and with copies', (_, frames) => {
    const order = fc.shuffledSubarray(
      frames.map((_frame, i) => i),
      { minLength: frames.length, maxLength: frames.length },
    );
    fc.assert(
      fc.property(order, fc.array(fc.nat(frames.length - 1), { maxLength: 4 }), (list, again) => {
        const decoder = makeDecoder();
        // Copies before the last new fragment: those after it begin a datagram of their own.
        const sent = [...list.slice(0, -1), ...again.filter((i) => i !== list[list.length - 1]), list[list.length - 1]];
        const decoded = decodeAll(
          sent.map((i) => frames[i]),
          { decoder },
        );
        expect(decoded.map((one) => one.next)).toEqual([...new Array(sent.length - 1).fill(Next.held), Next.tcp]);
        expect(decoded[sent.length - 1]).toMatchObject({ payload: hexOf(payload), length: 1000, ports: [4000, 104] });
        expect([decoder.fragments.waiting, decoder.fragments.givenUp]).toEqual([0, 0]);
        expect(decoder.fragments.used).toBe(sent.length - 1);
      }),
      { seed: 7, numRuns: 60 },
    );
  });

  it('of different ends, ids and protocols at once', () => {
    const lists = [
      fragments4(400),
      fragments4(400, { ...four, id: 78 }),
      ipv4Fragments(segmentOf(four), { ...four, source: '10.0.0.9' }, 400).map((packet) => ethernet(packet)),
      fragments6(400),
      fragments6(400, 2),
    ];
    const interleaved = [0, 1, 2].flatMap((i) => lists.map((list) => list[i]));
    expect(wholes(interleaved)).toEqual(new Array(5).fill(payload.join()));
  });

  it('whose frames were padded', () => {
    const small = ipv4Fragments(segmentOf(four, counting(4)), four, 8).map((packet) => ethernet(packet, { padTo: 60 }));
    expect(wholes(small)).toEqual(['0,1,2,3']);
  });

  it('with an extension header behind the fragment header, RFC 8200 section 4.5', () => {
    // Proves that a destination options header in the fragmentable part hides nothing.
    const options = concat(u8(6), u8(0), Uint8Array.of(1, 4, 0, 0, 0, 0));
    const frames = ipv6Fragments(concat(options, segmentOf(six)), { ...six, protocol: 60 }, 200).map((packet) =>
      ethernet(packet),
    );
    expect(wholes(frames)).toEqual([payload.join()]);
  });

  it('whose next header is that of the fragment at offset 0', () => {
    const [first, second] = ipv6Fragments(segmentOf(six, counting(40)), six, 32);
    second[40] = 17;
    expect(wholes([ethernet(second), ethernet(first)])).toEqual([counting(40).join()]);
  });

  it('while memory of the batch is used again', () => {
    const decoder = makeDecoder();
    const frames = fragments4(400);
    for (const frame of frames.slice(0, -1)) {
      const bytes = frame.slice();
      decodeOne(bytes, { decoder });
      bytes.fill(0xee);
    }
    expect(decodeOne(frames[frames.length - 1], { decoder }).payload).toBe(hexOf(payload));
  });
});

describe('overlaps', () => {
  it('equal ones change nothing, in any cut', () => {
    const whole = segmentOf(four);
    const piece = fc.tuple(fc.integer({ min: 0, max: 127 }), fc.integer({ min: 1, max: 40 }));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const extra = pieces.map(([at, length]) => part(whole, 8 * at, 8 * length));
        expect(wholes([...extra, ...fragments4(200)]).slice(0, 1)).toEqual([payload.join()]);
      }),
      { seed: 8, numRuns: 100 },
    );
  });

  it('of other bytes: the first copy of each holds', () => {
    const whole = segmentOf(four, counting(60));
    const other = whole.slice().fill(0xee);
    const at = (from: Uint8Array, offset: number, length: number) => part(from, offset, length);
    const frames = [at(whole, 32, 16), at(other, 24, 32), at(whole, 0, 24), at(whole, 24, 56)];
    const gone = new Uint8Array(8).fill(0xee);
    expect(wholes(frames)).toEqual([concat(counting(4), gone, counting(16, 12), gone, counting(24, 36)).join()]);
  });

  function part(whole: Uint8Array, offset: number, length: number): Uint8Array {
    const piece = whole.subarray(offset, offset + length);
    const moreFragments = offset + length < whole.length;
    return ethernet(ipv4(piece, { ...four, fragmentOffset: offset, moreFragments }));
  }
});

describe('what never comes together', () => {
  it('the last missing: held, given up at the end', () => {
    const decoder = makeDecoder();
    const frames = fragments4(200).slice(0, -1);
    expect(decodeAll(frames, { decoder }).every((one) => one.next === Next.held)).toBe(true);
    decoder.fragments.finish();
    expect([decoder.fragments.waiting, decoder.fragments.givenUp]).toEqual([0, frames.length]);
    expect(decoder.fragments.used).toBe(0);
  });

  it.each<[string, readonly [number, number, boolean][]]>([
    [
      'two last ones, the second nearer',
      [
        [0, 8, true],
        [24, 8, false],
        [16, 8, false],
      ],
    ],
    [
      'two last ones, the second further',
      [
        [0, 8, true],
        [16, 8, false],
        [24, 8, false],
      ],
    ],
    [
      'bytes behind the last one',
      [
        [0, 8, true],
        [16, 8, false],
        [24, 8, true],
      ],
    ],
    [
      'a last one before bytes already there',
      [
        [0, 8, true],
        [24, 8, true],
        [16, 8, false],
      ],
    ],
  ])('%s: the datagram is given up, the next of its id is whole', (_, list) => {
    const decoder = makeDecoder();
    const frames = list.map(([fragmentOffset, length, moreFragments]) =>
      ethernet(ipv4(counting(length), { ...four, fragmentOffset, moreFragments })),
    );
    expect(decodeAll(frames, { decoder }).map((one) => one.next)).toEqual([Next.held, Next.held, Next.fragmentRefused]);
    expect([decoder.fragments.waiting, decoder.fragments.givenUp, decoder.fragments.used]).toEqual([0, 3, 0]);
    expect(wholes(fragments4(200), decoder)).toEqual([payload.join()]);
  });

  it('the last one twice, and again, is no contradiction', () => {
    const frames = fragments4(200);
    const last = frames[frames.length - 1];
    expect(wholes([last, last, ...frames.slice(0, -1)])).toEqual([payload.join()]);
  });

  it('expires after its time, and a later datagram of its id is whole by itself', () => {
    const decoder = makeDecoder();
    decodeAll(fragments4(200).slice(0, 3), { decoder });
    const other = payload.slice().reverse();
    const later = ipv4Fragments(segmentOf(four, other), four, 200).map((packet) => ethernet(packet));
    expect(wholes(later, decoder, 32)).toEqual([other.join()]);
    expect(decoder.fragments.givenUp).toBe(3);
  });

  it.each([
    ['beyond 65,535', { fragmentOffset: 65_528 }, counting(8)],
    ['a middle one not of whole 8 bytes', { fragmentOffset: 8, moreFragments: true }, counting(9)],
    ['one of no bytes', { fragmentOffset: 8 }, new Uint8Array(0)],
  ])('%s is refused', (_, options, bytes) => {
    const decoder = makeDecoder();
    expect(decodeOne(ethernet(ipv4(bytes, { ...four, ...options })), { decoder }).next).toBe(Next.fragmentRefused);
    expect([decoder.fragments.waiting, decoder.fragments.givenUp]).toEqual([0, 1]);
  });

  it('one cut by the snap length is refused', () => {
    const decoder = makeDecoder();
    expect(decodeOne(fragments4(200)[0], { decoder, snapLength: 100 }).next).toBe(Next.fragmentRefused);
  });
});

describe('floods', () => {
  it('of datagrams: the oldest are given up, each fragment is counted once', () => {
    const decoder = makeDecoder({ fragmentDatagramsMax: 10 });
    const frames = Array.from({ length: 100 }, (_, id) =>
      ethernet(ipv4(counting(16), { ...four, id, moreFragments: true })),
    );
    decodeAll(frames, { decoder });
    expect([decoder.fragments.waiting, decoder.fragments.givenUp]).toEqual([10, 90]);
  });

  it('of bytes: held bytes stay under their bound', () => {
    const decoder = makeDecoder({ fragmentBytesMax: 100_000 });
    const frames = Array.from({ length: 100 }, (_, id) =>
      ethernet(ipv4(new Uint8Array(8000), { ...four, id, moreFragments: true })),
    );
    decodeAll(frames, { decoder });
    expect(decoder.fragments.waiting).toBeLessThanOrEqual(12);
    expect(decoder.fragments.waiting).toBeGreaterThan(8);
  });

  it('of tiny pieces: what holds them counts too', () => {
    // Proves that a bound of bytes is not passed twentyfold by objects that hold eight bytes each.
    const decoder = makeDecoder({ fragmentBytesMax: 100_000 });
    const frames = Array.from({ length: 5000 }, (_, i) =>
      ethernet(ipv4(counting(8), { ...four, id: i >> 4, fragmentOffset: 16 * (i & 15), moreFragments: true })),
    );
    decodeAll(frames, { decoder });
    expect(decoder.fragments.waiting * 16).toBeLessThan(1000);
  });

  it('bytes from a fixed seed: nothing throws, nothing is forgotten', () => {
    const random = seeded(9);
    const decoder = makeDecoder({ fragmentDatagramsMax: 20, fragmentBytesMax: 20_000 });
    const frames = Array.from({ length: 5000 }, () =>
      ethernet(
        ipv4(new Uint8Array(Math.ceil(random() * 6) * 8), {
          ...four,
          id: Math.floor(random() * 40),
          fragmentOffset: Math.floor(random() * 20) * 8,
          moreFragments: random() < 0.9,
        }),
      ),
    );
    const made = decodeAll(frames, { decoder }).filter(
      (one) => one.next !== Next.held && one.next !== Next.fragmentRefused,
    ).length;
    decoder.fragments.finish();
    expect(decoder.fragments.used + decoder.fragments.givenUp + made).toBe(frames.length);
    expect(decoder.fragments.waiting).toBe(0);
  });
});

it('B14 every frame twice: the copies are neither held nor mixed into a later datagram of the same id', () => {
  const decoder = makeDecoder();
  const other = payload.slice().reverse();
  const later = ipv4Fragments(segmentOf(four, other), four, 200).map((packet) => ethernet(packet));
  const twice = (frames: readonly Uint8Array[]) => frames.flatMap((frame) => [frame, frame]);
  expect(wholes(twice(fragments4(200)), decoder)).toEqual([payload.join()]);
  expect(wholes(twice(later), decoder, 2)).toEqual([other.join()]);
  decoder.fragments.finish();
  expect([decoder.fragments.givenUp, decoder.fragments.used]).toEqual([0, 4 * later.length - 2]);
});

it('B14 a whole datagram twice, one copy behind the other, is one', () => {
  expect(wholes([...fragments6(200), ...fragments6(200)])).toEqual([payload.join()]);
});

it('IPv6 fragments with headers before the fragment header', () => {
  const bytes = segmentOf(six);
  const [first, last] = [0, 512].map((offset) =>
    ipv6(bytes.subarray(offset, offset === 0 ? 512 : bytes.length), {
      ...six,
      extensions: offset === 0 ? [{ header: 0 }] : [],
      fragment: { id: 3, offset, more: offset === 0 },
    }),
  );
  expect(wholes([ethernet(last), ethernet(first)])).toEqual([payload.join()]);
});
