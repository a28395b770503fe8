import type { Database, Statement } from 'better-sqlite3';

/** A statement that is prepared when it is first needed: most runs need few of them. */
export function prepared(database: Database, sql: () => string): () => Statement {
  let statement: Statement | null = null;
  return () => {
    statement ??= database.prepare(sql());
    return statement;
  };
}

/** The same, for what asks for one column. */
export function preparedForOne(database: Database, sql: () => string): () => Statement {
  let statement: Statement | null = null;
  return () => {
    statement ??= database.prepare(sql()).pluck();
    return statement;
  };
}
