import { MIB } from '../settings/live-settings.ts';
import { type Check, type Examination, grown, isAbsent, type Line, ok, warning } from './check.ts';

/** How long the kernel's ring lasts while the sensor stands still. */
export const ring: Check = {
  slug: 'ring',
  look: (examined) => {
    const there = examined.settings.interfaces.filter(({ name }) => !isAbsent(name, examined));
    return [...there.map((one) => ofInterface(one, examined)), ...memory(examined)];
  },
};

/** A sensor may stand still for so long and lose nothing. */
const secondsMin = 3;

function ofInterface(
  { name, ringMib }: Examination['settings']['interfaces'][number],
  { counters, seconds, machine }: Examination,
): Line {
  const now = grown(counters(name), 'rx_bytes') / seconds;
  const megabits = Math.max(0, Number(machine.read(`/sys/class/net/${name}/speed`)?.trim() ?? 0) || 0);
  const link = (megabits * 1e6) / 8;
  const lasts = (rate: number): number => (ringMib * MIB) / rate;
  if (now > 0 && lasts(now) < secondsMin) {
    const wanted = Math.ceil((now * secondsMin) / MIB);
    const says = `${ringMib} MiB hold ${lasts(now).toFixed(1)} s of what comes now (${rateText(now)})`;
    return warning(name, says, `ring_mib: ${wanted} or more in the configuration`);
  }
  const atMost = link === 0 ? '' : `, ${lasts(link).toFixed(1)} s at the full ${megabits} Mbit/s of the link`;
  const atNow = now === 0 ? 'nothing comes now' : `${secondsText(lasts(now))} of what comes now (${rateText(now)})`;
  return ok(name, `${ringMib} MiB: ${atNow}${atMost}`);
}

/** Rings are memory that is never given back. */
function memory({ settings, machine }: Examination): Line[] {
  const own = settings.interfaces.filter(({ socket }) => socket === null);
  const wanted = own.reduce((sum, { ringMib }) => sum + ringMib, 0);
  const available =
    Number(/^MemAvailable:\s*(\d+) kB$/m.exec(machine.read('/proc/meminfo') ?? '')?.[1] ?? Number.NaN) / 1024;
  if (!(wanted > available / 2)) return [];
  const says = `rings want ${wanted} MiB of ${Math.floor(available)} MiB that are available`;
  return [warning(null, says, 'Make ring_mib smaller, or add memory')];
}

/** Nobody waits for longer. */
const secondsToldMax = 9999;

function secondsText(seconds: number): string {
  return seconds > secondsToldMax ? `more than ${secondsToldMax} s` : `${Math.round(seconds)} s`;
}

function rateText(bytesPerSecond: number): string {
  return `${Number(((bytesPerSecond * 8) / 1e6).toPrecision(3))} Mbit/s`;
}
