// Proves that every target keeps its promises for inputs made of our captures, and that the fuzzer finds what is
// hidden.
import { describe, expect, it } from 'vitest';
import { Coverage } from './coverage.ts';
import { minimised } from './crash.ts';
import { Fuzzer } from './fuzzer.ts';
import { Mutator } from './mutator.ts';
import { promised, type Target } from './target.ts';
import { targets } from './targets.ts';

const seed = 20_261_122;
/** Batches of 64 inputs for each target: what fits into half a second. */
const batches: Readonly<Record<string, number>> = {
  sensor: 1,
  association: 1,
  'data-set': 1,
  pcap: 1,
  pcapng: 1,
  tcp: 3,
  lanes: 1,
};

describe('a bounded run', () => {
  for (const [name, entry] of Object.entries(targets)) {
    it(`breaks nothing: ${name}`, async () => {
      const coverage = new Coverage(entry.covers);
      coverage.start();
      const fuzzer = new Fuzzer(await entry.load(), coverage, {
        seed,
        seedsMax: name === 'decode' ? 26 : 8,
        trimsMax: 0,
      });
      await fuzzer.begin();
      for (let batch = batches[name] ?? 4; batch > 0; batch--) await fuzzer.step();
      expect(fuzzer.crashes.map(({ message, bytes }) => `${message}\n${Buffer.from(bytes).toString('hex')}`)).toEqual(
        [],
      );
      expect(fuzzer.corpus.length).toBeGreaterThan(1);
    });
  }
});

describe('the fuzzer', () => {
  const coverage = new Coverage(['test/fuzz/hidden.ts']);

  it('finds its way to what is hidden behind conditions, and makes the input small', async () => {
    coverage.start();
    const { hidden } = await import('./hidden.ts');
    const target: Target = { name: 'hidden', seeds: () => [new Uint8Array(6)], run: hidden };
    const fuzzer = new Fuzzer(target, coverage, { seed });
    await fuzzer.begin();
    for (let batch = 0; batch < 400 && fuzzer.crashes.length === 0; batch++) await fuzzer.step();
    expect(fuzzer.crashes).toHaveLength(1);
    expect(Array.from(fuzzer.crashes[0].bytes)).toEqual([0x40, 0x08, 0x01, 0x80]);
  });

  it('ends a run that hangs', async () => {
    const target: Target = {
      name: 'endless',
      seeds: () => [Uint8Array.of(1)],
      run: () => {
        for (;;);
      },
    };
    const fuzzer = new Fuzzer(target, coverage, { seed, hangMs: 50 });
    await fuzzer.begin();
    expect(fuzzer.crashes[0].message).toContain('timed out');
  });

  it('makes the same inputs of the same seed', () => {
    const inputs = (of: number) => {
      let state = of;
      const random = () => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return state / 2 ** 32;
      };
      const mutator = new Mutator(random, [Uint8Array.of(9, 9)], 64);
      return Array.from({ length: 50 }, () => Array.from(mutator.mutate(new Uint8Array(20), Uint8Array.of(1, 2, 3))));
    };
    expect(inputs(5)).toEqual(inputs(5));
    expect(inputs(5)).not.toEqual(inputs(6));
    expect(inputs(7).every((bytes) => bytes.length <= 64)).toBe(true);
  });

  it('makes a crash small', async () => {
    const breaks = async (bytes: Uint8Array) => bytes.includes(7) && bytes.includes(9);
    expect(Array.from(await minimised(Uint8Array.of(1, 7, 2, 3, 9, 4), breaks))).toEqual([7, 9]);
  });

  it('says what was promised', () => {
    expect(() => promised(false, 'all is well', () => 'it is not')).toThrow('all is well: it is not');
  });
});
