import type { LiveSettings } from '../settings/live-settings.ts';
import type { Heard } from './heard.ts';
import type { Machine } from './machine.ts';

/** `ok`; `warning`: the sensor works, and misses or may miss something; `error`: it does not work. */
export type Grade = 'ok' | 'warning' | 'error';

/** What one check says of one thing. */
export interface Line {
  readonly grade: Grade;
  /** The interface, sink or file; null for the machine. */
  readonly subject: string | null;
  /** What was found, one sentence without its full stop. */
  readonly says: string;
  /** What to do; null where there is nothing to do. */
  readonly remedy: string | null;
}

/** What checks ask. */
export interface Examination {
  readonly machine: Machine;
  readonly settings: LiveSettings;
  /**
   * The configuration file, and what is wrong in it: then `settings` are the defaults and what the command line says.
   */
  readonly file: string | null;
  readonly problems: readonly string[];
  /** The machine's counters twice, so far apart, in seconds. */
  readonly seconds: number;
  readonly counters: (name: string) => InterfaceCounters;
  /** What a short listen to an interface brought; a sentence why it failed; null where none was asked for. */
  readonly heard: (name: string) => Heard | string | null;
}

/** Counters of `/sys/class/net/NAME/statistics` at two moments; null where there are none. */
export interface InterfaceCounters {
  readonly before: Readonly<Record<string, number>> | null;
  readonly after: Readonly<Record<string, number>> | null;
}

/**
 * One thing that `dicomtap doctor` looks at. Pure but for what it asks the machine. `docs/doctor.md` has a section for
 * each.
 */
export interface Check {
  readonly slug: string;
  readonly look: (examined: Examination) => readonly Line[] | Promise<readonly Line[]>;
}

export function ok(subject: string | null, says: string): Line {
  return { grade: 'ok', subject, says, remedy: null };
}

export function warning(subject: string | null, says: string, remedy: string): Line {
  return { grade: 'warning', subject, says, remedy };
}

export function error(subject: string | null, says: string, remedy: string): Line {
  return { grade: 'error', subject, says, remedy };
}

/** Real interfaces: `any` and what belongs to libpcap have nothing of their own to look at. */
export function realInterfaces({ settings }: Examination): string[] {
  return settings.interfaces.map(({ name }) => name).filter((name) => name !== 'any' && !name.includes(':'));
}

/** Of these the ones that are there: that another is not is said once. */
export function presentInterfaces(examined: Examination): string[] {
  return realInterfaces(examined).filter((name) => !isAbsent(name, examined));
}

/** Of an interface that is not there nothing can be well. */
export function isAbsent(name: string, examined: Examination): boolean {
  return realInterfaces(examined).includes(name) && examined.machine.read(`/sys/class/net/${name}/flags`) === null;
}

/** By how much a counter grew between the two moments. */
export function grown({ before, after }: InterfaceCounters, name: string): number {
  return Math.max(0, (after?.[name] ?? 0) - (before?.[name] ?? 0));
}
