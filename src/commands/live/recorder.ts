import type { LiveConfig } from '../../config.ts';
import type { LiveRecorder } from '../../store/live-recorder.ts';
import { LocalRecorder } from '../../store/recorder.ts';
import type { NewRun } from '../../store/runs.ts';
import { openStore } from '../../store/store.ts';
import type { Log } from '../log.ts';

/** Takes the records of a live run. */
export function openRecorder({ database }: LiveConfig, run: NewRun, _log: Log): LiveRecorder {
  const recorder = new LocalRecorder(openStore(database, { synchronous: 'full' }), run);
  return {
    runId: recorder.writer.runId,
    write: (batch) => recorder.write(batch, []),
    capture: (record) => recorder.capture(record),
    health: () => {},
    status: () => ({ bytes: 0, trouble: null, waiting: 0, waitingBytes: 0, refused: 0 }),
    keep: () => {},
    close: async () => {
      await recorder.finish('done');
      await recorder.close();
      return true;
    },
  };
}
