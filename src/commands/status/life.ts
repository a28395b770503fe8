import type { SensorState } from '../../store/sensor-state.ts';

/** How a sensor is, in one word and, where that is not enough, a reason. */
export interface Life {
  readonly state: 'ok' | 'degraded' | 'blind' | 'silent' | 'stopped';
  readonly why: string | null;
}

/** A running sensor writes a health record every minute. */
const silentMicros = 150e6;

/** Whoever was killed cannot say so: the store then only knows that nothing came any more. */
export function lifeOf({ state, now }: { readonly state: SensorState; readonly now: number }): Life {
  const { run, health } = state;
  if (run.end !== null) return { state: 'stopped', why: endOf(run.ending, health) };
  const last = health?.end ?? run.begin;
  if (now - last > silentMicros) {
    const minutes = Math.floor((now - last) / 60e6);
    return {
      state: 'silent',
      why: `nothing was heard of it for ${minutes} min: it was killed, or cannot write its store`,
    };
  }
  return health === null ? { state: 'ok', why: null } : { state: health.state, why: health.why };
}

/** How the run ended, and how the sensor was at its end, where either was not well. */
function endOf(ending: string | null, health: SensorState['health']): string | null {
  const told = ending === null || ending === 'done' ? [] : [ending];
  if (health !== null && health.state !== 'ok')
    told.push(`${health.state} at its end${health.why === null ? '' : `, ${health.why}`}`);
  return told.length === 0 ? null : told.join('; ');
}
