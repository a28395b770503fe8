import { SinkCursors } from '../store/sink-cursors.ts';
import { openBeside } from '../store/store.ts';
import type { SinkSettings } from './settings.ts';
import { transportOf } from './transports/open.ts';
import { wantedKinds } from './wanted.ts';

/** Gives each sink its place in the store's log: one that is new begins with what comes after now. */
export function registerSinks(path: string, sinks: readonly SinkSettings[]): void {
  const beside = openBeside(path);
  try {
    const cursors = new SinkCursors(beside.database);
    for (const sink of sinks) cursors.register(sink.name, transportOf(sink).kind, wantedKinds(sink.send), 'end');
  } finally {
    beside.close();
  }
}
