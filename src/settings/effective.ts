import { isLoopback } from './listen.ts';
import type { LiveSettings } from './live-settings.ts';
import { type Setting, settingsTable } from './settings-table.ts';

/** What a configuration comes to, as lines of text: what was said and what holds where nothing was. Never a secret. */
export function settingsInWords(settings: LiveSettings): string[] {
  const { sensor, interfaces, user, policy, database, hashKey, logLevel, retentionDays, quotaBytes } = settings;
  const { metrics, sinks, evidence, watchdogSeconds, workers, limits } = settings;
  return [
    `Sensor: ${sensor}`,
    ...(interfaces.length === 0 ? ['Interfaces: none; live needs one'] : ['Interfaces:']),
    ...interfaces.map(({ name, engine, ringMib, filter, socket }) => {
      const how = socket === null ? `engine ${engine}, ring ${ringMib} MiB` : `captured by the unit at ${socket}`;
      return `  ${name}: ${how}${filter === null ? '' : `, only "${filter}"`}`;
    }),
    `User, where root starts it: ${user ?? 'dicomtap, else who typed sudo, else nobody'}`,
    `Policy: ${policy ?? 'none: private addresses are taken for internal'}`,
    `Database: ${database}, records of ${retentionDays} days, at most ${quotaBytes / 2 ** 20} MiB`,
    `Hash key: ${hashKey.path}${hashKey.make ? ', made when it is not there' : ''}`,
    `Log: ${logLevel}`,
    `Metrics: ${metrics === null ? 'off' : `${metrics.address} port ${metrics.port}${isLoopback(metrics) ? '' : '; warning: whoever reaches this address may ask, without a password'}`}`,
    ...(sinks.length === 0 ? ['Sinks: none'] : ['Sinks:']),
    ...sinks.map((sink) => {
      return `  ${sink.name}: ${sink.kind}${destination(sink)}, ${sink.send.join(' and ')} from ${sink.minimumSeverity} up, as ${written(sink)}`;
    }),
    `Evidence: ${evidence === null ? 'none kept' : `${evidence.folder}, ${evidence.bytes / 2 ** 20} MiB`}`,
    `Watchdog: ${watchdogSeconds === 0 ? 'off' : `${watchdogSeconds} s`}`,
    ...(workers === 1 ? [] : [`Workers: ${workers}`]),
    ...(Object.keys(limits).length === 0 ? [] : [`Limits lowered: ${limitsText(limits)}`]),
  ];
}

/** What a sensor that runs takes of a changed file. */
export function reloadWords(): string {
  const keys = (when: Setting['applied']): string[] => {
    return [...new Set(settingsTable.filter(({ applied }) => applied === when).map(({ path }) => path[0]))];
  };
  return `Changes: at a reload of ${keys('reload').join(', ')}; at the next start of ${keys('restart').join(', ')}`;
}

/** An audit record repository takes one form alone. */
function written({ kind, format }: LiveSettings['sinks'][number]): string {
  return kind === 'audit' ? 'DICOM audit XML' : format;
}

/** Of an address with a password, which none should have, only the host. */
function destination(sink: LiveSettings['sinks'][number]): string {
  if (sink.kind === 'file') return ` ${sink.path}`;
  if (sink.kind === 'http') return ` ${sink.flavour} ${withoutSecrets(sink.url)}`;
  return sink.kind === 'stdout' ? '' : ` over ${sink.transport} to ${sink.address}`;
}

function withoutSecrets(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

function limitsText(limits: LiveSettings['limits']): string {
  return Object.entries(limits)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
