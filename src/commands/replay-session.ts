import { ascending } from '../bytes/ascending.ts';
import type { Batch } from '../capture/batch.ts';
import type { InputProblem } from '../capture/files.ts';
import { type Deliver, merge } from '../capture/merge.ts';
import { type Outside, withinRange } from '../capture/range.ts';
import type { PacketTime } from '../capture/series.ts';
import type { Config } from '../config.ts';
import type { Filter } from '../decode/filter.ts';
import { carriedText } from '../decode/tunnel.ts';
import { Comparison } from '../detections/comparison.ts';
import type { Totals } from '../engine/counted.ts';
import { captureId } from '../ledger/ids.ts';
import { noHistory } from '../model/history.ts';
import type { Losses, Severity } from '../model/records.ts';
import type { Policy } from '../policy/policy.ts';
import { programVersion } from '../program.ts';
import type { KeyedHash } from '../protocols/analyzer.ts';
import type { Engine, SensorOptions } from '../sensor.ts';
import type { StoredHistory } from '../store/history.ts';
import type { Recorder } from '../store/recorder.ts';
import type { RunTally } from '../store/run-tally.ts';
import type { Io } from './command.ts';
import type { ConnectionsFile } from './connections-file.ts';
import { holdYoungGeneration } from './heap-bounds.ts';
import { type CaptureInput, microsOf } from './inputs.ts';
import { captureName, type Intake } from './intake.ts';
import type { Log } from './log.ts';
import { Progress } from './progress.ts';
import type { Compared, ReplayResult } from './replay-result.ts';
import { alertsShownMax } from './replay-summary.ts';
import type { Stop } from './stop.ts';

/** What the command line asks of a replay. */
export interface Request {
  readonly paths: readonly string[];
  readonly json: boolean;
  readonly quiet: boolean;
  readonly follow: boolean;
  /** Detections may ask the store about before. */
  readonly withHistory: boolean;
  readonly reveal: boolean;
  readonly connections: string | null;
  readonly failOn: Severity | null;
  readonly from: PacketTime | null;
  readonly to: PacketTime | null;
  readonly filter: { readonly text: string; readonly compiled: Filter } | null;
}

/** What a replay is made of. */
export interface Parts {
  readonly request: Request;
  readonly config: Config;
  readonly log: Log;
  readonly policy: Policy;
  /** Another policy, to show which findings differ. */
  readonly compare: { readonly path: string; readonly policy: Policy } | null;
  readonly stop: Stop;
  readonly io: Io;
}

/** What was opened for it. */
export interface Opened {
  readonly intake: Intake;
  readonly recorder: Recorder;
  readonly connections: ConnectionsFile | null;
  readonly hash: KeyedHash;
  readonly engine: (options: SensorOptions) => Engine;
  readonly history: StoredHistory | null;
  /** `performance.now()` at the start. */
  readonly begun: number;
}

/** One replay under way. */
export class Session {
  private readonly parts: Parts;
  private readonly opened: Opened;
  private readonly sensor: Engine;
  private readonly comparison = new Comparison();
  private readonly progress: Progress;
  private readonly byNumber: CaptureInput[] = [];
  private lastMicros = 0;
  private advancedMicros = 0;
  private batches = 0;

  constructor(parts: Parts, opened: Opened) {
    const { request, policy, compare, log } = parts;
    const { recorder, connections } = opened;
    this.parts = parts;
    this.opened = opened;
    this.progress = new Progress(request.quiet ? { ...parts.io, progress: false } : parts.io, opened.intake.totalBytes);
    this.sensor = opened.engine({
      policy,
      history: opened.history ?? noHistory,
      hash: opened.hash,
      reveal: request.reveal,
      filter: request.filter?.compiled ?? null,
      limits: parts.config.limits,
      ...(compare === null ? {} : { compare: compare.policy }),
      write: (batch, { heldBack, compared }) => {
        holdYoungGeneration();
        recorder.write(batch, heldBack);
        if (compared !== null) this.comparison.note(batch, { findings: batch.findings, heldBack }, compared);
      },
      ...(connections === null ? {} : { connection: (record) => connections.write(record) }),
      bug: (error) => log.error({ err: String((error as Error).stack ?? error) }, 'a connection was given up: a bug'),
    });
  }

  /** Reads everything to its end and leaves the store closed, also when something fails. */
  async read(): Promise<ReplayResult> {
    const { recorder, connections } = this.opened;
    try {
      await this.deliverAll();
      await this.sensor.finish();
      connections?.close();
      this.noteLinkTypes();
      for (const { number, dropped } of this.byNumber) if (dropped > 0) this.sensor.notCaptured(number, dropped);
      const result = this.result(
        await recorder.tally(this.parts.request.json ? Number.POSITIVE_INFINITY : alertsShownMax),
      );
      for (const input of this.opened.intake.inputs) this.capture(input);
      await recorder.finish(this.ending(result));
      return result;
    } catch (error) {
      await finishQuietly(recorder);
      throw error;
    } finally {
      this.progress.clear();
      // Before the recorder leaves one file.
      this.opened.history?.close();
      await recorder.close();
    }
  }

  /** An input's first packets: it gets its id and number. */
  begun(input: CaptureInput, batch: Batch): void {
    input.captureId = idOf(input, batch);
    input.number = this.sensor.input(input.captureId);
    this.byNumber[input.number] = input;
    this.parts.log.info({ path: input.path, capture: input.captureId, format: input.format }, 'reading');
  }

  /** Nothing new to read for the moment: what is known is stored. */
  idle(): void {
    this.progress.update(() => consumedOf(this.opened.intake));
    if (this.advancedMicros === this.lastMicros) return;
    this.advancedMicros = this.lastMicros;
    this.sensor.advance();
    const commit = (): void => this.opened.recorder.commit();
    const settled = this.sensor.settled();
    if (settled === null) commit();
    // What went wrong is told to whoever gives the next packets.
    else settled.then(commit, () => {});
  }

  private async deliverAll(): Promise<void> {
    const { request, stop } = this.parts;
    const deliver: Deliver = (batch, from, to, input) => {
      this.sensor.packets(batch, from, to, input);
      this.lastMicros = microsOf(batch, to - 1);
      this.progress.update(() => consumedOf(this.opened.intake));
      if (++this.batches % BATCHES_HELD === 0) holdYoungGeneration();
    };
    const room = () => this.sensor.room() ?? this.opened.recorder.room();
    const outside = (input: number): Outside => this.byNumber[input].outside;
    await merge(
      this.opened.intake.series,
      withinRange(deliver, request.from, request.to, outside),
      () => stop.asked,
      room,
    );
  }

  private noteLinkTypes(): void {
    const unsupported = this.sensor.linkTypesUnsupported;
    for (const input of this.byNumber) {
      const lost = this.sensor.losses(input.number)['link-unsupported'];
      if (lost === undefined || lost.packets === 0) continue;
      input.notDecoded(
        lost.packets,
        [...input.linkTypes].filter((type) => unsupported.has(type)),
      );
    }
  }

  private capture(input: CaptureInput): void {
    const { error } = input;
    this.opened.recorder.capture({
      id: input.captureId ?? idOf(input, null),
      path: input.path,
      format: input.format ?? 'unknown',
      size: input.size || input.consumed,
      packets: input.packets,
      bytes: input.bytes,
      firstTime: input.firstMicros,
      lastTime: input.lastMicros,
      linkTypes: [...input.linkTypes].sort((a, b) => a - b),
      losses: input.number < 0 ? {} : withOutside(this.sensor.losses(input.number), [input]),
      complete: error === null,
      error,
    });
  }

  private compared(): Compared | null {
    const { compare } = this.parts;
    if (compare === null) return null;
    return { path: compare.path, digest: compare.policy.digest, ...this.comparison.differences() };
  }

  private ending(result: ReplayResult): 'done' | 'incomplete' | 'interrupted' {
    if (this.parts.stop.asked) return 'interrupted';
    return result.inputs.every((input) => input.complete) ? 'done' : 'incomplete';
  }

  private result(tally: RunTally): ReplayResult {
    const { config, policy, request, stop } = this.parts;
    const { intake, begun } = this.opened;
    const missing = intake.problems.filter(({ path }) => intake.inputs.every((input) => input.path !== path));
    const inputs = intake.inputs.map((input) => {
      const { path, packets, bytes, firstMicros: firstTime, lastMicros: lastTime, cut, error, remedy } = input;
      return { path, packets, bytes, firstTime, lastTime, complete: error === null, cut, error, remedy };
    });
    for (const problem of missing) inputs.push(absentInput(problem));
    inputs.sort(intake.byArgument);
    return {
      version: programVersion(),
      policy: config.policy === null ? null : { path: config.policy, digest: policy.digest },
      database: config.database,
      inputs,
      ignored: intake.ignored,
      totals: withAllPackets(this.sensor.totals, intake.inputs),
      protocols: sortedCounts(this.sensor.protocols),
      losses: withOutside(this.sensor.losses(), intake.inputs),
      streams: this.sensor.streamBytes,
      linkTypes: sortedCounts(this.sensor.linkTypesUnsupported),
      encapsulations: sortedCounts(
        new Map([...this.sensor.encapsulationsUnsupported].map(([carried, count]) => [carriedText(carried), count])),
      ),
      tally,
      compared: this.compared(),
      reveal: request.reveal,
      interrupted: stop.asked,
      elapsedMs: performance.now() - begun,
    };
  }
}

/**
 * Batches of packets after which the young generation is held where no records are written: to ask for its size takes
 * longer than to read one.
 */
const BATCHES_HELD = 8;

/** How much of the inputs is read, in bytes. */
export function consumedOf({ inputs }: Intake): number {
  return inputs.reduce((sum, input) => sum + input.consumed, 0);
}

function idOf(input: CaptureInput, batch: Batch | null): string {
  const name = captureName(input.path);
  if (batch === null) return captureId(name, 0, new Uint8Array(0), 0, 0);
  const { bytes, start, captured, linkType, seconds, nanos } = batch;
  const packet = bytes.subarray(start[0], start[0] + captured[0]);
  return captureId(name, linkType[0], packet, seconds[0], nanos[0]);
}

function absentInput({ path, sentence, remedy }: InputProblem): ReplayResult['inputs'][number] {
  const error = sentence.startsWith(`${path} `) ? sentence.slice(path.length + 1) : sentence;
  return { path, packets: 0, bytes: 0, firstTime: null, lastTime: null, complete: false, cut: true, error, remedy };
}

/** What a time range left out is counted as the filter's are: in packets and bytes of the frames. */
function withOutside(losses: Losses, inputs: readonly CaptureInput[]): Losses {
  const outside = outsideOf(inputs);
  if (outside.packets === 0) return losses;
  const others = losses['not-selected'] ?? { packets: 0, bytes: 0 };
  const all = { packets: others.packets + outside.packets, bytes: others.bytes + outside.bytes };
  return { ...losses, 'not-selected': all };
}

/** Packets read are all of the inputs', also those that no filter and no range selected. */
function withAllPackets(totals: Totals, inputs: readonly CaptureInput[]): Totals {
  const { packets, bytes } = outsideOf(inputs);
  return { ...totals, packets: totals.packets + packets, bytes: totals.bytes + bytes };
}

function outsideOf(inputs: readonly CaptureInput[]): Outside {
  const sum = { packets: 0, bytes: 0 };
  for (const { outside } of inputs) {
    sum.packets += outside.packets;
    sum.bytes += outside.bytes;
  }
  return sum;
}

function sortedCounts(counts: ReadonlyMap<string | number, number>): Record<string, number> {
  return Object.fromEntries(
    [...counts].map(([name, count]) => [String(name), count] as const).sort(([a], [b]) => ascending(a, b)),
  );
}

/** The first error is the one to tell. */
async function finishQuietly(recorder: Recorder): Promise<void> {
  try {
    await recorder.finish('failed');
  } catch {}
}
