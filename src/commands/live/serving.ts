import type { LiveConfig } from '../../config.ts';
import type { MetricsServer } from '../../metrics/metrics-server.ts';
import type { LiveStatus } from '../../model/live-status.ts';
import type { Listen } from '../../settings/listen.ts';
import type { Log } from '../log.ts';

type Open = (listen: Listen, status: () => LiveStatus) => Promise<Pick<MetricsServer, 'port' | 'close'>>;

/**
 * Metrics and /healthz, where the configuration wants them. That they cannot be served is no reason to stop listening
 * to the wire.
 */
export class Serving {
  private readonly status: () => LiveStatus;
  private readonly log: Log;
  private readonly open: Open;
  private readonly retryMs: number;
  private wanted: Listen | null = null;
  private server: Awaited<ReturnType<Open>> | null = null;
  private retry: NodeJS.Timeout | null = null;
  private complained = false;
  /** One change after the other. */
  private changing: Promise<void> = Promise.resolve();

  constructor(status: () => LiveStatus, log: Log, open: Open = openServer, retryMs = RETRY_MS) {
    this.status = status;
    this.log = log;
    this.open = open;
    this.retryMs = retryMs;
  }

  /** Serves there from here on; at the same place it goes on undisturbed. */
  use({ metrics }: Pick<LiveConfig, 'metrics'>): Promise<void> {
    return this.next(async () => {
      const same = this.wanted?.address === metrics?.address && this.wanted?.port === metrics?.port;
      if (same && (this.server !== null || metrics === null)) return;
      this.wanted = metrics;
      this.complained = false;
      await this.end();
      await this.begin();
    });
  }

  stop(): Promise<void> {
    return this.next(() => {
      this.wanted = null;
      return this.end();
    });
  }

  private next(work: () => Promise<void>): Promise<void> {
    this.changing = this.changing.then(work);
    return this.changing;
  }

  private async begin(): Promise<void> {
    const { wanted, log } = this;
    if (wanted === null) return;
    try {
      this.server = await this.open(wanted, this.status);
      log.info({ address: wanted.address, port: this.server.port }, 'metrics are served');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      if (!this.complained)
        log.error({ ...wanted, why: code }, 'metrics cannot be served there: tried again until it works');
      this.complained = true;
      this.retry = setTimeout(() => void this.next(() => this.again()), this.retryMs).unref();
    }
  }

  private async again(): Promise<void> {
    if (this.server === null) await this.begin();
  }

  private async end(): Promise<void> {
    if (this.retry !== null) clearTimeout(this.retry);
    this.retry = null;
    await this.server?.close();
    this.server = null;
  }
}

const RETRY_MS = 10_000;

/** Late: who wants no metrics needs neither a server nor the library. */
async function openServer(listen: Listen, status: () => LiveStatus): Promise<MetricsServer> {
  const { MetricsServer: Server } = await import('../../metrics/metrics-server.ts');
  return Server.open(listen, status);
}
