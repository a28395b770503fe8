// Proves that a connection is read by the right analyzer from its first byte on, in any segmentation, within bounds.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Side } from '../../src/model/facts.ts';
import { limits as defaultLimits, type Limits } from '../../src/model/limits.ts';
import type { Analyzer } from '../../src/protocols/analyzer.ts';
import { Identifier, type Protocol } from '../../src/protocols/identify.ts';
import { ascii, concat } from '../support/bytes.ts';

/** Streams of this protocol begin with HELLO; in the middle, MARK tells them. */
const hello: Protocol = {
  name: 'hello',
  recognise: (bytes, start, end) => prefix('HELLO', bytes, start, end),
  recogniseMidStream: (bytes, start, end) => Buffer.from(bytes.subarray(start, end)).includes('MARK'),
};
const other: Protocol = {
  name: 'other',
  recognise: (bytes, start, end) => prefix('HE IS', bytes, start, end),
  recogniseMidStream: null,
};

function prefix(text: string, bytes: Uint8Array, start: number, end: number): 'yes' | 'no' | 'more' {
  const length = Math.min(text.length, end - start);
  for (let i = 0; i < length; i++) if (bytes[start + i] !== text.charCodeAt(i)) return 'no';
  return length === text.length ? 'yes' : 'more';
}

interface Setting {
  readonly midStream?: boolean;
  readonly limits?: Partial<Limits>;
  readonly protocols?: readonly Protocol[];
  /** What the analyzer does with data instead of noting it. */
  readonly onData?: () => void;
  readonly onAsked?: () => number;
}

/** An identifier, and everything its analyzers and surroundings were told, runs of one side's bytes joined. */
function setUp(setting: Setting = {}) {
  const told: string[] = [];
  const failures: unknown[] = [];
  const analyzer = (slot: number): Analyzer => ({
    data(side, bytes, start, end) {
      setting.onData?.();
      const text = Buffer.from(bytes.subarray(start, end)).toString('latin1');
      const head = `${slot} data ${side} `;
      const last = told.at(-1);
      if (last?.startsWith(head)) told[told.length - 1] = last + text;
      else told.push(head + text);
    },
    gap: (side, length) => told.push(`${slot} gap ${side} ${length}`),
    close: (side, how) => told.push(`${slot} close ${side} ${how}`),
    unneeded: () => setting.onAsked?.() ?? 0,
    unneededAfter: () => setting.onAsked?.() ?? 0,
  });
  const identifier = new Identifier(
    setting.protocols ?? [hello, other],
    {
      midStream: () => setting.midStream ?? false,
      begin: (slot, protocol, midStream, why) => {
        told.push(`${slot} begin ${protocol.name}${midStream ? ' in the middle' : ''}: ${why}`);
        return analyzer(slot);
      },
      failed: (_slot, error) => failures.push(error),
      ended: (slot, how, protocol, why) => told.push(`${slot} ended ${how} ${protocol}${why === '' ? '' : `: ${why}`}`),
      path: (slot) => told.push(`${slot} path`),
    },
    { ...defaultLimits, ...setting.limits },
  );
  const say = (text: string, side: Side = 0, slot = 0) => {
    // Memory is used again after each call.
    const bytes = concat(ascii('..'), ascii(text), ascii('..'));
    identifier.data(slot, side, bytes, 2, 2 + text.length);
    bytes.fill(0xee);
  };
  return { identifier, told, failures, say };
}

describe('first bytes', () => {
  it('that decide at once are read where they lie', () => {
    const { told, say, identifier } = setUp();
    say('HELLO you');
    say('hi', 1);
    identifier.gap(0, 1, 7);
    say('bye');
    identifier.close(0, 0, 'fin');
    identifier.close(0, 1, 'cut');
    identifier.ended(0, 'fin');
    expect(told).toEqual([
      '0 begin hello: its first bytes',
      '0 data 0 HELLO you',
      '0 data 1 hi',
      '0 gap 1 7',
      '0 data 0 bye',
      '0 close 0 fin',
      '0 close 1 cut',
      '0 ended fin hello',
    ]);
  });

  it('in any segmentation give the same', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 12 });
    const run = fc.property(fc.constantFrom('HELLO there', 'HE IS here', 'HEX 0102', 'xyz'), cuts, (text, lengths) => {
      const whole = setUp();
      whole.say(text);
      whole.identifier.ended(0, 'fin');
      const pieces = setUp();
      let at = 0;
      for (const length of [...lengths, text.length]) {
        if (at < text.length) pieces.say(text.slice(at, at + length));
        at += length;
      }
      pieces.identifier.ended(0, 'fin');
      expect(pieces.told).toEqual(whole.told);
    });
    fc.assert(run, { seed: 13 });
  });

  it('of nobody: nothing is read any more, nothing is kept', () => {
    const { told, say, identifier } = setUp();
    say('GET / HTTP/1.1');
    say('HELLO');
    identifier.gap(0, 0, 5);
    identifier.close(0, 0, 'fin');
    identifier.ended(0, 'fin');
    expect(told).toEqual(['0 ended fin unknown: no protocol of ours']);
  });

  it('too few of them', () => {
    const { told, say, identifier } = setUp();
    say('HEL');
    identifier.close(0, 0, 'fin');
    identifier.ended(0, 'fin');
    expect(told).toEqual(['0 ended fin unknown: too few bytes to tell']);
  });

  it('none at all', () => {
    const { told, identifier } = setUp();
    identifier.close(0, 0, 'cut');
    identifier.close(0, 1, 'cut');
    identifier.ended(0, 'reset');
    expect(told).toEqual(['0 ended reset unknown: too few bytes to tell']);
  });

  it('of both sides are replayed in the order in which they came', () => {
    const { told, say } = setUp({ protocols: [{ ...hello, recognise: (b, s, e) => prefix('HELLO', b, s, e) }] });
    say('HE');
    say('HE', 1);
    say('LL');
    say('L', 1);
    say('O!');
    say('x', 1);
    expect(told).toEqual([
      '0 begin hello: its first bytes',
      '0 data 0 HE',
      '0 data 1 HE',
      '0 data 0 LL',
      '0 data 1 L',
      '0 data 0 O!',
      '0 data 1 x',
    ]);
  });

  it('a side that closed before the other spoke is told as closed', () => {
    const { told, say, identifier } = setUp();
    identifier.close(0, 1, 'fin');
    say('HELLO');
    expect(told).toEqual(['0 begin hello: its first bytes', '0 close 1 fin', '0 data 0 HELLO']);
  });

  it('that could be anything are given up at the bound', () => {
    const maybe: Protocol = { ...hello, recognise: () => 'more' };
    const { told, say, identifier } = setUp({ protocols: [maybe], limits: { identifyBytesMax: 100 } });
    for (let i = 0; i < 30; i++) say('0123456789');
    identifier.ended(0, 'fin');
    expect(told).toEqual(['0 ended fin unknown: no protocol of ours']);
  });

  it('of all connections together are bounded too', () => {
    // Proves that many openings that could be anything do not add up without end.
    const maybe: Protocol = { ...hello, recognise: () => 'more' };
    const { told, say, identifier } = setUp({ protocols: [maybe], limits: { identifyTotalBytesMax: 100_000 } });
    for (let slot = 0; slot < 1000; slot++) say('x'.repeat(1000), 0, slot);
    for (let slot = 0; slot < 1000; slot++) identifier.ended(slot, 'fin');
    expect(told.filter((line) => line.endsWith('too few bytes to tell')).length).toBeLessThanOrEqual(100);
    // What is given up is given back: later connections are looked at again.
    say('x', 0, 0);
    identifier.ended(0, 'fin');
    expect(told.at(-1)).toContain('too few bytes to tell');
  });
});

describe('the middle of a stream', () => {
  it('is told by what it holds, and read from its first byte', () => {
    const { told, say } = setUp({ midStream: true });
    say('....');
    say('answer', 1);
    say('MARK');
    say('more');
    expect(told).toEqual([
      '0 begin hello in the middle: its bytes in the middle',
      '0 data 0 ....',
      '0 data 1 answer',
      '0 data 0 MARKmore',
    ]);
  });

  it('whose first bytes captured are those of a beginning', () => {
    const { told, say } = setUp({ midStream: true });
    say('HELLO');
    expect(told).toEqual(['0 begin hello in the middle: its first bytes captured', '0 data 0 HELLO']);
  });

  it('a hole before the first byte makes one of a beginning', () => {
    const { told, say, identifier } = setUp();
    identifier.gap(0, 0, 30);
    say('..MARK');
    expect(told).toEqual(['0 begin hello in the middle: its bytes in the middle', '0 gap 0 30', '0 data 0 ..MARK']);
  });

  it('what a hole cuts in two is not seen across it', () => {
    const { told, say, identifier } = setUp({ midStream: true });
    say('..MA');
    identifier.gap(0, 0, 1);
    say('RK..');
    identifier.ended(0, 'input-end');
    expect(told).toEqual(['0 ended input-end unknown: too few bytes to tell']);
  });

  it('is looked at once more at its end, and its closes are replayed', () => {
    const { told, say, identifier } = setUp({ midStream: true });
    say('12345678');
    say('MARK');
    identifier.close(0, 0, 'fin');
    identifier.close(0, 1, 'cut');
    identifier.ended(0, 'reset');
    expect(told).toEqual([
      '0 begin hello in the middle: its bytes in the middle',
      '0 data 0 12345678MARK',
      '0 close 0 fin',
      '0 close 1 cut',
      '0 ended reset hello',
    ]);
  });

  it('is looked at once more before a hole, of the side that has it', () => {
    const { told, say, identifier } = setUp({ midStream: true });
    say('12345678');
    say('MARK');
    identifier.gap(0, 1, 7);
    expect(told).toEqual([]);
    identifier.gap(0, 0, 9);
    say('..');
    expect(told).toEqual([
      '0 begin hello in the middle: its bytes in the middle',
      '0 data 0 12345678MARK',
      '0 gap 1 7',
      '0 gap 0 9',
      '0 data 0 ..',
    ]);
  });

  it('is looked at once more before it is given up', () => {
    const { told, say } = setUp({ midStream: true, limits: { identifyMidStreamBytesMax: 4000 } });
    say('x'.repeat(2500));
    say(`${'x'.repeat(1400)}MARK`);
    say('y', 1);
    say('z'.repeat(200));
    expect(told[0]).toBe('0 begin hello in the middle: its bytes in the middle');
  });

  it('is looked at in linear time: each byte a few times', () => {
    let looked = 0;
    const count: Protocol = {
      ...other,
      recogniseMidStream: (_bytes, start, end) => {
        looked += end - start;
        return false;
      },
    };
    const { say, told, identifier } = setUp({ midStream: true, protocols: [count] });
    for (let i = 0; i < 60_000; i++) say('x');
    expect(looked).toBeLessThan(4 * 60_000);
    for (let i = 0; i < 300; i++) say('x'.repeat(1000));
    identifier.ended(0, 'fin');
    expect(told).toEqual(['0 ended fin unknown: no protocol of ours']);
    expect(looked).toBeLessThan(4 * 300_000);
  });

  it('of gaps alone, as of a capture of headers, keeps nothing that grows', () => {
    // Proves that a gap for each packet ends in a verdict, not in a list of a million gaps.
    const { told, identifier } = setUp({ midStream: true });
    for (let i = 0; i < 20_000; i++) identifier.gap(0, (i & 1) as Side, 1460);
    identifier.ended(0, 'fin');
    expect(told).toEqual(['0 ended fin unknown: no protocol of ours']);
  });

  it('of all connections together is bounded', () => {
    const { told, say, identifier } = setUp({ midStream: true, limits: { identifyTotalBytesMax: 50_000 } });
    for (let slot = 0; slot < 100; slot++) say('x'.repeat(1000), 0, slot);
    for (let slot = 0; slot < 100; slot++) say('MARK', 0, slot);
    for (let slot = 0; slot < 100; slot++) identifier.ended(slot, 'fin');
    const begun = told.filter((line) => line.includes('begin')).length;
    expect(begun).toBeGreaterThan(20);
    expect(begun).toBeLessThanOrEqual(50);
  });
});

describe('errors of ours', () => {
  const bug = () => {
    throw new Error('bug');
  };

  it('an analyzer that throws ends the reading of its connection, and is counted once', () => {
    for (const midStream of [false, true]) {
      const { identifier, say, failures, told } = setUp({ onData: bug, midStream });
      say('HELLO');
      say('again');
      identifier.gap(0, 0, 3);
      identifier.close(0, 0, 'fin');
      identifier.ended(0, 'fin');
      expect([identifier.bugs, failures.length]).toEqual([1, 1]);
      expect(told.at(-1)).toBe('0 ended fin hello');
    }
  });

  it.each<[string, (identifier: Identifier) => unknown]>([
    ['of the next bytes', (identifier) => identifier.unneeded(0, 0)],
    ['of those after early ones', (identifier) => identifier.unneededAfter(0, 0, new Uint8Array(4), 0, 4, 9)],
  ])('one that throws when it is asked what it needs %s does the same', (_, ask) => {
    const { identifier, say, failures, told } = setUp({ onAsked: bug });
    say('HELLO');
    expect(ask(identifier)).toBe(0);
    expect(ask(identifier)).toBe(0);
    say('again');
    identifier.ended(0, 'fin');
    expect([identifier.bugs, failures.length]).toEqual([1, 1]);
    expect(told.at(-1)).toBe('0 ended fin hello');
  });

  it('a recogniser that throws does the same', () => {
    const setting = { protocols: [{ ...hello, recognise: bug, recogniseMidStream: bug }] };
    for (const midStream of [false, true]) {
      const { identifier, say, failures, told } = setUp({ ...setting, midStream });
      say('HELLO');
      say('again');
      identifier.ended(0, 'fin');
      expect([identifier.bugs, failures.length]).toEqual([1, 1]);
      expect(told.at(-1)).toMatch(/^0 ended fin unknown/);
    }
  });

  it('one that throws at the very end does the same', () => {
    let calls = 0;
    const late: Protocol = {
      ...other,
      recogniseMidStream: () => {
        if (++calls > 1) throw new Error('bug');
        return false;
      },
    };
    const { identifier, say, told } = setUp({ midStream: true, protocols: [late] });
    say('12345');
    say('6');
    identifier.ended(0, 'fin');
    expect(identifier.bugs).toBe(1);
    expect(told.at(-1)).toMatch(/^0 ended fin unknown/);
  });
});

describe('slots', () => {
  it('used again know nothing of before', () => {
    const { told, say, identifier } = setUp();
    for (const first of ['HELLO', 'nobody', 'HEL']) {
      say(first);
      identifier.ended(0, 'fin');
      told.length = 0;
      say('HE IS');
      identifier.ended(0, 'fin');
      expect(told).toEqual(['0 begin other: its first bytes', '0 data 0 HE IS', '0 ended fin other']);
    }
  });

  it('of any number keep their own bytes', () => {
    const { told, say } = setUp();
    const slots = [0, 4095, 4096, 100_000];
    for (const slot of slots) say('HEL', 0, slot);
    for (const slot of slots) say('LO', 0, slot);
    expect(told.filter((line) => line.includes('data'))).toEqual(slots.map((slot) => `${slot} data 0 HELLO`));
  });

  it('VLANs are passed on', () => {
    const { told, identifier } = setUp();
    identifier.path(7, undefined as never);
    expect(told).toEqual(['7 path']);
  });
});
