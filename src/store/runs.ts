import type { Database } from 'better-sqlite3';
import { OperatorError } from '../model/errors.ts';
import type { RunRecord } from '../model/records.ts';
import { rowsOf } from './rows.ts';
import { type MetaRow, tables } from './schema.ts';

/** A run as it begins: the store gives the id, its end comes later. */
export type NewRun = Omit<RunRecord, 'id' | 'end' | 'ending'>;

/** Writes the run and returns its id. Throws `store-key-mismatch` when the store was filled under another hash key. */
export function beginRun(database: Database, run: NewRun): number {
  rememberKey(database, run.hashKeyId);
  const id = database.prepare('SELECT 1 + coalesce(max(id), 0) FROM run').pluck().get() as number;
  rowsOf<RunRecord>(database, tables.run).put({ ...run, id, end: null, ending: null });
  return id;
}

/** Whether a run of this store judged under another policy than `policyDigest`. */
export function judgedOtherwise(database: Database, policyDigest: string | null): boolean {
  return database.prepare('SELECT 1 FROM run WHERE policy_digest IS NOT ? LIMIT 1').get(policyDigest) !== undefined;
}

const KEY_NAME = 'hash_key_id';

function rememberKey(database: Database, hashKeyId: string): void {
  const meta = rowsOf<MetaRow>(database, tables.meta);
  const known = meta.get(KEY_NAME)?.value;
  if (known === undefined) meta.put({ name: KEY_NAME, value: hashKeyId });
  else if (known !== hashKeyId) {
    throw new OperatorError(
      'store-key-mismatch',
      `the database was filled under hash key ${known}, this run has ${hashKeyId}: their hashes cannot be compared`,
      'Give the same key with --hash-key, or name a new database with --db.',
    );
  }
}
