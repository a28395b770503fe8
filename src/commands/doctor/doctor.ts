import { type LiveConfig, readLiveSettings } from '../../config.ts';
import { checks } from '../../doctor/catalogue.ts';
import type { Examination, Line } from '../../doctor/check.ts';
import { countersOf } from '../../doctor/counters.ts';
import type { Heard } from '../../doctor/heard.ts';
import { listenFor } from '../../doctor/listening.ts';
import { type Machine, thisMachine } from '../../doctor/machine.ts';
import { capabilities } from '../../doctor/rights.ts';
import { OperatorError } from '../../model/errors.ts';
import type { InterfaceSettings } from '../../settings/live-settings.ts';
import { type Command, configOption, type Io } from '../command.ts';
import { liveOptions } from '../live/options.ts';
import { openSource } from '../live/sources.ts';
import { doctorText, type Told } from './doctor-text.ts';

/** `dicomtap doctor`: what keeps this machine from seeing all, and what to do. Status 1 when something is an error. */
export const doctor: Command = {
  name: 'doctor',
  describe: 'What keeps the sensor from seeing all, and what to do about it',
  options: {
    config: configOption,
    interface: liveOptions['interface'],
    policy: liveOptions['policy'],
    db: liveOptions['db'],
    seconds: {
      type: 'string',
      requiresArg: true,
      describe: 'How long to listen (default: 5; 0 for not at all, at most 60)',
    },
    json: { type: 'boolean', describe: 'One JSON document' },
  },
  examples: ['sudo dicomtap doctor', 'sudo dicomtap doctor -i eth1 --seconds 20'],
  run: async (argv, io) => {
    const seconds = secondsOf(argv['seconds']);
    const examined = await examine(argv, seconds, thisMachine);
    const told: Told[] = [];
    for (const { slug, look } of checks) {
      for (const line of await look(examined)) told.push({ check: slug, ...line });
    }
    write(told, argv['json'] === true, io);
    return told.some(({ grade }) => grade === 'error') ? 1 : 0;
  },
};

function write(told: readonly Told[], json: boolean, io: Io): void {
  const count = (grade: Line['grade']): number => told.filter((line) => line.grade === grade).length;
  const counts = { ok: count('ok'), warnings: count('warning'), errors: count('error') };
  io.stdout(json ? `${JSON.stringify({ ...counts, checks: told })}\n` : doctorText(told, counts, io));
}

/** Counters twice, a second apart and around the listening; each interface listened to at the same time. */
async function examine(
  argv: Readonly<Record<string, unknown>>,
  seconds: number,
  machine: Machine,
): Promise<Examination> {
  const read = await settingsOf(argv);
  const { interfaces } = read.settings;
  const counters = (): Map<string, Record<string, number> | null> => {
    return new Map(interfaces.map(({ name }) => [name, countersOf(name, machine)]));
  };
  const before = counters();
  const began = performance.now();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const after = counters();
  const passed = (performance.now() - began) / 1000;
  const heard = new Map<string, Heard | string>();
  const listened = seconds === 0 ? [] : interfaces;
  await Promise.all(
    listened.map(async (one) => heard.set(one.name, await listenFor(openSource(ownWay(one, machine)), seconds))),
  );
  return {
    ...read,
    machine,
    seconds: Number(passed.toPrecision(2)),
    counters: (name) => ({ before: before.get(name) ?? null, after: after.get(name) ?? null }),
    heard: (name) => heard.get(name) ?? null,
  };
}

/** A capture unit has one reader, the sensor: who may capture does so beside it. */
function ownWay(one: InterfaceSettings, machine: Machine): InterfaceSettings {
  return one.socket !== null && capabilities(machine).effective ? { ...one, socket: null } : one;
}

async function settingsOf(
  argv: Readonly<Record<string, unknown>>,
): Promise<Pick<Examination, 'settings' | 'file' | 'problems'>> {
  const { liveSettingsOf } = await import('../../settings/live-settings.ts');
  const { inWords } = await import('../../settings/read.ts');
  const { hostname } = await import('node:os');
  const named = Array.isArray(argv['interface']) ? (argv['interface'] as string[]) : [];
  const alone: LiveConfig = {
    ...liveSettingsOf(named.length > 0 ? { interfaces: named } : {}, hostname()),
    file: null,
  };
  try {
    const { file, content, problems, mistakes } = await readLiveSettings(argv);
    if (content === null) return { settings: alone, file, problems: inWords(file, problems, mistakes) };
    return { settings: liveSettingsOf(content, hostname()), file, problems: [] };
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return { settings: alone, file: null, problems: [error.message] };
  }
}

function secondsOf(given: unknown): number {
  if (given === undefined) return 5;
  const seconds = typeof given === 'string' && /^\d{1,2}$/.test(given) ? Number(given) : 61;
  if (seconds <= 60) return seconds;
  throw new OperatorError(
    'usage',
    `--seconds ${String(given)} is not from 0 to 60`,
    'Give a whole number such as --seconds 20.',
  );
}
