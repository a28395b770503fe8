import type { Database } from 'better-sqlite3';
import { OperatorError } from '../../model/errors.ts';
import { sinkBacklogs } from '../../sinks/sink-backlogs.ts';
import { bytesOnDisk } from '../../store/disk-use.ts';
import { sensorState } from '../../store/sensor-state.ts';
import { openForReading } from '../../store/store.ts';
import { type Command, configOption, databaseOption, type Io } from '../command.ts';
import { keptPackets, ringNamedBy } from '../kept-packets.ts';
import { Stop } from '../stop.ts';
import { statusDocument } from './status-document.ts';
import { type Shown, statusText } from './status-text.ts';

/** `dicomtap status`: how the live sensor does, for a person; from the database, also while the sensor writes it. */
export const status: Command = {
  name: 'status',
  describe: 'How the live sensor does: rate, losses, listeners, findings, sinks',
  options: {
    config: configOption,
    db: { ...databaseOption, describe: 'The SQLite file (default: as configured)' },
    json: { type: 'boolean', describe: 'One JSON line' },
    watch: { type: 'boolean', describe: 'Again every 2 s, in place on a terminal, until Ctrl-C' },
  },
  examples: ['dicomtap status', 'dicomtap status --watch --db /var/lib/dicomtap/dicomtap.db'],
  run: async (argv, io) => {
    const { database: path, ring } = await placesOf(argv);
    const write = argv['json'] === true ? asJson : io.terminal && argv['watch'] === true ? inPlace : asText;
    const database = openForReading(path);
    try {
      const tell = (): number => show({ database, path, ring }, write, io);
      return argv['watch'] === true ? await watch(tell, io) : tell();
    } finally {
      database.close();
    }
  },
};

/** The store, and the folder of kept packets as far as the configuration says. */
async function placesOf(argv: Readonly<Record<string, unknown>>): Promise<{ database: string; ring: string | null }> {
  if (typeof argv['db'] === 'string') return { database: argv['db'], ring: null };
  const { readLiveConfig } = await import('../../config.ts');
  const { database, evidence } = await readLiveConfig(argv);
  return { database, ring: evidence?.folder ?? null };
}

type Write = (shown: Shown, io: Io) => void;

interface Places {
  readonly database: Database;
  readonly path: string;
  readonly ring: string | null;
}

function show({ database, path, ring }: Places, write: Write, io: Io): number {
  const now = Date.now() * 1000;
  // One moment of the store, in all of its tables.
  const shown = database.transaction((): Shown | null => {
    const state = sensorState(database, now);
    if (state === null) return null;
    const folder = ringNamedBy(state.run.arguments) ?? ring;
    const kept = folder === null ? null : keptPackets(folder);
    return { now, path, state, sinks: sinkBacklogs(database, now), bytes: bytesOnDisk(path), kept };
  })();
  if (shown === null) throw noSensor(path);
  write(shown, io);
  return 0;
}

const asJson: Write = (shown, io) => io.stdout(`${JSON.stringify(statusDocument(shown))}\n`);
const asText: Write = (shown, io) => io.stdout(statusText(shown, io));

/** Written over what stood there: each line to its end, then what is left below. */
const inPlace: Write = (shown, io) => {
  const lines = statusText(shown, io)
    .split('\n')
    .slice(0, (io.rows ?? 1000) - 1);
  io.stdout(`\x1b[H${lines.map((line) => `${line}\x1b[K\n`).join('')}\x1b[J`);
};

const watchMs = 2000;

/** On the terminal's other screen, so that what stood there comes back. */
async function watch(tell: () => unknown, io: Io): Promise<number> {
  const stop = new Stop();
  const other = (on: boolean): void => {
    if (io.terminal) io.stdout(on ? '\x1b[?1049h\x1b[?25l' : '\x1b[?25h\x1b[?1049l');
  };
  other(true);
  try {
    while (!stop.asked) {
      tell();
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, watchMs);
        stop.close = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  } finally {
    other(false);
    stop.release();
  }
  return 0;
}

function noSensor(path: string): OperatorError {
  return new OperatorError(
    'sensor-missing',
    `${path} has nothing of a live sensor`,
    'Start dicomtap live, or name the database it fills with --db.',
  );
}
