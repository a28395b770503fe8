// Proves that a sink's place in the log moves with what is confirmed, survives a restart, and that what it will never
// get is told.
import { describe, expect, it } from 'vitest';
import { Backlog, type BacklogOptions } from '../../src/sinks/backlog.ts';
import { type GivenSink, sinkOf } from '../../src/sinks/settings.ts';
import { batch, connection, finding } from '../support/records.ts';
import { SinkStore, sensor } from '../support/sinks.ts';

const clock = { ms: 1_000_000 };

function open(store: SinkStore, given: Partial<GivenSink> = {}, options: Partial<BacklogOptions> = {}): Backlog {
  const sink = sinkOf('soc', { kind: 'stdout', send: ['findings'], ...given } as GivenSink);
  const parts = { sink, kind: 'stdout', sensor, from: 'begin' as const, now: () => clock.ms, ...options };
  return new Backlog(store.beside.database, parts);
}

const ids = (messages: readonly { readonly id: string }[]) => messages.map(({ id }) => id);
const none = { delivered: 0, dropped: 0 };

it('goes on where it was confirmed', () => {
  const store = new SinkStore();
  store.findings(5);
  const first = open(store);
  expect(ids(first.next(3))).toEqual(store.written.slice(0, 3));
  first.confirm({ delivered: 3, dropped: 0 });
  expect(ids(first.next(10))).toEqual(store.written.slice(3));
  first.rewind(2);
  expect(ids(first.next(10))).toEqual(store.written.slice(3));
  first.save('trouble');
  const second = open(store);
  expect(second.record).toMatchObject({ delivered: 3, repeated: 2, lastError: 'trouble' });
  expect(second.waiting()).toBe(2);
  expect(ids(second.next(10))).toEqual(store.written.slice(3));
});

it('a new sink begins with what comes', () => {
  const store = new SinkStore();
  store.findings(5);
  const backlog = open(store, {}, { from: 'end' });
  expect(backlog.next(10)).toEqual([]);
  const more = store.findings(1);
  expect(ids(backlog.next(10))).toEqual(more);
});

it('lines that are not wanted are passed', () => {
  const store = new SinkStore();
  store.findings(3, { severity: 'low' });
  const high = store.findings(1, { severity: 'high' });
  const backlog = open(store, { minimum_severity: 'high' });
  expect(ids(backlog.next(10))).toEqual(high);
  backlog.confirm({ delivered: 1, dropped: 0 });
  expect(backlog.waiting()).toBe(0);
  expect(backlog.lagMicros(0)).toBe(0);
});

it('an alert goes out once, and its count when it is due or at the end', () => {
  const store = new SinkStore();
  const write = (n: number) => {
    const parts = { connections: [connection(`c${n}`)], findings: [finding('ae-guessing', null, `c${n}`)] };
    store.writer.write(batch(parts));
  };
  const backlog = open(store, { send: ['alerts'] });
  write(1);
  expect(backlog.next(10)).toMatchObject([{ kind: 'alert', revision: 1, alert: { count: 1 } }]);
  backlog.confirm({ delivered: 1, dropped: 0 });
  for (let n = 2; n < 7; n++) write(n);
  expect(backlog.next(10)).toEqual([]);
  backlog.confirm(none);
  expect(backlog.waiting()).toBe(1);
  backlog.save(null);
  expect(open(store, { send: ['alerts'] }).nextMs).toBe(backlog.nextMs);
  expect(backlog.next(10, true)).toMatchObject([{ kind: 'alert', revision: 6, alert: { count: 6 } }]);
  backlog.confirm({ delivered: 1, dropped: 0 });
  expect(backlog.waiting()).toBe(0);
});

describe('gaps', () => {
  it('above its quota the lowest go, and a gap says so once', () => {
    const store = new SinkStore();
    store.findings(80, { severity: 'low' });
    const high = store.findings(90, { severity: 'high' });
    const backlog = open(store, { waiting_max: 100 });
    const [gap, ...rest] = backlog.next(1000);
    expect(gap).toMatchObject({ kind: 'gap', why: 'quota', count: 70, dropped: { low: 70 } });
    expect(ids(rest)).toEqual([...store.written.slice(70, 80), ...high]);
    backlog.rewind(0);
    expect(ids(backlog.next(11))).toEqual(ids([gap, ...rest.slice(0, 10)]));
    backlog.confirm({ delivered: 11, dropped: 0 });
    backlog.save(null);
    // Another start of the program: the gap was told, and what it named stays away.
    const next = open(store, { waiting_max: 100 });
    expect(ids(next.next(1000))).toEqual(high);
    next.confirm({ delivered: 90, dropped: 0 });
    expect(next.record.dropped).toBe(70);
  });

  it('what retention took is told', () => {
    const store = new SinkStore();
    store.findings(5);
    open(store);
    const { database } = store.store;
    database.exec("DELETE FROM log WHERE seq <= 4; UPDATE sink SET lost = 2, lost_to = 4 WHERE name = 'soc'");
    const backlog = open(store);
    const [gap] = backlog.next(10);
    expect(gap).toMatchObject({ kind: 'gap', why: 'trimmed', count: 2, lastSeq: 4 });
    backlog.confirm({ delivered: 1, dropped: 0 });
    backlog.save(null);
    expect(
      open(store)
        .next(10)
        .filter(({ kind }) => kind === 'gap'),
    ).toEqual([]);
  });
});
