import { type Severity, severities } from '../../model/records.ts';
import type { SinkBacklog } from '../../sinks/sink-backlogs.ts';
import type { SensorState } from '../../store/sensor-state.ts';
import type { Io } from '../command.ts';
import type { KeptPackets } from '../kept-packets.ts';
import { makePaint, type Paint } from '../paint.ts';
import { counted, readableBytes, readableCount } from '../quantities.ts';
import { readableDuration, readableTime } from '../times.ts';
import { block, type Line, printable } from '../typeset.ts';
import { lifeOf } from './life.ts';

/** What is shown of a sensor at one moment. */
export interface Shown {
  /** Wall clock, µs. */
  readonly now: number;
  readonly path: string;
  readonly state: SensorState;
  readonly sinks: readonly SinkBacklog[];
  /** The store on its disk. */
  readonly bytes: number;
  /** Packets kept for extract; null where there is no ring, or it cannot be read. */
  readonly kept: KeptPackets | null;
}

/** What a person reads: is it there, does it see, what does it see, what was found, does it get out. */
export function statusText(shown: Shown, io: Pick<Io, 'columns' | 'colour'>): string {
  const paint = makePaint(io.colour);
  const width = Math.max(60, Math.min(io.columns, 100));
  const parts = [
    block('Sensor', sensorLines(shown, paint), width, paint) +
      block('Rate', rateLines(shown), width, paint) +
      block('Interfaces', interfaceLines(shown, paint), width, paint) +
      block('Lost', lostLines(shown, paint), width, paint),
    block('DICOM', dicomLines(shown), width, paint) + block('In clear', clearLines(shown, paint), width, paint),
    block('Sinks', sinkLines(shown, paint), width, paint) +
      block('Store', storeLines(shown, paint), width, paint) +
      block('Evidence', evidenceLines(shown), width, paint),
    // Last, for a low terminal cuts them: `dicomtap findings` has them all.
    block('Findings', findingLines(shown, paint), width, paint),
  ];
  return `\n${parts.filter((part) => part !== '').join('\n')}`;
}

function sensorLines(shown: Shown, paint: Paint): Line[] {
  const { run } = shown.state;
  const life = lifeOf(shown);
  const told = life.why === null ? life.state : `${life.state}: ${printable(life.why)}`;
  return [
    `${printable(run.sensor)}, ${printable(run.program)}, since ${readableTime(run.begin)} UTC (${readableDuration(shown.now - run.begin)})`,
    life.state === 'ok' ? paint.good(told) : paint.warn(told),
  ];
}

function rateLines({ state, now }: Shown): Line[] {
  const { health } = state;
  if (health === null) return ['not known yet: told every minute'];
  const seconds = Math.max((health.end - health.begin) / 1e6, 0.001);
  const packets = readableCount(Math.round(health.packets / seconds));
  const bits = readableBytes(Math.round(health.bytes / seconds)).replace(/ (\w+)$/, ' $1/s');
  const ago = readableDuration(Math.max(0, Math.round((now - health.end) / 1e6) * 1e6));
  return [
    `${packets} packets/s, ${bits}, ${readableDuration(health.lagMicros)} behind the wire (over ${readableDuration(health.end - health.begin)}, ${ago} ago)`,
  ];
}

function interfaceLines({ state, now }: Shown, paint: Paint): Line[] {
  const lines = state.captures.map(({ path, packets, lastTime, error }) => {
    const last = lastTime === null ? 'no packet yet' : `the last ${ago(now - lastTime)}`;
    const line = `${printable(path)}: ${counted(packets, 'packet')}, ${last}`;
    return error === null ? line : paint.warn(`${line}; ${printable(error)}`);
  });
  const gaps = state.interruptions.map(({ interface: name, why, begin, end }) => {
    return paint.warn(
      `${printable(name ?? '')}: last interrupted at ${readableTime(begin)} UTC for ${readableDuration(end - begin)}: ${printable(why ?? '')}`,
    );
  });
  return [...lines, ...gaps];
}

function lostLines({ state }: Shown, paint: Paint): Line[] {
  const places = Object.entries(state.dropsOfHour).filter(([, packets]) => packets > 0);
  if (places.length === 0) return [paint.good('nothing in the last hour')];
  const told = places.map(
    ([place, packets]) => `${counted(packets, 'packet')} (${placeWords[place] ?? printable(place)})`,
  );
  return [paint.warn(`in the last hour ${told.join(', ')}`), 'dicomtap doctor says what to do'];
}

const placeWords: Readonly<Record<string, string>> = {
  interface: 'network card',
  kernel: "kernel's ring was full",
  helper: 'capture engine ended',
};

function dicomLines({ state }: Shown): Line[] {
  const { listeners, listenersOfDay, associations } = state;
  return [
    `${counted(listeners, 'listener')} seen, ${readableCount(listenersOfDay)} of them in the last day; ${counted(associations.all, 'association')} in the last day`,
  ];
}

function clearLines({ state }: Shown, paint: Paint): Line[] {
  const { all, clear, exposed } = state.associations;
  if (all === 0) return [];
  const percent = Math.round((1000 * clear) / all) / 10;
  const line = `${percent} % of these (${readableCount(clear)}); ${readableCount(exposed)} showed patient data`;
  return [clear === 0 ? paint.good(line) : paint.warn(line)];
}

function findingLines({ state, now }: Shown, paint: Paint): Line[] {
  const { alertsOfDay, newest } = state;
  const worstFirst: readonly Severity[] = [...severities].reverse();
  const counts = worstFirst.flatMap((each) => {
    const count = alertsOfDay[each] ?? 0;
    return count === 0 ? [] : [paint.severity(each, `${readableCount(count)} ${each}`)];
  });
  const lines: Line[] = [counts.length === 0 ? 'none in the last day' : `alerts of the last day: ${counts.join(', ')}`];
  for (const { severity, detection, count, lastTime, summary } of newest) {
    const label = paint.severity(severity, severity.toUpperCase());
    lines.push(`${label} ${detection}${count > 1 ? ` ×${readableCount(count)}` : ''}, ${ago(now - lastTime)}`);
    lines.push({ lead: '  ', text: paint.dim(printable(summary)) });
  }
  return lines;
}

function sinkLines({ sinks }: Shown, paint: Paint): Line[] {
  if (sinks.length === 0) return ['none'];
  return sinks.map(({ name, kind, waiting, lagMicros, delivered, dropped, lost, lastError }) => {
    const lag = lagMicros === null ? '' : `, the oldest for ${readableDuration(lagMicros)}`;
    const backlog =
      waiting === 0 ? 'nothing waits' : `${counted(waiting, 'message')} ${waiting === 1 ? 'waits' : 'wait'}${lag}`;
    const gone = dropped + lost === 0 ? '' : `, ${readableCount(dropped + lost)} given up`;
    const error = lastError === null ? '' : `; ${printable(lastError)}`;
    const line = `${printable(name)} (${kind}): ${backlog}, ${readableCount(delivered)} delivered${gone}${error}`;
    return lastError === null && gone === '' ? line : paint.warn(line);
  });
}

function storeLines({ state, path, bytes }: Shown, paint: Paint): Line[] {
  const waiting = state.health?.queues['store'] ?? 0;
  const lines: Line[] = [`${printable(path)}, ${readableBytes(bytes)}`];
  if (waiting > waitingMin) lines.push(paint.warn(`${counted(waiting, 'record')} waited to be written`));
  return lines;
}

function evidenceLines({ kept, now }: Shown): Line[] {
  if (kept === null) return [];
  const { folder, bytes, oldest } = kept;
  const back = oldest === null ? 'no packet yet' : `back to ${readableTime(oldest)} UTC (${ago(now - oldest)})`;
  return [`${printable(folder)}, ${readableBytes(bytes)}, ${back}`];
}

/** What is written in the next moment waits always. */
const waitingMin = 1000;

function ago(micros: number): string {
  return micros < 1e6 ? 'just now' : `${readableDuration(Math.round(micros / 1e6) * 1e6)} ago`;
}
