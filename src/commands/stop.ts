/**
 * SIGINT and SIGTERM while a command works: the first asks it to come to its end (what was read is kept), the
 * second ends the process at once.
 */
export class Stop {
  /** Exit status once asked: 128 and the signal's number. */
  status: number | null = null;
  /** Called once, so that what waits for input waits no longer. */
  close: () => void = () => {};
  private readonly interrupted = (): void => this.ask(130);
  private readonly terminated = (): void => this.ask(143);

  constructor() {
    process.on('SIGINT', this.interrupted);
    process.on('SIGTERM', this.terminated);
  }

  get asked(): boolean {
    return this.status !== null;
  }

  release(): void {
    process.off('SIGINT', this.interrupted);
    process.off('SIGTERM', this.terminated);
  }

  private ask(status: number): void {
    if (this.status !== null) process.exit(status);
    this.status = status;
    this.close();
  }
}
