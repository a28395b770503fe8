// Proves that limits can be lowered within their range and no other way, and that docs/limits.md has them all.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { OperatorError } from '../../src/model/errors.ts';
import { type Limits, limits } from '../../src/model/limits.ts';
import { limitsInWords, loweredLimits, rangeOf } from '../../src/model/lowered.ts';

const names = Object.keys(limits) as (keyof Limits)[];

describe('a limit', () => {
  it.each(names)('%s goes from its least to its default, and no further', (name) => {
    const [from, to] = rangeOf(name);
    expect(to).toBe(limits[name]);
    for (const value of [from, to]) expect(loweredLimits([`${name}=${value}`])).toEqual({ [name]: value });
    for (const value of [from - 1, to + 1]) expect(() => loweredLimits([`${name}=${value}`])).toThrow(OperatorError);
  });

  it('may be one of several, the last of one name counts', () => {
    expect(loweredLimits([])).toEqual({});
    expect(loweredLimits(['malformedMax=2, contextsMax=3', 'malformedMax=4'])).toEqual({
      malformedMax: 4,
      contextsMax: 3,
    });
  });

  it.each([
    ['', '"" is no limit and its value'],
    ['malformedMax', '"malformedMax" is no limit and its value'],
    ['malformedMax=', 'is no limit and its value'],
    ['malformedMax=1.5', 'is no limit and its value'],
    ['malformedMax=-1', 'is no limit and its value'],
    ['nonsense=1', '"nonsense" is not a limit'],
    ['toString=1', '"toString" is not a limit'],
    ['malformedMax=33', 'malformedMax=33 is out of its range'],
  ])('%s is a mistake', (setting, sentence) => {
    expect(() => loweredLimits([setting])).toThrow(sentence);
  });

  it('lowered is said in words', () => {
    expect(limitsInWords({ malformedMax: 2 })).toEqual(['malformedMax 2 (of 32)']);
    expect(limitsInWords({})).toEqual([]);
  });
});

it('docs/limits.md lists every limit with its default and its least', () => {
  const page = readFileSync(new URL('../../docs/limits.md', import.meta.url), 'utf8');
  const rows = Array.from(page.matchAll(/^\| `(\w+)` \| ([\d,]+) \| ([\d,]+) \| .+ \|$/gm), ([, name, most, from]) => [
    name,
    Number(most.replaceAll(',', '')),
    Number(from.replaceAll(',', '')),
  ]);
  expect(rows).toEqual(names.map((name) => [name, rangeOf(name)[1], rangeOf(name)[0]]));
});
