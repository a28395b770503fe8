// Proves that a live store stays within age and size: the oldest first, findings last, what sinks wait for as long as
// there is room, never all for a step of the clock.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RecordBatch } from '../../src/model/records.ts';
import { diskUse } from '../../src/store/disk-use.ts';
import { HealthRows } from '../../src/store/health-rows.ts';
import { defaultKeeping, type Keeping } from '../../src/store/keeping.ts';
import { Retention } from '../../src/store/retention.ts';
import { SinkCursors } from '../../src/store/sink-cursors.ts';
import { openStore } from '../../src/store/store.ts';
import { health, liveTalk } from '../support/live-stores.ts';
import { miscounted, newRun, temporaryFolder } from '../support/stores.ts';

const DAY = 24 * 3600e6;
/** 2026-06-01 00:00 UTC. */
const NOW = 1_780_271_300_000_000;

class Life {
  readonly path = join(temporaryFolder(), 'a.db');
  readonly store = openStore(this.path, { live: true, recordsPerCommit: 1e9 });
  readonly writer = this.store.begin(newRun());
  readonly database: Database = this.store.database;
  readonly sinks = new SinkCursors(this.database);
  wall = NOW;
  elapsedMs = 0;
  retention: Retention;

  constructor(keeping: Partial<Keeping> = {}) {
    this.retention = this.begun(keeping);
    onTestFinished(() => this.store.close());
  }

  begun(keeping: Partial<Keeping>): Retention {
    this.database.pragma('wal_autocheckpoint = 100');
    const clock = { wall: () => this.wall, elapsedMs: () => this.elapsedMs };
    return new Retention(this.writer, this.database, this.path, { ...defaultKeeping, ...keeping }, clock);
  }

  write(...batches: RecordBatch[]): void {
    for (const batch of batches) this.writer.write(batch);
    this.writer.commit();
  }

  /** One talk a day, `days` ago at first. */
  days(days: number, perDay = 1): void {
    for (let day = days; day > 0; day--) {
      this.wall = NOW - day * DAY;
      this.elapsedMs += 60_000;
      this.retention.mark();
      for (let n = 0; n < perDay; n++) this.writer.write(liveTalk(day * 1000 + n, { start: NOW - day * DAY + n }));
      this.writer.commit();
    }
    this.wall = NOW;
  }

  /** Until nothing is due; how many steps that were. */
  keepHouse(): number {
    let steps = 0;
    while (this.retention.step()) {
      steps++;
      if (steps > 20_000) throw new Error('it never ends');
    }
    expect(miscounted(this.database)).toEqual([]);
    return steps;
  }

  column<T>(sql: string): T[] {
    return this.database.prepare(sql).pluck().all() as T[];
  }

  count(table: string): number {
    return this.column<number>(`SELECT count(*) FROM ${table}`)[0];
  }
}

const dependants = ['association', 'operation', 'exposure', 'endpoint_sighting', 'tls_session'];

describe('by age', () => {
  it('what is older goes with all that hangs on it; the log is told nothing', () => {
    const life = new Life({ days: 90 });
    life.days(100);
    const before = life.count('log');
    // Seen again: it has a revision.
    life.write(liveTalk(99_000, { start: NOW - 99 * DAY + 5 }), liveTalk(1000, { start: NOW - DAY + 5 }));
    const revised = life.count('log') - before;
    expect(life.count('revision')).toBeGreaterThan(2);
    life.elapsedMs += 700_000;
    life.keepHouse();
    expect(life.count('connection')).toBe(90);
    for (const table of dependants) expect([table, life.count(table)]).toEqual([table, 90]);
    expect(life.column('SELECT min("end") FROM connection')[0]).toBeGreaterThanOrEqual(NOW - 90 * DAY);
    // An alert of seven days may hold the findings it stands for.
    expect(life.count('finding')).toBeGreaterThanOrEqual(90);
    expect(life.count('finding')).toBeLessThan(98);
    expect(life.column('SELECT count(*) FROM alert WHERE finding_id NOT IN (SELECT id FROM finding)')).toEqual([0]);
    expect(life.column("SELECT count(*) FROM revision WHERE record_id = 'a99000'")).toEqual([0]);
    expect(life.column('SELECT count(*) FROM log WHERE removed')).toEqual([0]);
    expect(revised).toBeGreaterThan(0);
  });

  it('another age counts at once, also where it is told while the one before is being seen to', () => {
    const life = new Life({ days: 90 });
    life.days(100);
    life.elapsedMs += 700_000;
    expect(life.retention.step()).toBe(true);
    life.retention.keep({ ...defaultKeeping, days: 30 });
    life.keepHouse();
    expect(life.count('connection')).toBe(30);
  });

  it('alerts that stay are what they were, also when their findings change later', () => {
    const life = new Life({ days: 90 });
    life.days(100);
    const alerts = 'SELECT id || count || severity FROM alert ORDER BY id';
    const before = new Set(life.column<string>(alerts));
    life.elapsedMs += 700_000;
    life.keepHouse();
    for (const one of life.column<string>(alerts)) expect(before).toContain(one);
    // Raised again: its key is folded from the alert before it on.
    life.write(liveTalk(85_000, { start: NOW - 85 * DAY + 7 }));
    for (const one of life.column<string>(`${alerts.replace('ORDER', `WHERE last_time < ${NOW - 86 * DAY} ORDER`)}`)) {
      expect(before).toContain(one);
    }
  });

  it('endpoints and groups that nothing shows any longer, and health, go too; what is seen again comes again', () => {
    const life = new Life({ days: 10 });
    const health10 = new HealthRows(life.database);
    life.days(20);
    life.writer.alter((log) => health10.put(health({ end: NOW - 15 * DAY }), 1, log));
    life.writer.alter((log) => health10.put(health({ end: NOW }), 1, log));
    life.wall = NOW + 9 * DAY;
    life.elapsedMs += 12 * 3_600_000;
    life.keepHouse();
    life.wall = NOW + 11 * DAY;
    life.elapsedMs += 72 * 3_600_000;
    life.keepHouse();
    expect([
      life.count('connection'),
      life.count('endpoint'),
      life.count('endpoint_group'),
      life.count('finding'),
    ]).toEqual([0, 0, 0, 0]);
    expect(life.count('health')).toBe(0);
    life.write(liveTalk(1, { start: NOW + 11 * DAY }));
    expect([life.count('endpoint'), life.count('endpoint_group'), life.count('alert')]).toEqual([1, 1, 1]);
  });

  it('a clock that steps ahead by years takes away a day an hour, not all', () => {
    const life = new Life({ days: 90 });
    life.days(80);
    life.elapsedMs += 700_000;
    life.keepHouse();
    life.wall = NOW + 1000 * DAY;
    for (let minutes = 0; minutes < 60; minutes += 10) {
      life.elapsedMs += 600_000;
      life.keepHouse();
    }
    expect(life.count('connection')).toBe(80);
    // A sensor that begins anew does not believe it either.
    life.retention = life.begun({ days: 90 });
    life.elapsedMs += 700_000;
    life.keepHouse();
    expect(life.count('connection')).toBe(80);
    life.elapsedMs += 15 * 3_600_000;
    life.keepHouse();
    expect(life.count('connection')).toBeGreaterThan(70);
    expect(life.count('connection')).toBeLessThan(80);
  });
});

describe('by size', () => {
  it('the oldest go first and findings stay; the file becomes smaller; never above the quota', () => {
    const life = new Life();
    life.days(60, 60);
    life.database.pragma('wal_checkpoint(TRUNCATE)');
    const size = statSync(life.path).size;
    const bytesMax = Math.round(size * 0.7);
    life.retention.keep({ ...defaultKeeping, bytesMax });
    const steps = life.keepHouse();
    expect(steps).toBeGreaterThan(10);
    life.database.pragma('wal_checkpoint(TRUNCATE)');
    expect(diskUse(life.database, life.path).bytes).toBeLessThan(bytesMax);
    const left = life.count('connection');
    expect(left).toBeGreaterThan(400);
    expect(left).toBeLessThan(3000);
    expect(life.count('finding')).toBe(3600);
    expect(life.column('SELECT min("end") FROM connection')[0]).toBeGreaterThan(NOW - 59 * DAY);
    expect(life.column(`SELECT count(*) FROM connection WHERE "end" > ${NOW - 5 * DAY}`)[0]).toBe(5 * 60);
    expect(life.database.pragma('integrity_check', { simple: true })).toBe('ok');
  });

  it('when nothing else is left findings and alerts go too, the first that came first', () => {
    const life = new Life();
    life.days(20, 60);
    life.retention.keep({ ...defaultKeeping, bytesMax: 900_000 });
    life.keepHouse();
    expect(life.count('connection')).toBe(0);
    expect(life.count('finding')).toBeLessThan(1200);
    expect(life.count('finding')).toBeGreaterThan(0);
    expect(life.column('SELECT count(*) FROM alert WHERE finding_id NOT IN (SELECT id FROM finding)')).toEqual([0]);
  });

  it('for want of a disk that others fill findings do not go', () => {
    const life = new Life();
    life.days(20, 60);
    life.database.pragma('wal_checkpoint(TRUNCATE)');
    const clock = { wall: () => life.wall, elapsedMs: () => life.elapsedMs };
    const full = () => ({ ...diskUse(life.database, life.path), freeBytes: 0 });
    const keeping = { ...defaultKeeping, freeBytesMin: 1e12 };
    const bytesMax = 8 * diskUse(life.database, life.path).bytes;
    life.retention = new Retention(life.writer, life.database, life.path, { ...keeping, bytesMax }, clock, full);
    for (let n = 0; n < 2000 && life.retention.step(); n++);
    expect(life.count('connection')).toBeLessThan(1200);
    expect(life.count('finding')).toBe(1200);
  });

  it('a step takes no more than some connections', () => {
    const life = new Life();
    life.days(20, 60);
    life.retention.keep({ ...defaultKeeping, bytesMax: 1_000_000 });
    life.sinks.register('none', 'file', [], 'end');
    while (life.retention.step()) {
      const before = life.count('connection');
      if (before === 0) break;
      life.retention.step();
      expect(before - life.count('connection')).toBeLessThanOrEqual(50);
    }
  });
});

describe('what sinks wait for', () => {
  it('is not removed for its age; once delivered it goes, and the log with it', () => {
    const life = new Life({ days: 10 });
    life.sinks.register('s', 'file', ['association'], 'begin');
    life.days(30);
    life.elapsedMs += 700_000;
    life.keepHouse();
    expect(life.count('connection')).toBe(30);
    const end = life.sinks.end();
    const saved = { name: 's', delivered: 0, repeated: 0, dropped: 0, lastConfirmed: null, lastError: null, notes: {} };
    life.sinks.save({ ...saved, cursor: end });
    life.elapsedMs += 700_000;
    life.keepHouse();
    expect(life.count('connection')).toBe(10);
    expect(life.count('log')).toBe(0);
    expect(life.count('log_mark')).toBeLessThan(3);
    expect(life.sinks.get('s')).toMatchObject({ lost: 0, lostTo: 0 });
    // Revisions are not forgotten with the log.
    life.write(liveTalk(1000, { start: NOW - DAY + 9 }));
    expect(life.column("SELECT revision FROM log WHERE record_id = 'a1000'")).toEqual([2]);
  });

  it('goes only when the quota forces it, counted for who wanted it; alerts are kept for who wants those', () => {
    const life = new Life();
    const [many, few] = ['many', 'few'];
    life.sinks.register(many, 'file', ['association', 'alert'], 'begin');
    life.sinks.register(few, 'file', ['alert'], 'begin');
    life.days(30, 60);
    life.database.pragma('wal_checkpoint(TRUNCATE)');
    const wanted = life.column<number>("SELECT count(*) FROM log WHERE kind = 'association'")[0];
    const alerts = life.column<number>("SELECT count(*) FROM log WHERE kind = 'alert'")[0];
    life.retention.keep({ ...defaultKeeping, bytesMax: Math.round(statSync(life.path).size * 0.7) });
    life.keepHouse();
    expect(life.count('connection')).toBeLessThan(1800);
    const left = life.column<number>("SELECT count(*) FROM log WHERE kind = 'association'")[0];
    const lost = life.sinks.get(many)?.lost as number;
    expect(lost).toBeGreaterThan(0);
    expect(lost).toBe(wanted - left);
    expect(life.column("SELECT count(*) FROM log WHERE kind = 'alert'")).toEqual([alerts]);
    expect(life.sinks.get(few)).toMatchObject({ lost: 0, lostTo: 0 });
    // What a sink still finds in the log it finds in the store.
    const gone = `SELECT count(*) FROM log WHERE kind = 'association' AND record_id NOT IN (SELECT id FROM association)`;
    expect(life.column(gone)).toEqual([0]);
  });
});
