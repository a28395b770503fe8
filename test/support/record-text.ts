import type { Replayed } from './replay.ts';

/**
 * Records as text for people to review and for tests to compare: one block a record, one line a field. Fields that
 * hold nothing (null, an empty list) are left out.
 */
export function recordText(replayed: Replayed): string {
  const { totals, protocols, losses, error } = replayed;
  const head = {
    totals,
    protocols: Object.fromEntries([...protocols].sort()),
    losses,
    error,
  };
  return [
    block('capture', head),
    ...replayed.connections.map((record) => block('connection', record)),
    ...replayed.tlsSessions.map((record) => block('tls session', record)),
    ...replayed.associations.map((record) => block('association', record)),
    ...replayed.operations.map((record) => block('operation', record)),
    ...replayed.exposures.map((record) => block('exposure', record)),
    ...replayed.endpoints.map((record) => block('endpoint', record)),
    ...replayed.findings.map((record) => block('finding', record)),
  ].join('\n');
}

function block(kind: string, record: object): string {
  const lines = Object.entries(record)
    .filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => `  ${name}: ${line(value)}`);
  return `${kind}\n${lines.join('\n')}\n`;
}

/** Lists of records take a line for each entry. */
function line(value: unknown): string {
  if (Array.isArray(value) && typeof value[0] === 'object') {
    return value.map((entry) => `\n    ${JSON.stringify(entry)}`).join('');
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}
