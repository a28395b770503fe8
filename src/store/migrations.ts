import type { Database } from 'better-sqlite3';
import { step1 } from './tables/step-1.ts';
import { step2 } from './tables/step-2.ts';
import { step3 } from './tables/step-3.ts';

/** `PRAGMA application_id` of our files: `dcmt`. */
export const applicationId = 0x64636d74;

/**
 * Brings a database to the present schema, each step in a transaction of its own; `PRAGMA user_version` is the
 * number of steps done. A step, once released, never changes.
 */
export function migrate(database: Database): void {
  const done = database.pragma('user_version', { simple: true }) as number;
  for (let step = done; step < migrations.length; step++) {
    database.transaction(() => {
      database.exec(migrations[step]);
      database.pragma(`application_id = ${applicationId}`);
      database.pragma(`user_version = ${step + 1}`);
    })();
  }
}

/** SQL of step i + 1. */
const migrations: readonly string[] = [step1, step2, step3];

export const schemaVersion = migrations.length;
