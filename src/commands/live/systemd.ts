import { execFile } from 'node:child_process';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Tells systemd how the service does (sd_notify(3)), where it asked for it: Node has no datagram sockets of the Unix
 * kind, so `systemd-notify` speaks for it, which the unit must allow (`NotifyAccess=all`). Elsewhere nothing is done.
 */
export class Systemd {
  /** Milliseconds between two signs of life; null where none is asked for. */
  readonly everyMs: number | null;
  private readonly asked: boolean;
  private readonly run: (words: readonly string[]) => void;
  private readonly now: () => number;
  private fedAt = Number.NEGATIVE_INFINITY;

  constructor(
    env: Environment = process.env,
    run: (words: readonly string[]) => void = notify,
    now: () => number = () => performance.now(),
  ) {
    this.asked = (env['NOTIFY_SOCKET'] ?? '') !== '';
    this.run = run;
    this.now = now;
    const pid = env['WATCHDOG_PID'];
    const micros = Number(env['WATCHDOG_USEC'] ?? '');
    const ours = pid === undefined || pid === '' || Number(pid) === process.pid;
    this.everyMs = this.asked && ours && micros > 0 ? micros / 2000 : null;
  }

  ready(status: string): void {
    this.tell('READY=1', `STATUS=${status}`);
  }

  /** `ready` follows. */
  reloading(): void {
    // Since systemd 253 the moment is asked for too, by the clock that never steps.
    this.tell('RELOADING=1', `MONOTONIC_USEC=${Math.round(Number(process.hrtime.bigint() / 1000n))}`);
  }

  stopping(status: string): void {
    this.tell('STOPPING=1', `STATUS=${status}`);
  }

  status(text: string): void {
    this.tell(`STATUS=${text}`);
  }

  /** To be called by the main loop, often: a loop that is stuck feeds nobody. */
  alive(): void {
    if (this.everyMs === null || this.now() - this.fedAt < this.everyMs) return;
    this.fedAt = this.now();
    this.tell('WATCHDOG=1');
  }

  private tell(...words: readonly string[]): void {
    if (this.asked) this.run(words);
  }
}

let told: Promise<void> = Promise.resolve();

/** One after the other, for each is told by a process of its own. What fails here systemd notices by itself. */
function notify(words: readonly string[]): void {
  told = told.then(
    () =>
      new Promise((resolve) => {
        execFile('systemd-notify', [`--pid=${process.pid}`, ...words], { timeout: 10_000 }, () => resolve());
      }),
  );
}
