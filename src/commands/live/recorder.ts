import type { LiveConfig } from '../../config.ts';
import type { Keeping } from '../../store/keeping.ts';
import { type LiveRecorder, openLive } from '../../store/live-recorder.ts';
import type { NewRun } from '../../store/runs.ts';
import type { Log } from '../log.ts';

/** Opens the store of the configuration. Throws as `openLive`. */
export function openRecorder(config: LiveConfig, run: NewRun, log: Log): Promise<LiveRecorder> {
  return openLive({
    path: config.database,
    run,
    keeping: keepingOf(config),
    notice: ({ level, sentence }) => log[level]({ database: config.database }, sentence),
  });
}

/** How long records are kept, and how much of the disk they may take. */
export function keepingOf({ retentionDays, quotaBytes }: LiveConfig): Partial<Keeping> {
  return { days: retentionDays, bytesMax: quotaBytes };
}
