// Proves that the TLS sessions of a run are summed by grade, each once, and the gravest is kept.
import { expect, it } from 'vitest';
import { TlsTally } from '../../src/store/tls-tally.ts';
import { batch, connection, SECOND, T0, tlsSession } from '../support/records.ts';

it('counts each session once, as it was last', () => {
  const tally = new TlsTally();
  tally.note(batch({ tlsSessions: [tlsSession('t1', 'c1', { grade: null })] }));
  tally.note(batch({ connections: [connection('c1')], tlsSessions: [tlsSession('t1', 'c1', { grade: 'pass' })] }));
  tally.note(batch({ tlsSessions: [tlsSession('t2', 'c2', { grade: null, gradeWhy: null })] }));
  const { sessions, grades } = tally.sum();
  expect(sessions).toBe(2);
  expect(grades).toEqual({ critical: 0, fail: 0, weak: 0, unknown: 1, pass: 1 });
});

it('keeps the gravest, then the first', () => {
  const tally = new TlsTally();
  const at = (id: string, grade: 'weak' | 'critical' | 'pass', second: number) =>
    tlsSession(id, `c${id}`, { grade, start: T0 + second * SECOND });
  tally.note(
    batch({ tlsSessions: [at('1', 'weak', 1), at('2', 'critical', 3), at('3', 'critical', 2), at('4', 'pass', 0)] }),
  );
  expect(tally.sum().gravest?.id).toBe('3');
});

it('keeps none when all pass', () => {
  const tally = new TlsTally();
  tally.note(batch({ tlsSessions: [tlsSession('t1', 'c1', { grade: 'pass' })] }));
  expect(tally.sum().gravest).toBeNull();
});
