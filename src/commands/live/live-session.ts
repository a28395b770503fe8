import type { Batch } from '../../capture/batch.ts';
import type { LiveEvent, LiveSource } from '../../capture/live/live-source.ts';
import type { LiveConfig } from '../../config.ts';
import { emptyBatch } from '../../ledger/record-batch.ts';
import type { History } from '../../model/history.ts';
import type { LiveStatus, SinkStatus } from '../../model/live-status.ts';
import type { RecordBatch } from '../../model/records.ts';
import type { Policy } from '../../policy/policy.ts';
import type { KeyedHash } from '../../protocols/analyzer.ts';
import { type Engine, Sensor, type SensorOptions } from '../../sensor.ts';
import type { LiveRecorder } from '../../store/live-recorder.ts';
import type { Log } from '../log.ts';
import { FindingCounts } from './finding-counts.ts';
import { Health } from './health.ts';
import { ListenedInterface } from './listened-interface.ts';
import type { KeptRing } from './ring.ts';
import { assembled } from './status.ts';
import { Turns } from './turns.ts';
import { WallClock } from './wall-clock.ts';

/** What takes the records. */
export type Recording = Pick<LiveRecorder, 'write' | 'capture' | 'health' | 'status' | 'keep' | 'close'>;

/** What a live sensor is made of. */
export interface LiveParts {
  readonly config: Pick<LiveConfig, 'sensor' | 'limits'>;
  readonly version: string;
  readonly policy: Policy;
  readonly hash: KeyedHash;
  readonly history: History;
  readonly sources: readonly LiveSource[];
  readonly recorder: Recording;
  /** Keeps packets; null where none are asked for. */
  readonly ring?: Pick<KeptRing, 'keep' | 'tick' | 'status'> | null;
  /** How the deliveries are doing. */
  readonly sinks: () => readonly SinkStatus[];
  readonly log: Log;
  readonly clock?: WallClock;
  /** Makes the engine; one in this thread where it is not given. */
  readonly engine?: ((options: SensorOptions) => Engine) | undefined;
}

/** How often time is looked at. */
const tickMs = 250;
/** Records that are due wait no longer than this while packets come. */
const flushMs = 100;
/** What a helper may hold back: packets as old as this may still come, so packet time is not led further. */
const heldBackMs = 2000;
/** Nothing came for so long: the wire is silent. */
const silentMs = 1000;
/** Captures are recorded anew, and health told, this often. */
const intervalMs = 60_000;

/** A live sensor under way: packets of all interfaces to the engine, its records to the store, and time to both. */
export class LiveSession {
  readonly sensor: Engine;
  readonly health: Health;
  private readonly parts: LiveParts;
  private readonly clock: WallClock;
  private readonly begun: number;
  private readonly interfaces: readonly ListenedInterface[];
  private readonly turns: Turns;
  private readonly findings = new FindingCounts();
  private flushedAt = 0;
  private toldAt = 0;
  private lag = 0;
  private ticks = 0;
  private stopping = false;
  private giveUp: () => void = () => {};
  private fail: (error: unknown) => void = () => {};
  private readonly given = new Promise<void>((resolve, reject) => {
    this.giveUp = resolve;
    this.fail = reject;
  });
  private lastCall: NodeJS.Timeout | null = null;

  constructor(parts: LiveParts) {
    const { config, policy, hash, history, log } = parts;
    this.parts = parts;
    this.clock = parts.clock ?? new WallClock();
    this.begun = this.clock.now;
    this.interfaces = parts.sources.map((source, rank) => new ListenedInterface(rank, source));
    this.turns = new Turns(this.interfaces.length, (rank, batch, from, to) => {
      this.packets(this.interfaces[rank], batch, from, to);
    });
    const engine = parts.engine ?? ((options: SensorOptions) => new Sensor(options));
    this.sensor = engine({
      policy,
      history,
      hash,
      limits: config.limits,
      write: (batch) => this.write(batch),
      bug: (error) => log.error({ err: String((error as Error).stack ?? error) }, 'a connection was given up: a bug'),
    });
    this.health = new Health(
      {
        status: () => this.status,
        streams: () => this.sensor.streamBytes,
        capture: (name) => this.captureOf(name),
        record: (record) => parts.recorder.health(record),
        raise: (finding) => this.write({ ...emptyBatch(), findings: [finding] }),
        log,
      },
      policy,
    );
    this.health.begin(this.begun);
    this.toldAt = performance.now();
  }

  /**
   * Listens until `stop`, and until all that came before is used: then all of it is with the recorder. Throws what
   * breaks the engine, also on a silent wire: what was recorded until then can still be written.
   */
  async run(): Promise<void> {
    const ticking = setInterval(() => {
      try {
        this.tick();
      } catch (error) {
        this.fail(error);
      }
    }, tickMs);
    try {
      const heard = Promise.all(this.interfaces.map((one) => this.listen(one)));
      await Promise.race([heard, this.given]);
    } finally {
      clearInterval(ticking);
      if (this.lastCall !== null) clearTimeout(this.lastCall);
    }
    await this.sensor.finish();
    for (const one of this.interfaces) this.captureOver(one, null);
    this.health.end(this.clock.now);
  }

  /** What was captured until now is still used, for `graceMs` at most. */
  stop(graceMs: number): void {
    this.stopping = true;
    for (const { source } of this.interfaces) source.stop();
    this.lastCall = setTimeout(() => this.giveUp(), graceMs);
  }

  /**
   * Another policy, for associations that are asked for from here on. Between two packets: they come in turns of their
   * own.
   */
  usePolicy(policy: Policy): void {
    this.sensor.usePolicy(policy);
    this.health.policy = policy;
  }

  get status(): LiveStatus {
    const { config, version, recorder, sinks } = this.parts;
    return assembled({
      sensor: config.sensor,
      version,
      begun: this.begun,
      now: this.clock.now,
      interfaces: this.interfaces.map(({ source }) => source.status),
      engine: this.sensor,
      lagMicros: this.turns.silentFor(silentMs) ? 0 : this.lag,
      findings: this.findings.counts,
      store: recorder.status(),
      sinks: sinks(),
      evidence: this.parts.ring?.status ?? null,
      blind: this.health.blind,
    });
  }

  private async listen(one: ListenedInterface): Promise<void> {
    for (;;) {
      const event = await one.source.next();
      if (event === null) break;
      if (event.kind !== 'packets') {
        // What is lost of a capture is known when all of it was used.
        const settled = this.sensor.settled();
        if (settled !== null) await settled;
        this.told(one, event);
      } else {
        const crowded = this.turns.take(one.rank, event.batch);
        if (crowded !== null) await crowded;
        const behind = this.sensor.room();
        if (behind !== null) await behind;
        await this.breathe();
      }
    }
    this.turns.listens(one.rank, false);
  }

  /** Under load the next packets are always at hand: timers and signals need their turn. */
  private breathe(): Promise<void> | null {
    if (performance.now() - this.flushedAt < flushMs) return null;
    this.flush();
    return new Promise((resume) => setImmediate(resume));
  }

  private told(one: ListenedInterface, event: Exclude<LiveEvent, { kind: 'packets' }>): void {
    const { log } = this.parts;
    const { name } = one;
    switch (event.kind) {
      case 'began':
        this.turns.listens(one.rank, true);
        log.info({ interface: name, engine: event.engine, start: event.start, missed: event.missed }, 'capture began');
        if (event.start > 1 && event.missed !== 0) this.interrupted(one);
        this.health.began(name, event.missed, this.clock.now);
        return;
      case 'dropped':
        one.untold += event.packets;
        this.tellDrops(one);
        return;
      case 'ended':
        this.turns.listens(one.rank, false);
        log[this.stopping ? 'info' : 'warn']({ interface: name, why: event.why }, 'capture ended');
        this.captureOver(one, this.stopping ? null : event.why);
        if (!this.stopping) this.health.ended(name, event.why, this.clock.now);
    }
  }

  private interrupted(one: ListenedInterface): void {
    if (one.lastInput >= 0) this.sensor.interrupted(one.lastInput);
  }

  private packets(one: ListenedInterface, batch: Batch, from: number, to: number): void {
    if (one.input < 0) {
      one.input = this.sensor.input(one.begun(batch, from));
      one.count(batch, from, to);
      // Before what refers to it.
      this.record(one, null);
      this.tellDrops(one);
    } else one.count(batch, from, to);
    this.parts.ring?.keep(one.rank, one.name, one.id as string, batch, from, to);
    this.sensor.packets(batch, from, to, one.input);
    const last = batch.seconds[to - 1] * 1e6 + batch.nanos[to - 1] / 1000;
    this.lag = Math.max(0, this.clock.now - last);
  }

  private tellDrops(one: ListenedInterface): void {
    if (one.untold === 0 || one.input < 0) return;
    this.sensor.notCaptured(one.input, one.untold);
    one.untold = 0;
  }

  private captureOver(one: ListenedInterface, error: string | null): void {
    this.record(one, error);
    one.over();
  }

  private record(one: ListenedInterface, error: string | null): void {
    const record = one.record(one.input < 0 ? {} : this.sensor.losses(one.input), error);
    if (record !== null) this.parts.recorder.capture(record);
  }

  private write(batch: RecordBatch): void {
    this.findings.add(batch.findings);
    this.parts.recorder.write(batch);
  }

  /** Records that are due, to the recorder. */
  private flush(): void {
    this.flushedAt = performance.now();
    this.sensor.advance();
  }

  private tick(): void {
    const { clock, sensor } = this;
    const { log } = this.parts;
    this.parts.ring?.tick();
    if (clock.stepped()) log.warn({ stepMs: Math.round(clock.lastStepMs) }, 'the clock of this machine was set');
    // Only on a silent wire, and never by a clock that was just set: what packets say is better known.
    const lead = clock.now - heldBackMs * 1000;
    const far = Math.abs(lead - sensor.now) > 0 && sensor.totals.packets > 0;
    if (far && clock.steady && this.turns.silentFor(silentMs)) {
      this.flushedAt = performance.now();
      sensor.advance(lead);
    } else this.flush();
    if (++this.ticks % 4 === 0 && this.isUnderWay) this.health.look(clock.now);
    if (performance.now() - this.toldAt < intervalMs) return;
    this.toldAt = performance.now();
    for (const one of this.interfaces) if (one.input >= 0) this.record(one, null);
    this.health.interval(clock.now);
  }

  /** Helpers take a moment to begin: that is no failure yet. */
  private get isUnderWay(): boolean {
    if (this.stopping) return false;
    return this.clock.now - this.begun > 5e6 || this.interfaces.every(({ source }) => source.status.starts > 0);
  }

  private captureOf(name: string): { id: string; bytesBefore: number } | null {
    const one = this.interfaces.find((each) => each.name === name);
    if (one === undefined || one.id === null) return null;
    return { id: one.id, bytesBefore: this.sensor.losses(one.input)['before-sensor']?.bytes ?? 0 };
  }
}
