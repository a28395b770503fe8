// Proves: texts that differ have different marks, also where they differ little, and what stands before them counts.
import { expect, it } from 'vitest';
import { TextMark } from '../../src/bytes/text-mark.ts';

it('tells 20,000 texts that differ in one place or in their length', () => {
  const mark = new TextMark();
  const texts = new Set<string>();
  for (let i = 0; i < 10_000; i++) texts.add(`o${i.toString(36).padStart(26, 'a')}`).add('a'.repeat(i % 300) + i);
  const marks = [...texts].map((text) => mark.of(text).number);
  expect(new Set(marks).size).toBe(texts.size);
  expect(marks.every((number) => Number.isSafeInteger(number) && number >= 0)).toBe(true);
});

it('spreads them over the last bits', () => {
  const mark = new TextMark();
  const counts = new Array<number>(256).fill(0);
  for (let i = 0; i < 25_600; i++) counts[mark.of(`1.2.826.0.1.3680043.8.497.${i}`).low & 255]++;
  expect(Math.max(...counts)).toBeLessThan(160);
  expect(Math.min(...counts)).toBeGreaterThan(50);
});

it('takes what stands before a text into account', () => {
  const [one, other] = [new TextMark().of('a'), new TextMark().of('b')];
  const after = (before: TextMark) => new TextMark().of('text', before.high, before.low).number;
  expect(after(one)).not.toBe(after(other));
  expect(after(one)).toBe(after(new TextMark().of('a')));
});
