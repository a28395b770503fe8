// Proves: a date ends with its last microsecond in UTC, and what is no date is refused.
import { expect, it } from 'vitest';
import { endOfDate } from '../../src/policy/dates.ts';

it.each([
  ['2026-03-01', '2026-03-02T00:00:00Z'],
  ['2028-02-29', '2028-03-01T00:00:00Z'],
  ['2026-12-31', '2027-01-01T00:00:00Z'],
])('%s ends at %s', (text, end) => {
  expect(endOfDate(text)).toBe(Date.parse(end) * 1000);
});

it.each(['2026-02-29', '2026-13-01', '2026-00-01', '2026-1-1', '01.03.2026', '2026-03-01T00:00:00Z', '', '0000-00-00'])(
  '%j is no date',
  (text) => {
    expect(endOfDate(text)).toBeNull();
  },
);
