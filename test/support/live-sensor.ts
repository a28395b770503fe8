import { onTestFinished } from 'vitest';
import { LiveSession, type Recording } from '../../src/commands/live/live-session.ts';
import { WallClock } from '../../src/commands/live/wall-clock.ts';
import { keyedHash } from '../../src/hash-key.ts';
import { noHistory } from '../../src/model/history.ts';
import { withoutPolicy } from '../../src/policy/compile.ts';
import { conversation, frames } from './conversation.ts';
import { keptLog, ScriptedSource } from './live.ts';
import { testKey } from './replay.ts';
import { storing } from './sensing.ts';

export const minute = 60_000_000;

/** A sensor that listens, what it writes to, and a wire on which talks come. */
export class Listening {
  readonly source = new ScriptedSource();
  readonly log = keptLog();
  readonly session: LiveSession;
  talks = 0;
  /** Of the next packet, µs. */
  at = Date.now() * 1000 - 60 * minute;
  /** Wall clock less the real one, ms: set, and gone by. */
  step = 0;
  gone = 0;
  private readonly running: Promise<void>;

  constructor(recorder: Recording) {
    this.session = new LiveSession({
      config: { sensor: 's', limits: {} },
      version: '1',
      policy: withoutPolicy,
      hash: keyedHash(testKey),
      history: noHistory,
      sources: [this.source],
      recorder,
      sinks: () => [],
      log: this.log,
      clock: new WallClock(
        () => Date.now() + this.gone + this.step,
        () => performance.now() + this.gone,
      ),
    });
    this.running = this.session.run();
    this.source.begin();
    onTestFinished(() => this.end());
  }

  /** Whole associations, each with an object in clear. */
  hear(talks: number): void {
    for (let n = 0; n < talks; n++) {
      this.at += minute / 60;
      this.source.bring(frames(conversation(storing, { client: { port: 20_000 + this.talks++ }, at: this.at })));
    }
  }

  async end(): Promise<void> {
    this.session.stop(60_000);
    await this.running;
  }

  get unwell(): number {
    return this.log.lines.filter(({ message }) => message === 'not well').length;
  }
}
