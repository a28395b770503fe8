import { parentPort, workerData } from 'node:worker_threads';
import { type LiveData, LiveThread, type ToLive } from './live-thread.ts';

/** The thread that has the store of a live run: `LiveRecorder` begins it. */
const port = parentPort!;
const thread = new LiveThread(workerData as LiveData, (message) => port.postMessage(message));
port.on('message', (message: ToLive) => thread.take(message));
thread.begin();
