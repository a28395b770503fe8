import type { Machine } from './machine.ts';

/** `/sys/class/net/NAME/statistics`, as it stands; null where there is none. */
export function countersOf(name: string, machine: Machine): Record<string, number> | null {
  const folder = `/sys/class/net/${name}/statistics`;
  const names = machine.list(folder);
  if (names === null) return null;
  const counters: Record<string, number> = {};
  for (const each of names) {
    const value = Number(machine.read(`${folder}/${each}`)?.trim() ?? Number.NaN);
    if (Number.isSafeInteger(value)) counters[each] = value;
  }
  return counters;
}
