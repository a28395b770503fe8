import { readFileSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { OperatorError } from './model/errors.ts';
import type { Limits } from './model/limits.ts';
import { loweredLimits } from './model/lowered.ts';
import type { LiveSettings } from './settings/live-settings.ts';
import type { SettingsReading } from './settings/read.ts';
import { readFailure } from './yaml/read-failure.ts';

/** What the command line leaves open: environment and defaults, read in this one place. */
export interface Config {
  readonly database: string;
  /** Null: no policy file, judged with assumed internal networks. */
  readonly policy: string | null;
  readonly hashKey: { readonly path: string; readonly make: boolean };
  /** Null: no log. */
  readonly logLevel: LogLevel | null;
  /** Threads among which the connections are shared. */
  readonly workers: number;
  /** Those that are lowered. */
  readonly limits: Partial<Limits>;
}

export type LogLevel = (typeof logLevels)[number];
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error'] as const;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The configuration for a command line. `argv` has the names of the options (`db`, `policy`, `hashKey`,
 * `logLevel`, `workers`); what it lacks comes from DICOMTAP_DB, DICOMTAP_POLICY, DICOMTAP_HASH_KEY, DICOMTAP_LOG and
 * DICOMTAP_WORKERS, then from the defaults. Limits come from `limit`, a list, and from DICOMTAP_LIMITS.
 */
export function readConfig(argv: Readonly<Record<string, unknown>>, env: Environment = process.env): Config {
  const given = (option: string, variable: string): string | null => {
    const value = argv[option] ?? env[variable];
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const hashKey = given('hashKey', 'DICOMTAP_HASH_KEY');
  return {
    database: given('db', 'DICOMTAP_DB') ?? './dicomtap.db',
    policy: given('policy', 'DICOMTAP_POLICY'),
    hashKey: hashKey === null ? { path: defaultHashKey(env), make: true } : { path: hashKey, make: false },
    logLevel: logLevel(given('logLevel', 'DICOMTAP_LOG')),
    workers: workersOf(argv['workers'] ?? env['DICOMTAP_WORKERS'] ?? ''),
    limits: limitsOf(argv['limit'], env),
  };
}

/** What the live sensor runs by. */
export interface LiveConfig extends LiveSettings {
  /** The file that was read; null where there is none. */
  readonly file: string | null;
}

/**
 * The configuration of the live sensor: command line (`argv` with names of options in camelCase, `config` the file),
 * environment, file, defaults. Throws OperatorError `config-unreadable`, `config-invalid` and `usage`.
 */
export async function readLiveConfig(
  argv: Readonly<Record<string, unknown>>,
  env: Environment = process.env,
): Promise<LiveConfig> {
  const { file, content, problems, mistakes } = await readLiveSettings(argv, env);
  if (content === null) throw await invalid(file, problems, mistakes);
  // Late: only a sensor needs them.
  const { liveSettingsOf } = await import('./settings/live-settings.ts');
  const settings = liveSettingsOf(content, hostname());
  return { ...settings, file, limits: { ...settings.limits, ...limitsOf(argv['limit'], env) } };
}

/** The database that the configuration file at `path` names, or null. Throws as `readLiveConfig`. */
export async function databaseNamedBy(path: string): Promise<string | null> {
  const { file, content, problems, mistakes } = await readLiveSettings({ config: path });
  if (content === null) throw await invalid(file, problems, mistakes);
  return content.db ?? null;
}

/**
 * The configuration of `readLiveConfig` with what is wrong told, not thrown; OperatorError `config-unreadable` when the
 * file cannot be read.
 */
export async function readLiveSettings(
  argv: Readonly<Record<string, unknown>>,
  env: Environment = process.env,
): Promise<SettingsReading & { readonly file: string | null }> {
  const { readSettings } = await import('./settings/read.ts');
  const named = argv['config'] ?? env['DICOMTAP_CONFIG'];
  const path = typeof named === 'string' && named !== '' ? named : null;
  const text = configText(path ?? settingsFile, path !== null);
  return { file: text === null ? null : (path ?? settingsFile), ...(await readSettings(text, env, argv)) };
}

/** Where the file is, if nothing says otherwise. */
export const settingsFile = '/etc/dicomtap/dicomtap.yaml';

/** Null where the file at the default place is not there. */
function configText(path: string, named: boolean): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && !named) return null;
    throw new OperatorError(
      'config-unreadable',
      `${path} cannot be read: ${readFailure(error)}.`,
      'Name a configuration file with --config: YAML in UTF-8 that you may read.',
      error,
    );
  }
}

async function invalid(
  file: string | null,
  problems: SettingsReading['problems'],
  mistakes: readonly string[],
): Promise<OperatorError> {
  const { inWords } = await import('./settings/read.ts');
  const all = inWords(file, problems, mistakes);
  const more = all.length > 3 ? ` (and ${all.length - 3} more)` : '';
  const remedy = 'Correct it; dicomtap check lists every problem, and docs/configuration.md every setting.';
  return new OperatorError('config-invalid', `${all.slice(0, 3).join('; ')}${more}`, remedy);
}

/** XDG Base Directory: a relative XDG_CONFIG_HOME is to be ignored. */
function defaultHashKey(env: Environment): string {
  const { XDG_CONFIG_HOME: base, HOME: home } = env;
  const folder = base?.startsWith('/') ? base : join(home || homedir(), '.config');
  return join(folder, 'dicomtap', 'hash.key');
}

/** Those of the command line hold over those of the environment. */
function limitsOf(given: unknown, env: Environment): Partial<Limits> {
  const variable = env['DICOMTAP_LIMITS'] ?? '';
  // Queries have a --limit of rows: a number, no list.
  const settings: readonly string[] = Array.isArray(given) ? given : [];
  return loweredLimits(variable === '' ? settings : [variable, ...settings]);
}

/** More than sixteen would see more packets than they read. */
const workersMax = 16;

function workersOf(given: unknown): number {
  const text = String(given);
  if (text === '') return 1;
  const workers = Number(text);
  if (Number.isInteger(workers) && workers >= 1 && workers <= workersMax) return workers;
  throw new OperatorError('usage', `"${text}" is no number of workers`, `It is a number from 1 to ${workersMax}.`);
}

function logLevel(text: string | null): LogLevel | null {
  if (text === null) return null;
  const level = logLevels.find((name) => name === text);
  if (level !== undefined) return level;
  throw new OperatorError('usage', `"${text}" is not a log level`, `Log levels are ${logLevels.join(', ')}.`);
}
