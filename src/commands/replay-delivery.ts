import { Delivery } from '../sinks/delivery.ts';
import { registerSinks } from '../sinks/registration.ts';
import type { Io } from './command.ts';
import { named, readSinks, type SinkConfig } from './sink-settings.ts';
import { printable } from './typeset.ts';

/** What a replay finds goes to the sinks of a configuration, when the replay is done. */
export class ReplayDelivery {
  private readonly sinks: SinkConfig['sinks'];
  private readonly sensor: SinkConfig['sensor'];
  private readonly path: string;

  private constructor(configured: SinkConfig, path: string) {
    this.sinks = named(configured, null);
    this.sensor = configured.sensor;
    this.path = path;
  }

  /** Throws as `readSinks`, and `sink-unknown` when no sink is configured. `path` is the store's. */
  static async of(argv: Readonly<Record<string, unknown>>, path: string): Promise<ReplayDelivery> {
    return new ReplayDelivery(await readSinks({ config: argv['config'] }), path);
  }

  /** Before the replay writes: of what was in the store before, a new sink gets nothing. */
  begin(): void {
    registerSinks(this.path, this.sinks);
  }

  /** Waits a minute at most; what is left then is said, and waits for the next `--deliver`. Whether nothing is left. */
  async deliver(io: Io): Promise<boolean> {
    const failed = (error: Error): void => io.stderr(`dicomtap: the sinks ended: ${printable(error.message)}\n`);
    const data = { path: this.path, sinks: this.sinks, sensor: this.sensor, from: 'end' } as const;
    const delivery = new Delivery(data, { failed });
    await delivery.ready();
    const all = await delivery.stop(DELIVER_MS);
    for (const { name, delivered, waiting, dropped, lastError } of delivery.status()) {
      io.stderr(`dicomtap: sink ${name}: ${delivered} delivered, ${dropped} given up, ${waiting} left\n`);
      if (lastError !== null) io.stderr(`  ${printable(lastError)}\n`);
    }
    if (!all)
      io.stderr(`  What is left stays in ${printable(this.path)}: dicomtap replay with --deliver, or live, goes on.\n`);
    return all;
  }
}

const DELIVER_MS = 60_000;
