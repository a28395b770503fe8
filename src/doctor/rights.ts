import { type Check, error, ok } from './check.ts';
import type { Machine } from './machine.ts';

/** Only where a program of our own captures: a capture unit has the right itself. */
export const rights: Check = {
  slug: 'rights',
  look: ({ settings, machine }) => {
    if (settings.interfaces.length > 0 && settings.interfaces.every(({ socket }) => socket !== null))
      return [ok(null, 'capture units have them; none are needed here')];
    const { effective, ambient, bounding, root } = capabilities(machine);
    if (effective && root) return [ok(null, 'root: live gives it up once it captures')];
    if (effective && ambient) return [ok(null, 'CAP_NET_RAW, handed on to the engine')];
    const remedy = 'sudo dicomtap live, or the units of systemd/ (docs/live.md)';
    if (effective) return [error(null, 'CAP_NET_RAW, but not ambient: the engine would not have it', remedy)];
    const why = bounding
      ? 'this user has no CAP_NET_RAW'
      : 'CAP_NET_RAW is not even in the bounding set: this container or unit takes it away';
    return [error(null, why, remedy)];
  },
};

/** Linux capabilities(7): the bit. */
const CAP_NET_RAW = 13;

/** What we may, and would hand on. */
export function capabilities(machine: Machine) {
  const status = machine.read('/proc/self/status') ?? '';
  const has = (set: string): boolean => {
    const mask = BigInt(`0x${new RegExp(`^${set}:\\s*([0-9a-f]+)$`, 'm').exec(status)?.[1] ?? '0'}`);
    return ((mask >> BigInt(CAP_NET_RAW)) & 1n) === 1n;
  };
  const root = /^Uid:\s*\d+\s+0\s/m.test(status);
  return { effective: has('CapEff'), ambient: has('CapAmb'), bounding: has('CapBnd'), root };
}
