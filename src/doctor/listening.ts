import type { LiveSource } from '../capture/live/live-source.ts';
import { type Heard, Listener } from './heard.ts';

/** More packets than this tell no more. */
const packetsMax = 500_000;
/** An engine takes a moment to begin. */
const startMsMax = 10_000;

/**
 * Listens through the way that a sensor would, for `seconds`; a sentence when nothing could be captured. The source is
 * stopped.
 */
export async function listenFor(source: LiveSource, seconds: number, startMs = startMsMax): Promise<Heard | string> {
  const listener = new Listener();
  let packets = 0;
  let began: number | null = null;
  let asked: number | null = null;
  let why: string | null = null;
  // What is under way is still taken: that is not listened any longer.
  const stop = (): void => {
    asked ??= performance.now();
    source.stop();
  };
  let end = setTimeout(() => {
    ({ why } = source.status);
    stop();
  }, startMs);
  for (;;) {
    const event = await source.next();
    if (event === null) break;
    if (event.kind === 'began' && began === null) {
      began = performance.now();
      clearTimeout(end);
      end = setTimeout(stop, seconds * 1000);
    }
    if (event.kind !== 'packets') continue;
    listener.take(event.batch);
    packets += event.batch.count;
    if (packets >= packetsMax) stop();
  }
  clearTimeout(end);
  if (began === null) return why ?? 'nothing could be captured';
  const { drops } = source.status;
  const lost = Object.values(drops).reduce((sum, count) => sum + count, 0);
  return listener.heard(((asked ?? performance.now()) - began) / 1000, lost);
}
