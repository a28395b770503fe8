// Proves that thirteen attacks on an ordinary afternoon are found, each by the right detection, and nothing else above
// low.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Acts } from './acts.ts';
import { attacks } from './attacks.ts';
import { HospitalDay } from './day.ts';
import { type Found, halves, Judging, lines } from './judging.ts';

const judging = new Judging();
let found: Found[];

beforeAll(async () => {
  const acts = await Acts.load();
  const seed = 66;
  const [morning] = halves(new HospitalDay(acts, seed).wire.frames());
  const policy = await judging.learn(morning);
  const day = new HospitalDay(acts, seed);
  for (const { happens } of attacks) happens(day);
  const [, afternoon] = halves(day.wire.frames());
  found = await judging.find('attacked', afternoon, policy);
}, 600_000);
afterAll(() => judging.remove());

const grave = () => lines(found.filter(({ severity }) => severity !== 'info' && severity !== 'low'));

describe('thirteen attacks are found:', () => {
  it.each(attacks)('$name', ({ detection, found: right }) => {
    expect(right.filter((line) => line.includes(` ${detection} `))).toHaveLength(1);
    for (const line of right) expect(grave()).toContain(line);
  });

  it('and there are thirteen', () => expect(attacks).toHaveLength(13));
});

it('nothing else above low is', () => {
  expect(grave()).toEqual(attacks.flatMap(({ found: right }) => right).sort());
});
