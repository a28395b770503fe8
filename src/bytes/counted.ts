import type { Count } from '../model/records.ts';

/** `1 patient`, `12 patients`, `10000+ patients`. */
export function counted(count: Count, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
