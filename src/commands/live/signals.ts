/** What signals ask of a live sensor. */
export interface SignalWork {
  /** SIGTERM (0) and SIGINT (130): come to an end, with this exit status. Once. */
  readonly stop: (status: number) => void;
  /** SIGHUP. */
  readonly reload: () => void;
  /** SIGUSR2. */
  readonly tell: () => void;
}

/** Signals while a sensor listens. A second one to stop ends the process at once. */
export class Signals {
  private readonly handlers: readonly (readonly [NodeJS.Signals, () => void])[];
  private stopping = false;

  constructor({ stop, reload, tell }: SignalWork) {
    const end = (status: number) => () => {
      if (this.stopping) process.exit(status);
      this.stopping = true;
      stop(status);
    };
    this.handlers = [
      ['SIGTERM', end(0)],
      ['SIGINT', end(130)],
      ['SIGHUP', reload],
      ['SIGUSR2', tell],
    ];
    for (const [signal, handler] of this.handlers) process.on(signal, handler);
  }

  release(): void {
    for (const [signal, handler] of this.handlers) process.off(signal, handler);
  }
}
