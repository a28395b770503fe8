// Proves that values come out of bytes as they went in, that what comes again is one object, and that numbers begin
// anew on both sides.
import { describe, expect, it } from 'vitest';
import { KnownLists, ValueReader, ValueWriter } from '../../src/engine/values.ts';

function through(values: readonly unknown[], own = false): unknown[] {
  const writer = new ValueWriter();
  const reader = new ValueReader();
  for (const value of values) writer.value(value, own);
  reader.begin(writer.take());
  const out = values.map(() => reader.value());
  expect(reader.at).toBe(reader.end);
  return out;
}

describe('a value', () => {
  const values = [
    null,
    true,
    false,
    0,
    -0,
    1,
    -1,
    2 ** 31 - 1,
    -(2 ** 31),
    2 ** 31,
    2 ** 53,
    0.5,
    Number.POSITIVE_INFINITY,
    '',
    'a',
    'Grün\\x00 \u{1f600}',
    'x'.repeat(20_000),
    [],
    [1, 'a', null, { b: [] }],
    { a: 1, b: { c: [true] } },
  ];
  it.each(values.map((value) => [String(JSON.stringify(value)).slice(0, 40), value]))('%s', (_, value) => {
    expect(through([value])).toEqual([value]);
    expect(through([value], true)).toEqual([value]);
    expect(through([value, value, 'between', value])).toEqual([value, value, 'between', value]);
  });

  it('grows the memory that it needs', () => {
    const many = Array.from({ length: 5000 }, (_, i) => `${i}${'y'.repeat(i % 300)}`);
    expect(through(many)).toEqual(many);
  });
});

it('equal lists of several writers are one list', () => {
  const lists = new KnownLists();
  const read = [1, 2].map(() => {
    const [writer, reader] = [new ValueWriter(), new ValueReader(lists)];
    writer.value([1, { a: 2 }]);
    reader.begin(writer.take());
    return reader.value();
  });
  expect(read[0]).toEqual([1, { a: 2 }]);
  expect(read[1]).toBe(read[0]);
});

it('a list that comes again is the same list', () => {
  const [list, other] = [
    [1, 2],
    [1, 2],
  ];
  const [first, second, third] = through([list, other, list]);
  expect(third).toBe(first);
  expect(second).toBe(first);
});

it('a text that hardly comes twice is not remembered', () => {
  const writer = new ValueWriter();
  for (let i = 0; i < 20_000; i++) writer.value(`own ${i}`, true);
  expect(writer.beginAnew()).toBe(false);
  for (let i = 0; i < 20_000; i++) writer.value(`any ${i}`);
  expect(writer.beginAnew()).toBe(true);
  expect(writer.beginAnew()).toBe(false);
});

it('numbers begin anew where both sides are told', () => {
  const writer = new ValueWriter();
  const reader = new ValueReader();
  for (let i = 0; i < 9000; i++) writer.value(`before ${i}`);
  expect(writer.beginAnew()).toBe(true);
  const { at } = writer;
  for (const value of ['a', 'before 1', 'a']) writer.value(value);
  reader.begin(writer.take());
  while (reader.at < at) reader.value();
  reader.beginAnew();
  expect([1, 2, 3].map(() => reader.value())).toEqual(['a', 'before 1', 'a']);
});
