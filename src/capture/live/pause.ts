/** A wait that may be cut short. */
export class Pause {
  private over: () => void = () => {};

  /** Resolves after `ms` milliseconds, or at `end`. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.over = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Whoever waits goes on. */
  end(): void {
    this.over();
  }
}
