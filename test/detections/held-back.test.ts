// Proves: a detection's own holding carries what the policy wrote, with null where it has no date.
import { expect, it } from 'vitest';
import { heldBackBy } from '../../src/detections/held-back.ts';

it('is told with its place, date and reason', () => {
  expect(heldBackBy('tolerance', { index: 2, untilText: '2026-12-31', reason: 'migration' })).toEqual({
    heldBack: { by: 'tolerance', index: 2, until: '2026-12-31', reason: 'migration' },
  });
  expect(heldBackBy('tool', { index: 0, reason: 'the scan' }).heldBack.until).toBeNull();
});
