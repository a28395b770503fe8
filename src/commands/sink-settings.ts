import { hostname } from 'node:os';
import { type LiveConfig, readLiveConfig, settingsFile } from '../config.ts';
import { OperatorError } from '../model/errors.ts';
import { programVersion } from '../program.ts';
import type { Sensor } from '../sinks/message.ts';
import type { SinkSettings } from '../sinks/settings.ts';
import { databaseOption, type Option } from './command.ts';

/** Options of the commands that ask about sinks. */
export const sinkOptions: Readonly<Record<string, Option>> = {
  config: {
    type: 'string',
    requiresArg: true,
    describe: 'Configuration file (default: /etc/dicomtap/dicomtap.yaml, or DICOMTAP_CONFIG)',
  },
  db: { ...databaseOption, describe: 'The SQLite file (default: as configured)' },
};

export interface SinkConfig {
  readonly config: LiveConfig;
  readonly sinks: readonly SinkSettings[];
  readonly sensor: Sensor;
}

/** The sinks of the configuration, and who sends. Throws as `readLiveConfig`. */
export async function readSinks(argv: Readonly<Record<string, unknown>>): Promise<SinkConfig> {
  const config = await readLiveConfig(argv);
  const sensor = { name: config.sensor, version: programVersion(), host: hostname(), pid: process.pid };
  return { config, sinks: config.sinks, sensor };
}

/** All of them, or the one with that name. Throws `sink-unknown`. */
export function named({ config, sinks }: SinkConfig, name: string | null): readonly SinkSettings[] {
  const found = name === null ? sinks : sinks.filter((sink) => sink.name === name);
  if (found.length > 0) return found;
  if (config.file === null) throw noFile();
  const sentence = name === null ? `${config.file} has no sinks` : `"${name}" is not a sink of ${config.file}`;
  const names = sinks.map((sink) => sink.name).join(', ');
  const remedy = names === '' ? 'Name a configuration file with sinks: by --config.' : `Its sinks are ${names}.`;
  throw new OperatorError('sink-unknown', sentence, remedy);
}

function noFile(): OperatorError {
  return new OperatorError(
    'sink-unknown',
    `there is no configuration file ${settingsFile}, so there are no sinks`,
    'Name a configuration file with sinks: by --config.',
  );
}
