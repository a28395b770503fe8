import { parentPort } from 'node:worker_threads';
import type { AheadEnd, AheadOrder } from '../capture/ahead/reading-thread.ts';
import { ListingEnd } from '../capture/ahead/shared-batches.ts';
import { FileSource } from '../capture/input-source.ts';
import { openCapture } from '../capture/open.ts';
import { Heads } from '../decode/heads.ts';

/** The thread that reads: one order after the other, each answered at its end. */
parentPort?.on('message', (order: AheadOrder) => {
  void read(order).then((end) => parentPort?.postMessage(end));
});

async function read({ path, limits, batches }: AheadOrder): Promise<AheadEnd> {
  const listing = new ListingEnd(batches);
  try {
    const source = new FileSource(path);
    try {
      return await list(source, listing, limits);
    } finally {
      source.close();
    }
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    return { error: `cannot be read: ${reason}`, dropped: 0, bytesRead: 0 };
  } finally {
    listing.end();
  }
}

async function list(source: FileSource, listing: ListingEnd, limits: AheadOrder['limits']): Promise<AheadEnd> {
  const reader = await openCapture(source, limits, listing);
  if (reader.format === null) return { error: `is ${reader.reason}`, dropped: 0, bytesRead: source.consumed };
  const heads = new Heads();
  for (let batch = await reader.next(); batch !== null && !listing.closed; batch = await reader.next()) {
    heads.rows = batch.heads as Int32Array;
    heads.list(batch, 0, batch.count);
    listing.list();
  }
  return { error: source.error ?? reader.error, dropped: reader.dropped, bytesRead: source.consumed };
}
