/** A setting of the sensor: where it stands in the file, and what else gives it. */
export interface Setting {
  /** Keys from the top of the file. */
  readonly path: readonly string[];
  readonly variable: string;
  /** Option of `dicomtap live`, if there is one. */
  readonly option: string | null;
  /**
   * How the variable's text is read: as text, as a number (`mib`: with a unit too), or as YAML (lists and mappings in
   * one line).
   */
  readonly form: 'text' | 'number' | 'yaml' | 'mib';
  /** In words, as documented: what holds where nothing is said. */
  readonly default: string;
  readonly about: string;
  /** When a change holds: as soon as the sensor is asked to reload (SIGHUP), or after its next start. */
  readonly applied: 'reload' | 'restart';
}

const atReload = /^(policy|log|store\..+|metrics\..+|sinks|evidence\..+)$/;

/** Every setting. The command line comes before the environment, that before the file, that before the default. */
export const settingsTable: readonly Setting[] = [
  setting('sensor', 'SENSOR', null, 'text', "the host's name", 'Name of this sensor, in records and deliveries'),
  setting('interfaces', 'INTERFACES', 'interface', 'yaml', 'none', 'Interfaces to listen on: names, or mappings'),
  setting('capture.engine', 'ENGINE', 'engine', 'text', 'auto', 'Program that captures: auto, dumpcap, tcpdump or cap'),
  setting('capture.ring_mib', 'RING_MIB', null, 'number', '256', "The kernel's ring of one interface, MiB"),
  setting('capture.filter', 'FILTER', 'filter', 'text', 'none', 'Filter of packets, in the language of pcap-filter(7)'),
  setting('capture.socket', 'SOCKET', null, 'text', 'none', 'Socket of a capture unit; `%i` is the interface'),
  setting('user', 'USER', 'user', 'text', 'see docs/live.md', 'Who to become where the sensor was started by root'),
  setting('policy', 'POLICY', 'policy', 'text', 'none', 'The policy: what this site allows'),
  setting('db', 'DB', 'db', 'text', '/var/lib/dicomtap/dicomtap.db', 'The SQLite file'),
  setting('hash_key', 'HASH_KEY', 'hash-key', 'text', 'hash.key beside the SQLite file', 'Key of the patient hashes'),
  setting('log', 'LOG', 'log-level', 'text', 'info', 'Least level that is logged: trace, debug, info, warn or error'),
  setting('store.retention_days', 'RETENTION_DAYS', null, 'number', '90', 'Age at which records go, days'),
  setting('store.quota_mib', 'QUOTA_MIB', null, 'number', '20480', 'Size at which the oldest records go, MiB'),
  setting('metrics.listen', 'METRICS', null, 'text', '127.0.0.1:9741', 'Where metrics and /healthz are served, or off'),
  setting('metrics.remote', 'METRICS_REMOTE', null, 'yaml', 'false', 'Whether it may be another address than loopback'),
  setting('sinks', 'SINKS', null, 'yaml', 'none', 'Deliveries by name'),
  setting('evidence.dir', 'EVIDENCE_DIR', 'ring', 'text', 'none', 'Folder in which packets are kept for extract'),
  setting('evidence.size_mib', 'EVIDENCE_MIB', 'ring-size', 'mib', '1024', 'How much is kept there, MiB'),
  setting(
    'watchdog_seconds',
    'WATCHDOG_SECONDS',
    null,
    'number',
    '60',
    'A process stuck for so long ends; 0 for never',
  ),
  setting('workers', 'WORKERS', 'workers', 'number', '1', 'Threads among which connections are shared'),
  setting('limits', 'LIMITS', 'limit', 'text', 'docs/limits.md', 'Limits that are lowered, name to value'),
];

function setting(
  path: string,
  variable: string,
  option: string | null,
  form: Setting['form'],
  otherwise: string,
  about: string,
): Setting {
  const applied = atReload.test(path) ? 'reload' : 'restart';
  return { path: path.split('.'), variable: `DICOMTAP_${variable}`, option, form, default: otherwise, about, applied };
}
