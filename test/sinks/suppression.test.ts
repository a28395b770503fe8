// Proves that a record goes out once a revision, an alert when it is new, graver or due, and that nothing counts before
// it is confirmed.
import { describe, expect, it } from 'vitest';
import type { AlertRecord, Severity } from '../../src/model/records.ts';
import type { AlertMessage } from '../../src/sinks/message.ts';
import { Suppression } from '../../src/sinks/suppression.ts';
import { finding, T0 } from '../support/records.ts';
import { sensor } from '../support/sinks.ts';

const minute = 60_000;
const now = T0 / 1000;

function alert(revision: number, severity: Severity = 'high', parts: Partial<AlertRecord> = {}): AlertMessage {
  const found = finding('ae-guessing', 'a1', 'c1');
  const record: AlertRecord = {
    id: 'x1',
    detection: 'ae-guessing',
    key: 'k',
    kind: 'event',
    windowStart: T0,
    severity,
    count: revision,
    firstTime: T0,
    lastTime: T0,
    findingId: found.id,
    related: {},
    ...parts,
  };
  const times = { time: T0, begin: T0, end: T0 };
  const subject = { connection: null, association: null, tlsSession: null };
  return {
    kind: 'alert',
    id: 'x1',
    revision,
    severity,
    ...times,
    sensor,
    runId: 1,
    alert: record,
    finding: found,
    ...subject,
  };
}

describe('an alert', () => {
  it('goes out when new and when graver, else waits', () => {
    const one = new Suppression(15 * minute);
    expect(one.offer(alert(1), now)).toBe(true);
    one.confirm();
    expect(one.offer(alert(2), now + minute)).toBe(false);
    expect(one.due(now + 14 * minute, false)).toEqual([]);
    expect(one.nextMs).toBe(now + 15 * minute);
    expect(one.offer(alert(3, 'critical'), now + 2 * minute)).toBe(true);
    one.confirm();
    expect(one.held).toEqual({});
  });

  it('goes out with its new count when it is due: after so long, or at the end of its window', () => {
    const often = new Suppression(15 * minute);
    often.offer(alert(1), now);
    often.confirm();
    often.offer(alert(2), now + minute);
    expect(often.due(now + 15 * minute, false)).toEqual(['x1']);
    const seldom = new Suppression(1000 * minute);
    seldom.offer(alert(1), now);
    seldom.confirm();
    seldom.offer(alert(2), now + minute);
    expect(seldom.nextMs).toBe(now + 60 * minute);
    const past = new Suppression(15 * minute);
    past.offer(alert(1), now + 600 * minute);
    past.offer(alert(2), now + 601 * minute);
    past.confirm();
    expect(past.nextMs).toBe(now + 615 * minute);
  });

  it('at the end goes out whatever is held', () => {
    const one = new Suppression(15 * minute);
    one.offer(alert(1), now);
    one.offer(alert(2), now);
    one.confirm();
    // What came while the first was not confirmed yet is not forgotten.
    expect(one.due(now, true)).toEqual(['x1']);
    expect(one.due(now, false)).toEqual([]);
  });
});

it('the same revision goes out once, and again after a loss', () => {
  const one = new Suppression(minute);
  expect(one.offer(alert(2), now)).toBe(true);
  expect(one.offer(alert(2), now)).toBe(false);
  one.rewind();
  expect(one.offer(alert(2), now)).toBe(true);
  one.confirm();
  one.rewind();
  expect(one.offer(alert(2), now)).toBe(false);
});

it('what is held survives an end of the program, and a loss', () => {
  const one = new Suppression(minute);
  one.offer(alert(1), now);
  one.confirm();
  one.offer(alert(2), now);
  const next = new Suppression(minute, one.held);
  expect(next.due(now + minute, false)).toEqual(['x1']);
  next.tell(alert(2), now + minute);
  expect(next.due(now + minute, false)).toEqual([]);
  next.rewind();
  expect(next.due(now + minute, false)).toEqual(['x1']);
});
