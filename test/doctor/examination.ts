import type { Examination, InterfaceCounters, Line } from '../../src/doctor/check.ts';
import type { Heard } from '../../src/doctor/heard.ts';
import type { Machine } from '../../src/doctor/machine.ts';
import { liveSettingsOf } from '../../src/settings/live-settings.ts';
import type { SettingsContent } from '../../src/settings/schema.ts';

export interface Pretended extends Partial<Omit<Machine, 'addresses'>> {
  /** Files by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Names in folders by path. */
  readonly folders?: Readonly<Record<string, readonly string[]>>;
  /** What programs print, by their command line. */
  readonly programs?: Readonly<Record<string, string | { readonly status: number; readonly output: string }>>;
  readonly addresses?: Readonly<Record<string, readonly string[]>>;
}

/** A machine that has what the test says, and nothing else. */
export function machine({ files = {}, folders = {}, programs = {}, addresses = {}, ...more }: Pretended = {}): Machine {
  return {
    read: (path) => files[path] ?? null,
    list: (path) => folders[path] ?? null,
    stat: () => null,
    free: () => null,
    run: (program, words) => {
      const ran = programs[[program, ...words].join(' ')];
      return typeof ran === 'string' ? { status: 0, output: ran } : (ran ?? null);
    },
    addresses: () => addresses,
    connect: () => Promise.reject(new Error('no connection was expected')),
    ...more,
  };
}

export interface Given {
  readonly machine?: Machine;
  readonly content?: SettingsContent;
  readonly file?: string | null;
  readonly problems?: readonly string[];
  readonly counters?: Partial<InterfaceCounters>;
  readonly heard?: Heard | string | null;
}

/** Of one interface, eth1. */
export function examination(given: Given = {}): Examination {
  const { file = null, problems = [], counters = {}, heard = null, content = { interfaces: ['eth1'] } } = given;
  return {
    machine: given.machine ?? machine(),
    settings: liveSettingsOf(content, 'host'),
    file,
    problems,
    seconds: 1,
    counters: () => ({ before: null, after: null, ...counters }),
    heard: () => heard,
  };
}

/** `grade: subject: sentence → remedy`. */
export function said(lines: readonly Line[]): string[] {
  return lines.map(({ grade, subject, says, remedy }) => {
    return `${grade}: ${subject === null ? '' : `${subject}: `}${says}${remedy === null ? '' : ` → ${remedy}`}`;
  });
}
