import type { LogLevel } from '../config.ts';
import { logText } from './log-text.ts';

/** The operational log: structured lines on standard error, for who runs the program. Never patient values. */
export interface Log {
  readonly info: (fields: Readonly<Record<string, unknown>>, message: string) => void;
  readonly warn: (fields: Readonly<Record<string, unknown>>, message: string) => void;
  readonly error: (fields: Readonly<Record<string, unknown>>, message: string) => void;
}

/** A log of which the level can be changed. */
export interface LevelledLog extends Log {
  readonly setLevel: (level: LogLevel) => void;
}

/**
 * pino is loaded only when a log is asked for. Lines are written at once: none is lost when the program ends. They are
 * JSON, on a `terminal` text for a person.
 */
export async function openLog(
  level: LogLevel | null,
  terminal = process.stderr.isTTY === true,
  out: { write(line: string): unknown } | null = null,
): Promise<LevelledLog> {
  if (level === null) return silent;
  const { pino } = await import('pino');
  const lines = out ?? pino.destination({ fd: 2, sync: true });
  const logger = pino({ level, base: null }, terminal ? { write: (line) => lines.write(logText(line)) } : lines);
  return {
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    setLevel: (next) => {
      logger.level = next;
    },
  };
}

const silent: LevelledLog = { info: () => {}, warn: () => {}, error: () => {}, setLevel: () => {} };
