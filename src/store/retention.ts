import type { Database } from 'better-sqlite3';
import type { Micros } from '../model/records.ts';
import { AgeClock } from './age-clock.ts';
import { type DiskUse, diskUse } from './disk-use.ts';
import { bytesAllowed, type Keeping, walBytesMax } from './keeping.ts';
import { Removal, type SweptTable, sweptTables } from './removal.ts';
import { rowsOf } from './rows.ts';
import { type MetaRow, tables } from './schema.ts';
import { Undelivered } from './undelivered.ts';
import type { Writer } from './writer.ts';

/** The clocks of a live run: wall clock in µs, and milliseconds that only go on. */
export interface Clock {
  wall(): Micros;
  elapsedMs(): number;
}

/**
 * Keeps the store of a live run within its age and size, one small step at a time, each a short transaction between
 * those of records. What is older goes, and what no sink waits for; when the quota is near, the oldest connections with
 * all that hangs on them, findings and alerts last. What sinks wait for stays as long as there is room; then it is
 * counted as lost to them. Emptied pages are used again, and given back when they are many.
 */
export class Retention {
  readonly #database: Database;
  readonly #writer: Pick<Writer, 'alter' | 'shared'>;
  readonly #clock: Clock;
  readonly #use: () => DiskUse;
  readonly #removal: Removal;
  readonly #undelivered: Undelivered;
  readonly #ageClock: AgeClock;
  #keeping: Keeping;
  #shrinking = false;
  #vacuuming = false;
  #vacuumPages = 64;
  /** Where the pass by age is; null between two. */
  #pass: Pass | null = null;
  #passDue: number;
  #markDue: number;
  #trimDue: number;

  /** `use` tells what the store takes. */
  constructor(
    writer: Pick<Writer, 'alter' | 'shared'>,
    database: Database,
    path: string,
    keeping: Keeping,
    clock: Clock,
    use = (): DiskUse => diskUse(database, path),
  ) {
    this.#writer = writer;
    this.#database = database;
    this.#keeping = keeping;
    this.#clock = clock;
    this.#use = use;
    this.#removal = new Removal(database, writer.shared);
    this.#undelivered = new Undelivered(database);
    const now = clock.elapsedMs();
    this.#ageClock = new AgeClock(knownAge(database, clock.wall()), now);
    this.#passDue = now;
    this.#markDue = now;
    this.#trimDue = now;
  }

  keep(keeping: Keeping): void {
    this.#keeping = keeping;
    this.#pass = null;
    this.#passDue = this.#clock.elapsedMs();
  }

  /** Before records are written: notes now and then when the log had come how far. */
  mark(): void {
    const now = this.#clock.elapsedMs();
    if (now < this.#markDue) return;
    this.#markDue = now + MARK_MS;
    this.#writer.alter(() => this.#undelivered.mark(this.#clock.wall()));
  }

  /** One step. True when there is more to do at once. Throws as `Writer.write`. */
  step(): boolean {
    const use = this.#use();
    return this.#shrink(use) || this.#vacuum(use) || this.#trim() || this.#byAge();
  }

  #shrink(use: DiskUse): boolean {
    const used = use.bytes - use.walBytes - use.emptyBytes;
    const room = this.#room(use);
    if (used > HIGH * room) this.#shrinking = true;
    if (used <= LOW * room) this.#shrinking = false;
    if (!this.#shrinking) return false;
    const { bytesMax } = this.#keeping;
    const findingsToo = used > HIGH * (bytesMax - walBytesMax(bytesMax));
    this.#shrinking = this.#alter(() => this.#removeOldest(findingsToo));
    return this.#shrinking;
  }

  /** For the database itself. */
  #room(use: DiskUse): number {
    const allowed = bytesAllowed(this.#keeping, use);
    return allowed - walBytesMax(allowed);
  }

  /** False when there is nothing left that may go. */
  #removeOldest(findingsToo: boolean): boolean {
    if (this.#undelivered.trim(Number.POSITIVE_INFINITY)) return true;
    if (this.#removal.connections(this.#undelivered.since(RECORDS), CONNECTIONS) > 0) return true;
    if (this.#undelivered.giveUp(RECORDS) > 0) return true;
    // For want of a disk that others fill, findings do not go.
    if (!findingsToo) return false;
    if (this.#removal.findings(this.#undelivered.since(OPINIONS), FINDINGS) > 0) return true;
    return this.#undelivered.giveUp(OPINIONS) > 0;
  }

  /** Gives emptied pages back. A step is as many as take some milliseconds. */
  #vacuum(use: DiskUse): boolean {
    const file = use.bytes - use.walBytes;
    const many = use.emptyBytes > EMPTY_SHARE * file && use.emptyBytes > EMPTY_BYTES;
    if (many || file > this.#room(use)) this.#vacuuming = true;
    if (use.emptyBytes < PAGE_BYTES || use.emptyBytes < (EMPTY_SHARE / 2) * file) this.#vacuuming = false;
    if (!this.#vacuuming) return false;
    const begin = this.#clock.elapsedMs();
    this.#alter(() => this.#database.pragma(`incremental_vacuum(${this.#vacuumPages})`) !== null);
    const took = this.#clock.elapsedMs() - begin;
    if (took > STEP_MS && this.#vacuumPages > 8) this.#vacuumPages /= 2;
    else if (took < STEP_MS / 4 && this.#vacuumPages < 1024) this.#vacuumPages *= 2;
    return true;
  }

  #trim(): boolean {
    const now = this.#clock.elapsedMs();
    if (now < this.#trimDue) return false;
    const more = this.#alter(() => this.#undelivered.trim(this.#cutoff()));
    if (!more) this.#trimDue = now + TRIM_MS;
    return more;
  }

  #cutoff(): Micros {
    return this.#ageClock.at(this.#clock.wall(), this.#clock.elapsedMs()) - this.#keeping.days * DAY_MICROS;
  }

  #byAge(): boolean {
    const now = this.#clock.elapsedMs();
    if (this.#pass === null && now < this.#passDue) return false;
    this.#pass ??= this.#begun();
    const pass = this.#pass;
    if (this.#alter(() => this.#stepOf(pass))) return true;
    this.#pass = null;
    this.#passDue = now + PASS_MS;
    return false;
  }

  #begun(): Pass {
    const cutoff = this.#cutoff();
    const records = Math.min(cutoff, this.#undelivered.since(RECORDS));
    const opinions = Math.min(cutoff, this.#undelivered.since(OPINIONS));
    return { cutoff, records, opinions, table: -1, from: 0 };
  }

  /** False when the pass is over. */
  #stepOf(pass: Pass): boolean {
    if (pass.table < 0) {
      if (this.#removal.connections(pass.records, CONNECTIONS) < CONNECTIONS) pass.table = 0;
      return true;
    }
    const table = sweptTables[pass.table];
    const next = this.#removal.sweep(table, pass.from, this.#before(table, pass));
    pass.from = next ?? 0;
    if (next !== null) return true;
    pass.table++;
    if (pass.table < sweptTables.length) return true;
    this.#removal.unusedGroups();
    const value = String(this.#ageClock.at(this.#clock.wall(), this.#clock.elapsedMs()));
    rowsOf<MetaRow>(this.#database, tables.meta).put({ name: AGE_CLOCK, value });
    return false;
  }

  #before(table: SweptTable, { records, opinions }: Pass): Micros {
    return table === 'alert' || table === 'finding' ? opinions : records;
  }

  #alter(work: () => boolean): boolean {
    let more = false;
    this.#writer.alter(() => {
      more = work();
    });
    return more;
  }
}

interface Pass {
  readonly cutoff: Micros;
  /** What of records, and of findings and alerts, is older goes. */
  readonly records: Micros;
  readonly opinions: Micros;
  /** Index of the table being swept; -1 while connections go. */
  table: number;
  /** The row after which to go on. */
  from: number;
}

/** What the clock of ages showed last; of a store that had none, the time of its newest record. */
function knownAge(database: Database, wall: Micros): Micros {
  const known = rowsOf<MetaRow>(database, tables.meta).get(AGE_CLOCK);
  if (known !== null) return Number(known.value);
  const newest = database.prepare('SELECT max("end") FROM connection').pluck().get() as number | null;
  return newest === null ? wall : Math.min(newest, wall);
}

const AGE_CLOCK = 'age_clock';

/** Kinds of the log whose records go first, and last. */
const RECORDS = ['association', 'tls_session', 'endpoint', 'health'];
const OPINIONS = ['finding', 'alert'];

/** Of the room there is: where the oldest begin to go, and where that ends. */
const HIGH = 0.95;
const LOW = 0.9;
/** Of the file. */
const EMPTY_SHARE = 0.15;
const EMPTY_BYTES = 16 * 2 ** 20;
const PAGE_BYTES = 8192;

/** Removed in one step: some milliseconds. */
const CONNECTIONS = 50;
const FINDINGS = 100;
const STEP_MS = 20;

const MARK_MS = 10_000;
const TRIM_MS = 10_000;
const PASS_MS = 600_000;
const DAY_MICROS = 24 * 3600e6;
