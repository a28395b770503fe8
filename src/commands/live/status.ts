import type { Totals } from '../../engine/counted.ts';
import type { Held } from '../../engine/dissector.ts';
import type { InterfaceStatus, LiveStatus } from '../../model/live-status.ts';
import type { Losses, StreamBytes } from '../../model/records.ts';

/** What a status is put together from. */
interface Parts
  extends Pick<
    LiveStatus,
    'sensor' | 'version' | 'begun' | 'now' | 'interfaces' | 'lagMicros' | 'findings' | 'store' | 'sinks' | 'evidence'
  > {
  readonly engine: {
    readonly totals: Totals;
    readonly held: Held;
    readonly losses: () => Losses;
    readonly streamBytes: StreamBytes;
  };
  /** Why an interface cannot be believed, in words; null when none is so. */
  readonly blind: string | null;
}

/** The one place where the state of a live sensor is put together. */
export function assembled({ engine, blind, ...given }: Parts): LiveStatus {
  const { packets, bytes, connections, associations, operations } = engine.totals;
  const why = blind ?? notCapturing(given.interfaces);
  return {
    ...given,
    packets,
    bytes,
    connections,
    associations,
    operations,
    losses: engine.losses(),
    streams: engine.streamBytes,
    held: { ...engine.held },
    memoryBytes: process.memoryUsage.rss(),
    healthy: why === null,
    why,
  };
}

/** Blind is who hears nothing: one interface of several may be away. */
function notCapturing(interfaces: readonly InterfaceStatus[]): string | null {
  // Not by its state: who was blind when it was stopped was so to the end.
  if (interfaces.some(({ why }) => why === null)) return null;
  const each = interfaces.map(({ name, why }) => `${name}: ${why}`);
  return `nothing is captured (${each.join('; ')})`;
}

/** The same for a line of the log. */
export function statistics(status: LiveStatus): Record<string, unknown> {
  const { interfaces, packets, bytes, connections, associations, operations, losses, findings, store, held } = status;
  return {
    interfaces: interfaces.map(({ name, engine, state, packets: count, drops, received, starts }) => {
      return { name, engine, state, packets: count, drops, received, starts };
    }),
    packets,
    bytes,
    connections,
    associations,
    operations,
    losses,
    findings,
    held,
    store,
    sinks: status.sinks,
    evidence: status.evidence,
    lagMs: Math.round(status.lagMicros / 1000),
    memoryMiB: Math.round(status.memoryBytes / 2 ** 20),
    healthy: status.healthy,
    why: status.why,
  };
}
