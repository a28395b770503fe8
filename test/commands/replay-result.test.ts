// Proves the exit status of a replay: what was found, what was not read, what was not delivered.
import { expect, it } from 'vitest';
import { exitStatus, type ReplayResult } from '../../src/commands/replay-result.ts';
import type { Severity } from '../../src/model/records.ts';

type Of = Pick<ReplayResult, 'tally' | 'inputs'>;

const none = { info: 0, low: 0, medium: 0, high: 0, critical: 0 };

function found(severity: Severity, ...complete: readonly boolean[]): Of {
  return {
    tally: { severities: { ...none, [severity]: 1 } },
    inputs: complete.map((one) => ({ complete: one })),
  } as unknown as Of;
}

it.each<[status: number, of: Of, failOn: Severity | null, delivered: boolean]>([
  [0, found('critical', true), null, true],
  [0, found('medium', true), 'high', true],
  [2, found('high', true), 'high', true],
  [2, found('critical', true), 'high', true],
  [3, found('medium', true, false), 'high', true],
  [3, found('critical', true), null, false],
  [2, found('critical', false), 'high', false],
])('%i: %j with --fail-on %s, all delivered: %s', (status, of, failOn, delivered) => {
  expect(exitStatus(of, failOn, delivered)).toBe(status);
});
