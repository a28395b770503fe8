import type { InterfaceInterval } from '../../detections/detection.ts';
import { sensorBlind } from '../../detections/sensor-blind.ts';
import type { InterfaceStatus, LiveStatus } from '../../model/live-status.ts';
import type { FindingRecord, HealthRecord, Losses, Micros, StreamBytes } from '../../model/records.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Log } from '../log.ts';

export interface HealthParts {
  readonly status: () => LiveStatus;
  readonly streams: () => StreamBytes;
  /** Of the capture of an interface that is under way: its id, and bytes of streams lost before the sensor so far. */
  readonly capture: (name: string) => { readonly id: string; readonly bytesBefore: number } | null;
  readonly record: (record: NewHealth) => void;
  readonly raise: (finding: FindingRecord) => void;
  readonly log: Log;
}

type NewHealth = Omit<HealthRecord, 'id' | 'runId'>;
type State = HealthRecord['state'];

/**
 * Says how the sensor does: a record and a line of the log each interval, and another at each change for worse or
 * better.
 */
export class Health {
  policy: Policy;
  /** Why an interface cannot be believed, in words; null when none is so. */
  blind: string | null = null;
  private readonly parts: HealthParts;
  private readonly oversee = sensorBlind.oversee();
  private before: Reading;
  private state: State = 'ok';
  private readonly interfaces = new Map<string, Reading>();
  private begun: Micros = 0;
  private readonly gone = new Map<string, Absence>();

  constructor(parts: HealthParts, policy: Policy) {
    this.parts = parts;
    this.policy = policy;
    this.before = nothing(0);
  }

  /** Counts from here on: once everything else is there. */
  begin(now: Micros): void {
    this.begun = now;
    this.before = { ...nothing(now) };
  }

  /** The sensor stops: of who is away now nothing is heard any more. */
  end(now: Micros): void {
    for (const { name, why } of this.parts.status().interfaces) {
      if (why !== null) this.away(name, this.gone.get(name) ?? { at: this.begun, why }, null, now);
    }
    this.interval(now);
  }

  /** An interval is over. */
  interval(now: Micros): void {
    const { parts } = this;
    const status = parts.status();
    this.overseeAll(status, now);
    const record = this.whole(status, now);
    parts.record(record);
    this.state = record.state;
    const { packets, lagMicros, memoryBytes, drops, state, why } = record;
    const { associations, store, interfaces, evidence } = status;
    const seconds = Math.max(1, (record.end - record.begin) / 1e6);
    const fields = {
      state,
      ...(why === null ? {} : { why }),
      packetsPerSecond: Math.round(packets / seconds),
      associations,
      findings: findingsOf(status),
      drops,
      lagMs: Math.round(lagMicros / 1000),
      memoryMiB: Math.round(memoryBytes / 2 ** 20),
      storeMiB: Math.round(store.bytes / 2 ** 20),
      waiting: store.waiting,
      ...(evidence === null ? {} : { keptMiB: Math.round(evidence.bytes / 2 ** 20), notKept: evidence.missed }),
      interfaces: interfaces.map(({ name, state: each }) => `${name}:${each}`).join(' '),
    };
    if (state === 'ok') parts.log.info(fields, 'status');
    else parts.log.warn(fields, 'status');
  }

  /** To be called often: a change is told at once. */
  look(now: Micros): void {
    const status = this.parts.status();
    const [state, why] = stateOf(status, this.blind, {});
    // What was lost shows at the end of an interval; what stands still, at once.
    if (state === this.state || (state === 'ok' && this.state === 'degraded' && this.lost(status) > 0)) return;
    const record = this.whole(status, now);
    this.parts.record(record);
    this.state = record.state;
    this.parts.log[state === 'ok' ? 'info' : 'error']({ state, why }, state === 'ok' ? 'recovered' : 'not well');
  }

  /**
   * A capture of an interface began: after an interruption a record tells how long, and what the interface counted
   * meanwhile.
   */
  began(name: string, missed: number | null, now: Micros): void {
    const gone = this.gone.get(name);
    this.gone.delete(name);
    if (gone !== undefined) this.away(name, gone, missed, now);
  }

  ended(name: string, why: string, now: Micros): void {
    if (!this.gone.has(name)) this.gone.set(name, { at: now, why });
  }

  private away(name: string, { at, why }: Absence, missed: number | null, now: Micros): void {
    this.parts.record({
      ...empty(at, now),
      interface: name,
      state: 'blind',
      why: `nothing was captured: ${why}`,
      received: missed,
      memoryBytes: process.memoryUsage.rss(),
    });
  }

  private lost(status: LiveStatus): number {
    return total(dropsOf(status.interfaces)) - total(this.before.drops);
  }

  private whole(status: LiveStatus, now: Micros): NewHealth {
    const { before } = this;
    const streams = this.parts.streams();
    const after: Reading = {
      at: now,
      packets: status.packets,
      bytes: status.bytes,
      received: receivedOf(status.interfaces),
      drops: dropsOf(status.interfaces),
      losses: status.losses,
      streamBytes: streams.covered,
      notUnderstoodBytes: notUnderstood(streams, status.losses),
      bytesBefore: 0,
    };
    this.before = after;
    const drops = lessDrops(after.drops, before.drops);
    const [state, why] = stateOf(status, this.blind, drops);
    return {
      begin: before.at,
      end: now,
      interface: null,
      state,
      why,
      packets: after.packets - before.packets,
      bytes: after.bytes - before.bytes,
      received: after.received === null ? null : after.received - (before.received ?? 0),
      drops,
      losses: lessLosses(after.losses, before.losses),
      lagMicros: Math.round(status.lagMicros),
      memoryBytes: status.memoryBytes,
      queues: queuesOf(status),
      streamBytes: after.streamBytes - before.streamBytes,
      notUnderstoodBytes: Math.max(0, after.notUnderstoodBytes - before.notUnderstoodBytes),
    };
  }

  private overseeAll({ interfaces }: LiveStatus, now: Micros): void {
    const blind: string[] = [];
    for (const one of interfaces) {
      const capture = this.parts.capture(one.name);
      const before = this.interfaces.get(one.name) ?? { ...nothing(this.before.at) };
      const after: Reading = {
        ...nothing(now),
        packets: one.packets,
        bytes: one.bytes,
        drops: one.drops,
        bytesBefore: capture?.bytesBefore ?? 0,
      };
      this.interfaces.set(one.name, after);
      const interval: InterfaceInterval = {
        name: one.name,
        begin: before.at,
        end: now,
        packets: after.packets - before.packets,
        lost: total(after.drops) - total(before.drops),
        bytes: after.bytes - before.bytes,
        // Another capture counts from 0.
        bytesBefore: Math.max(0, after.bytesBefore - before.bytesBefore),
        capture: capture?.id ?? null,
      };
      const blindness = this.oversee(interval, this.policy);
      if (blindness === null) continue;
      blind.push(blindness.why);
      if (blindness.finding !== null) this.parts.raise(blindness.finding);
    }
    this.blind = blind.length === 0 ? null : blind.join('; ');
  }
}

/** Since when, by the wall clock, an interface is away, and why. */
interface Absence {
  readonly at: Micros;
  readonly why: string;
}

/** Counters at one moment. */
interface Reading {
  readonly at: Micros;
  readonly packets: number;
  readonly bytes: number;
  readonly received: number | null;
  readonly drops: Readonly<Record<string, number>>;
  readonly losses: Losses;
  readonly streamBytes: number;
  readonly notUnderstoodBytes: number;
  readonly bytesBefore: number;
}

function nothing(at: Micros): Reading {
  const counts = { packets: 0, bytes: 0, received: null, streamBytes: 0, notUnderstoodBytes: 0, bytesBefore: 0 };
  return { at, ...counts, drops: {}, losses: {} };
}

function empty(begin: Micros, end: Micros): NewHealth {
  const nought = { packets: 0, bytes: 0, lagMicros: 0, streamBytes: 0, notUnderstoodBytes: 0, memoryBytes: 0 };
  return {
    begin,
    end,
    interface: null,
    state: 'ok',
    why: null,
    ...nought,
    received: null,
    drops: {},
    losses: {},
    queues: {},
  };
}

/** The gravest thing that is wrong, in words. */
function stateOf(
  status: LiveStatus,
  blind: string | null,
  drops: Readonly<Record<string, number>>,
): [State, string | null] {
  if (!status.healthy) return ['blind', status.why];
  if (blind !== null) return ['blind', blind];
  const away = status.interfaces.filter(({ why }) => why !== null);
  if (away.length > 0) return ['degraded', away.map(({ name, why }) => `${name} waits: ${why}`).join('; ')];
  if (status.store.trouble !== null) return ['degraded', `the store takes no records: ${status.store.trouble}`];
  const lost = total(drops);
  if (lost > 0) return ['degraded', `${lost} packets were lost (${Object.keys(drops).join(', ')})`];
  // Nothing that is found depends on it: so it comes last.
  const { evidence } = status;
  if (evidence !== null && evidence.trouble !== null)
    return ['degraded', `packets are not kept for extract: ${evidence.trouble}`];
  return ['ok', null];
}

function queuesOf({ store, sinks }: LiveStatus): Record<string, number> {
  const queues: Record<string, number> = { store: store.waiting };
  for (const { name, waiting } of sinks) queues[`sink ${name}`] = waiting;
  return queues;
}

function findingsOf({ findings }: LiveStatus): number {
  return Object.values(findings).reduce((sum, each) => sum + total(each as Record<string, number>), 0);
}

function receivedOf(interfaces: readonly InterfaceStatus[]): number | null {
  if (interfaces.some(({ received }) => received === null)) return null;
  return interfaces.reduce((sum, { received }) => sum + (received ?? 0), 0);
}

function dropsOf(interfaces: readonly InterfaceStatus[]): Record<string, number> {
  const drops: Record<string, number> = {};
  for (const one of interfaces) {
    for (const [place, packets] of Object.entries(one.drops)) drops[place] = (drops[place] ?? 0) + packets;
  }
  return drops;
}

function notUnderstood(streams: StreamBytes, losses: Losses): number {
  return (losses['not-parsed']?.bytes ?? 0) + (losses['not-identified']?.bytes ?? 0) + streams.identified.bug;
}

function lessDrops(after: Readonly<Record<string, number>>, before: Readonly<Record<string, number>>) {
  const less = Object.entries(after).map(([place, packets]) => [place, packets - (before[place] ?? 0)] as const);
  return Object.fromEntries(less.filter(([, packets]) => packets > 0));
}

function lessLosses(after: Losses, before: Losses): Losses {
  const less: Losses = {};
  for (const [name, count] of Object.entries(after)) {
    const cause = name as keyof Losses;
    const packets = count.packets - (before[cause]?.packets ?? 0);
    const bytes = count.bytes - (before[cause]?.bytes ?? 0);
    if (packets !== 0 || bytes !== 0) less[cause] = { packets, bytes };
  }
  return less;
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
