import { parentPort, workerData } from 'node:worker_threads';
import { type DeliveryData, DeliveryThread, type ToDelivery } from './delivery-thread.ts';

/** The thread that delivers: `Delivery` begins it. */
const port = parentPort!;
const thread = new DeliveryThread(workerData as DeliveryData, (message) => port.postMessage(message));
port.on('message', (message: ToDelivery) => thread.take(message));
await thread.run();
port.close();
