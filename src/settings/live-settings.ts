import { dirname, join } from 'node:path';
import type { Limits } from '../model/limits.ts';
import { type SinkSettings, sinkOf } from '../sinks/settings.ts';
import { type Listen, parseListen } from './listen.ts';
import type { SettingsContent } from './schema.ts';

/** How one interface is to be listened to. */
export interface InterfaceSettings {
  readonly name: string;
  readonly engine: 'auto' | 'dumpcap' | 'tcpdump' | 'cap';
  /** The kernel's ring, MiB. */
  readonly ringMib: number;
  /** In the language of pcap-filter(7); null for everything. */
  readonly filter: string | null;
  /** Socket of a unit that captures; null where a program of our own does. */
  readonly socket: string | null;
}

/** Settings of a sensor, with what holds where nothing was said. */
export interface LiveSettings {
  readonly sensor: string;
  readonly interfaces: readonly InterfaceSettings[];
  /** Who to become; null for what `docs/live.md` says. */
  readonly user: string | null;
  readonly policy: string | null;
  readonly database: string;
  readonly hashKey: { readonly path: string; readonly make: boolean };
  readonly logLevel: NonNullable<SettingsContent['log']>;
  readonly retentionDays: number;
  readonly quotaBytes: number;
  readonly metrics: Listen | null;
  readonly sinks: readonly SinkSettings[];
  readonly evidence: { readonly folder: string; readonly bytes: number } | null;
  /** 0 for never. */
  readonly watchdogSeconds: number;
  /** Threads among which connections are shared. */
  readonly workers: number;
  /** Those that are lowered. */
  readonly limits: Partial<Limits>;
}

/** `host` is the name of a sensor that has none. */
export function liveSettingsOf(content: SettingsContent, host: string): LiveSettings {
  const database = content.db ?? '/var/lib/dicomtap/dicomtap.db';
  const { hash_key: key, store = {}, evidence } = content;
  return {
    sensor: content.sensor ?? host,
    interfaces: (content.interfaces ?? []).map((one) => interfaceOf(one, content.capture ?? {})),
    user: content.user ?? null,
    policy: content.policy ?? null,
    database,
    hashKey: key === undefined ? { path: join(dirname(database), 'hash.key'), make: true } : { path: key, make: false },
    logLevel: content.log ?? 'info',
    retentionDays: store.retention_days ?? 90,
    quotaBytes: (store.quota_mib ?? 20_480) * MIB,
    metrics: parseListen(content.metrics?.listen ?? '127.0.0.1:9741'),
    sinks: Object.entries(content.sinks ?? {}).map(([name, given]) => sinkOf(name, given)),
    evidence: evidence === undefined ? null : { folder: evidence.dir, bytes: (evidence.size_mib ?? 1024) * MIB },
    watchdogSeconds: content.watchdog_seconds ?? 60,
    workers: content.workers ?? 1,
    limits: (content.limits ?? {}) as Partial<Limits>,
  };
}

export const MIB = 1 << 20;

type InterfaceContent = NonNullable<SettingsContent['interfaces']>[number];

function interfaceOf(one: InterfaceContent, all: NonNullable<SettingsContent['capture']>): InterfaceSettings {
  const own = typeof one === 'string' ? { name: one } : one;
  const { name, engine, ring_mib, filter, socket } = { ...all, ...own };
  return {
    name,
    engine: engine ?? 'auto',
    ringMib: ring_mib ?? 256,
    filter: filter === undefined || filter === '' ? null : filter,
    socket: socket === undefined ? null : socket.replaceAll('%i', name),
  };
}
