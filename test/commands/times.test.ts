// Proves that times are read and written without guessing.
import { describe, expect, it } from 'vitest';
import { parseMoment, readableDuration, readableTime } from '../../src/commands/times.ts';
import { OperatorError } from '../../src/model/errors.ts';

describe('moments of the command line', () => {
  it.each([
    ['2026-03-01T08:30:00Z', 'begin', 1772353800, 0],
    ['2026-03-01t08:30:00z', 'begin', 1772353800, 0],
    ['2026-03-01 08:30', 'begin', 1772353800, 0],
    ['2026-03-01T09:30:00+01:00', 'end', 1772353800, 0],
    ['2026-03-01T08:30:00.000000001Z', 'begin', 1772353800, 1],
    ['2026-03-01T08:30:00.5Z', 'begin', 1772353800, 500_000_000],
    ['2026-03-01', 'begin', 1772323200, 0],
    ['2026-03-01', 'end', 1772409600, 0],
  ] as const)('%s as %s', (text, as, seconds, nanos) => {
    // Proves RFC 3339 to the nanosecond, and that a date as an end holds its day.
    expect(parseMoment(text, '--from', as)).toEqual({ seconds, nanos });
  });

  it.each(['', 'yesterday', '2026-13-01', '2026-02-30T99:00:00Z', '2026-03-01T08', '1772353800', '1960-01-01'])(
    'refuses "%s"',
    (text) => {
      // Proves that nothing is guessed.
      expect(() => parseMoment(text, '--from', 'begin')).toThrow(OperatorError);
    },
  );
});

describe('times shown', () => {
  it('have no fraction for people', () => {
    // Proves that fractions are not rounded up.
    expect(readableTime(1772353800999999)).toBe('2026-03-01 08:30:00');
  });

  it.each([
    [0, '0 s'],
    [1234, '0.001 s'],
    [250_000, '0.25 s'],
    [9_949_000, '9.9 s'],
    [59e6, '59 s'],
    [313e6, '5 min 13 s'],
    [3_599.6e6, '1 h 0 min'],
    [7_260e6, '2 h 1 min'],
    [187_200e6, '2 d 4 h'],
  ])('%d µs are %s', (micros, text) => {
    // Proves two units at most, also where rounding carries.
    expect(readableDuration(micros)).toBe(text);
  });
});
