import { ascending } from '../bytes/ascending.ts';
import type { RecordBatch, TlsSessionRecord } from '../model/records.ts';

/** Sessions of DICOM over TLS, and how they were graded. */
export interface TlsSessions {
  readonly sessions: number;
  readonly grades: Readonly<Record<TlsGrade, number>>;
  /** The gravest, then the first, of those that do not pass; null when all do. */
  readonly gravest: TlsSessionRecord | null;
}

export type TlsGrade = NonNullable<TlsSessionRecord['grade']> | 'unknown';

/** Gravest first. */
export const tlsGrades: readonly TlsGrade[] = ['critical', 'fail', 'weak', 'unknown', 'pass'];

/** Sums the TLS sessions of one run. Memory holds those of open connections. */
export class TlsTally {
  readonly #lasting = new Map<string, TlsSessionRecord>();
  readonly #grades = { critical: 0, fail: 0, weak: 0, unknown: 0, pass: 0 };
  #gravest: TlsSessionRecord | null = null;

  note({ tlsSessions, connections }: RecordBatch): void {
    for (const session of tlsSessions) this.#lasting.set(session.connectionId, session);
    for (const { id, ended } of connections) if (ended !== 'open') this.#count(id);
  }

  /** To be asked once, at the end. */
  sum(): TlsSessions {
    for (const id of this.#lasting.keys()) this.#count(id);
    const sessions = tlsGrades.reduce((sum, grade) => sum + this.#grades[grade], 0);
    return { sessions, grades: this.#grades, gravest: this.#gravest };
  }

  #count(connectionId: string): void {
    const session = this.#lasting.get(connectionId);
    if (session === undefined) return;
    this.#lasting.delete(connectionId);
    this.#grades[session.grade ?? 'unknown']++;
    if (session.grade !== 'pass' && (this.#gravest === null || compare(session, this.#gravest) < 0)) {
      this.#gravest = session;
    }
  }
}

function compare(a: TlsSessionRecord, b: TlsSessionRecord): number {
  return rank(a) - rank(b) || a.start - b.start || ascending(a.id, b.id);
}

function rank({ grade }: TlsSessionRecord): number {
  return tlsGrades.indexOf(grade ?? 'unknown');
}
