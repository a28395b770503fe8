import { type Severity, severities } from '../model/records.ts';
import { hourMicros } from '../store/alerts.ts';
import type { AlertMessage, OutMessage } from './message.ts';

/** What went out of one record. */
interface Told {
  readonly revision: number;
  readonly severity: Severity;
  readonly ms: number;
}

/**
 * Keeps a sink from being flooded. A record goes out once in each revision. An alert goes out when it is new and when
 * it gets graver, at once; when it only counts on, at the end of its window, or after `repeatMs`, whichever is first,
 * with the numbers it has by then. What goes out counts only once it is confirmed.
 */
export class Suppression {
  readonly #repeatMs: number;
  /** Bounded: what is forgotten is told again, with the same id and revision. */
  readonly #confirmed = new Map<string, Told>();
  readonly #pending = new Map<string, Told>();
  /** Alerts that have news, to when that goes out, wall clock; and those whose news went out, but is not confirmed. */
  readonly #held: Map<string, number>;
  readonly #taken = new Map<string, number>();

  constructor(repeatMs: number, held: Readonly<Record<string, number>> = {}) {
    this.#repeatMs = repeatMs;
    this.#held = new Map(Object.entries(held));
  }

  /** Whether a message, read because of a line of the log, goes out now. */
  offer(message: OutMessage, nowMs: number): boolean {
    const told = this.#pending.get(message.id) ?? this.#confirmed.get(message.id);
    if (told !== undefined && told.revision >= message.revision) return false;
    if (message.kind === 'alert' && told !== undefined && !graver(message, told) && this.#held.size < HELD_MAX) {
      this.#held.set(message.id, this.#held.get(message.id) ?? dueMs(message, told.ms, this.#repeatMs));
      return false;
    }
    this.tell(message, nowMs);
    return true;
  }

  /** It goes out, whatever was before. */
  tell({ id, revision, severity }: OutMessage, nowMs: number): void {
    this.#pending.set(id, { revision, severity, ms: nowMs });
    const due = this.#held.get(id);
    if (due !== undefined) this.#taken.set(id, due);
    this.#held.delete(id);
  }

  /** Alerts whose news is due; `all` at the end. */
  due(nowMs: number, all: boolean): string[] {
    const due: string[] = [];
    for (const [id, ms] of this.#held) if (all || ms <= nowMs) due.push(id);
    return due;
  }

  /** When the next news is due; null for none. */
  get nextMs(): number | null {
    let next: number | null = null;
    for (const ms of this.#held.values()) if (next === null || ms < next) next = ms;
    return next;
  }

  /** A record that is gone has no news. */
  drop(id: string): void {
    this.#held.delete(id);
    this.#taken.delete(id);
  }

  confirm(): void {
    for (const [id, told] of this.#pending) {
      this.#confirmed.delete(id);
      this.#confirmed.set(id, told);
    }
    this.#pending.clear();
    this.#taken.clear();
    for (const id of this.#confirmed.keys()) {
      if (this.#confirmed.size <= TOLD_MAX) break;
      this.#confirmed.delete(id);
    }
  }

  /** What went out since the last `confirm` goes out again. */
  rewind(): void {
    this.#pending.clear();
    for (const [id, ms] of this.#taken) this.#held.set(id, ms);
    this.#taken.clear();
  }

  /** To be remembered over an end of the program. */
  get held(): Record<string, number> {
    return Object.fromEntries([...this.#taken, ...this.#held]);
  }
}

const HELD_MAX = 10_000;
const TOLD_MAX = 50_000;

function graver({ severity }: AlertMessage, told: Told): boolean {
  return severities.indexOf(severity) > severities.indexOf(told.severity);
}

/** The end of an event's window where that comes first; a window of the past is over already, and does not count. */
function dueMs({ alert }: AlertMessage, toldMs: number, repeatMs: number): number {
  const end = alert.kind === 'event' ? (alert.windowStart + hourMicros) / 1000 : 0;
  return end > toldMs ? Math.min(end, toldMs + repeatMs) : toldMs + repeatMs;
}
