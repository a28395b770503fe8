import { rfc3339 } from '../../bytes/rfc3339.ts';
import { tables } from '../../store/schema.ts';
import { recordJson } from '../record-json.ts';
import { lifeOf } from './life.ts';
import type { Shown } from './status-text.ts';

/** `status --json`: records as everywhere, times as RFC 3339. */
export function statusDocument(shown: Shown): Record<string, unknown> {
  const { now, path, bytes, state, sinks, kept } = shown;
  const { run, health, interruptions, captures, newest, ...numbers } = state;
  const record = (row: object, name: keyof typeof tables) => recordJson(row, tables[name].columns);
  return {
    time: rfc3339(now),
    sensor: run.sensor,
    program: run.program,
    begin: rfc3339(run.begin),
    ...lifeOf(shown),
    health: health === null ? null : record(health, 'health'),
    captures: captures.map((each) => record(each, 'capture')),
    interruptions: interruptions.map((each) => record(each, 'health')),
    ...numbers,
    newest: newest.map((each) => record(each, 'alert')),
    sinks: sinks.map(({ notes: _, ...each }) => record(each, 'sink')),
    store: { path, bytes },
    evidence: kept === null ? null : { ...kept, oldest: kept.oldest === null ? null : rfc3339(kept.oldest) },
  };
}
