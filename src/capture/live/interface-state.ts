import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A network interface as the kernel shows it in its file system: looking there sends nothing. */
export interface InterfaceState {
  readonly name: string;
  /** Stays with it when it is renamed; 0 for what is no single interface (`any`). */
  readonly index: number;
  readonly up: boolean;
  /** Packets received, and lost before a capture could see them, since it exists; null where it does not say. */
  readonly received: number | null;
  readonly lost: number | null;
}

/** Linux: IFF_UP of net_device(7) flags. */
const IFF_UP = 1;

/** Null when there is none of that name. `any` and names that belong to libpcap (`nflog:5`) are always there. */
export function interfaceState(name: string, folder = '/sys/class/net'): InterfaceState | null {
  if (name === 'any' || name.includes(':')) return { name, index: 0, up: true, received: null, lost: null };
  if (!isInterfaceName(name)) return null;
  const read = (file: string): number | null => numberIn(join(folder, name, file));
  const index = read('ifindex');
  if (index === null) return null;
  const missed = read('statistics/rx_missed_errors');
  const overrun = read('statistics/rx_fifo_errors');
  return {
    name,
    index,
    up: ((read('flags') ?? 0) & IFF_UP) !== 0,
    received: read('statistics/rx_packets'),
    lost: missed === null && overrun === null ? null : (missed ?? 0) + (overrun ?? 0),
  };
}

/** The interface of an index, whatever it is called now; null when it is gone. */
export function interfaceOfIndex(index: number, folder = '/sys/class/net'): InterfaceState | null {
  if (index === 0) return null;
  for (const name of namesIn(folder)) {
    if (numberIn(join(folder, name, 'ifindex')) === index) return interfaceState(name, folder);
  }
  return null;
}

/** As the kernel allows them (dev_valid_name), and not taken for an option by a program. */
export function isInterfaceName(name: string): boolean {
  return /^[^\s/-][^\s/]{0,14}$/.test(name) && name !== '.' && name !== '..';
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Decimal or 0x; null when it cannot be read. */
function numberIn(path: string): number | null {
  try {
    const value = Number(readFileSync(path, 'latin1').trim());
    return Number.isSafeInteger(value) ? value : null;
  } catch {
    return null;
  }
}
