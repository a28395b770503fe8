// Proves: the benchmark runs what it is asked for, and says in a sentence what it does not know.
import { expect, it } from 'vitest';
import { requestOf } from '../../bench/request.mjs';

it('runs everything five times, at full size', () => {
  const { quick, parts, leftOut, rounds, scale, out, build } = requestOf([]);
  expect({ quick, leftOut, rounds, scale, out, build }).toEqual({
    quick: false,
    leftOut: [],
    rounds: 5,
    scale: 1,
    out: null,
    build: true,
  });
  const bulk = parts.find(({ name }) => name === 'bulk');
  expect(bulk).toMatchObject({ kind: 'bulk', size: 2000 });
  expect(bulk?.programs).toContain('tcpdump');
});

it('runs parts of it, and always what starting costs', () => {
  const { parts, leftOut, rounds, out, build } = requestOf(
    '--only bulk,small --without tcpflow,tshark --rounds 9 --scale 0.1 --out a.md --no-build'.split(' '),
  );
  expect({ leftOut, rounds, out, build }).toEqual({
    leftOut: ['tcpflow', 'tshark'],
    rounds: 9,
    out: 'a.md',
    build: false,
  });
  expect(parts.map(({ name, size }) => [name, size])).toEqual([
    ['bulk', 200],
    ['small', 10_000],
    ['empty', 0],
  ]);
});

it('runs one small round when it is to be quick', () => {
  const { quick, rounds, parts } = requestOf(['--quick']);
  expect({ quick, rounds }).toEqual({ quick: true, rounds: 1 });
  expect(parts.find(({ name }) => name === 'bulk')?.size).toBe(4);
});

it.each([
  ['--only bulky', /^no input bulky; there are bulk, small, /],
  ['--without tcpflaw', /^no program tcpflaw; there are dicomtap, cat, /],
  ['--rounds 0', /^--rounds takes a whole number above 0$/],
  ['--rounds 1.5', /^--rounds takes a whole number above 0$/],
  ['--rounds many', /^--rounds takes a whole number above 0$/],
  ['--scale 0', /^--scale takes a number above 0$/],
  ['--fast', /^Unknown option '--fast'/],
])('%s is not understood', (words, said) => {
  expect(() => requestOf(words.split(' '))).toThrow(said);
});
