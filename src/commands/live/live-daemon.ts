import { type LiveConfig, readLiveConfig } from '../../config.ts';
import { OperatorError } from '../../model/errors.ts';
import { reloaded, waitingForRestart } from '../../settings/reload.ts';
import type { Ending } from '../../store/writer.ts';
import type { LevelledLog } from '../log.ts';
import type { Deliveries } from './deliveries.ts';
import type { LiveSession, Recording } from './live-session.ts';
import { loadedPolicy } from './loaded-policy.ts';
import type { Past } from './past.ts';
import { keepingOf } from './recorder.ts';
import type { KeptRing } from './ring.ts';
import type { Serving } from './serving.ts';
import { Signals } from './signals.ts';
import { statistics } from './status.ts';
import { Systemd } from './systemd.ts';
import { Watchdog } from './watchdog.ts';

export interface DaemonParts {
  /** The command line, for a reload reads the configuration again. */
  readonly argv: Readonly<Record<string, unknown>>;
  readonly config: LiveConfig;
  readonly session: LiveSession;
  readonly recorder: Recording;
  readonly deliveries: Deliveries;
  readonly serving: Serving;
  readonly past: Past;
  readonly ring: KeptRing;
  readonly log: LevelledLog;
  readonly systemd?: Systemd;
}

/** What was received is used within this time after a signal to stop, and written within the rest of five seconds. */
const drainMs = 2500;
const writeMs = 1500;
/** What is delivered may take of that. */
const deliverMs = 500;
/** The main loop shows that it lives, and what was committed is delivered, this often. */
const beatMs = 250;

/** A sensor that runs until it is told to stop: signals, systemd, the watchdog. */
export class LiveDaemon {
  private readonly parts: DaemonParts;
  private readonly systemd: Systemd;
  private readonly watchdog: Watchdog;
  private status = 0;
  /** What it runs by. */
  private config: LiveConfig;
  /** Reloads come one after the other. */
  private reloading: Promise<void> = Promise.resolve();

  constructor(parts: DaemonParts) {
    this.parts = parts;
    this.config = parts.config;
    this.systemd = parts.systemd ?? new Systemd();
    this.watchdog = new Watchdog(parts.config.watchdogSeconds);
  }

  /** Returns the exit status. */
  async run(): Promise<number> {
    const { session, recorder, deliveries, serving, past, ring, config, log } = this.parts;
    const signals = new Signals({
      stop: (status) => this.stop(status),
      reload: () => void this.reload(),
      tell: () => log.info(statistics(session.status), 'statistics'),
    });
    const beating = setInterval(() => this.beat(), beatMs);
    let ending: Ending = 'failed';
    try {
      const names = config.interfaces.map(({ name }) => name);
      log.info({ interfaces: names, database: config.database, file: config.file, sensor: config.sensor }, 'listening');
      this.systemd.ready(`Listening on ${names.join(', ')}`);
      await serving.use(config);
      await session.run();
      ending = 'done';
    } finally {
      past.close();
      await ring.close();
      await serving.stop();
      // Who else has the store open goes first, so that one file is left. What is written after that is delivered at
      // the next start.
      await deliveries.stop(deliverMs);
      const all = await recorder.close(writeMs, ending);
      if (!all) log.error({ waiting: recorder.status().waiting }, 'not all records could be written');
      clearInterval(beating);
      await this.watchdog.end();
      signals.release();
    }
    log.info(statistics(session.status), 'stopped');
    return this.status;
  }

  private beat(): void {
    this.watchdog.beat();
    this.parts.deliveries.wake();
    this.systemd.alive();
  }

  private stop(status: number): void {
    const { session, log } = this.parts;
    this.status = status;
    log.info({}, 'stopping');
    this.systemd.stopping('Writing what was received');
    session.stop(drainMs);
  }

  /** Everything is read before anything changes: what is wrong in one part leaves all as it was. */
  private reload(): Promise<void> {
    this.reloading = this.reloading.then(async () => {
      const { argv, session, recorder, deliveries, serving, ring, log } = this.parts;
      this.systemd.reloading();
      try {
        const asked = await readLiveConfig(argv);
        const config = reloaded(this.config, asked);
        const policy = await loadedPolicy(config.policy, log);
        await ring.use(config);
        await deliveries.use(config);
        await serving.use(config);
        session.usePolicy(policy);
        recorder.keep(keepingOf(config));
        log.setLevel(config.logLevel);
        this.config = config;
        const settings = waitingForRestart(config, asked);
        if (settings.length > 0) log.warn({ settings }, 'changed, but used from the next start on only');
        log.info({ policy: config.policy, digest: policy.digest }, 'reloaded');
        this.systemd.ready('Reloaded');
      } catch (error) {
        if (!(error instanceof OperatorError)) throw error;
        log.error({ why: error.message, remedy: error.remedy }, 'not reloaded: what held before still holds');
        this.systemd.ready(`Not reloaded: ${error.message}`);
      }
    });
    return this.reloading;
  }
}
