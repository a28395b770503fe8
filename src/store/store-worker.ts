import { parentPort, workerData } from 'node:worker_threads';
import { LocalRecorder } from './recorder.ts';
import { RecorderThread, type ThreadData, type ToThread } from './recorder-thread.ts';
import { openLent } from './store.ts';

/** The thread that has the store of a replay: `RemoteRecorder` begins it. */
const port = parentPort!;
const { path, options, run } = workerData as ThreadData;
const thread = new RecorderThread(new LocalRecorder(openLent(path, options), run), (message) =>
  port.postMessage(message),
);
let last = Promise.resolve();
port.on('message', (message: ToThread) => {
  last = last.then(() => thread.take(message));
  if (message.kind === 'close') last.then(() => port.close());
});
port.postMessage({ kind: 'open' });
