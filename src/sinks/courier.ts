import type { SinkStatus } from '../model/live-status.ts';
import type { Backlog } from './backlog.ts';
import { rendered } from './format.ts';
import type { OutMessage, Sensor } from './message.ts';
import { heartbeat } from './own-words.ts';
import type { SinkSettings } from './settings.ts';
import type { Outgoing, Transport } from './transports/transport.ts';
import { plain, troubleInWords } from './trouble.ts';

export interface CourierParts {
  readonly sink: SinkSettings;
  readonly sensor: Sensor;
  readonly backlog: Backlog;
  readonly transport: Transport;
  readonly clock: CourierClock;
}

/** Wall clock in ms, and chance from 0 to 1 for the jitter of back-off. */
export interface CourierClock {
  readonly now: () => number;
  readonly random: () => number;
}

/**
 * Carries one sink's messages to its transport, in order, and moves its place in the log when they are confirmed. When
 * the way is lost it begins again at the last confirmed one, after a while.
 */
export class Courier {
  readonly #parts: CourierParts;
  #state: 'running' | 'draining' | 'stopped' = 'running';
  #connected = false;
  #lastError: string | null;
  /** Why a message was given up for good: stays said for a while. */
  #refusal: { readonly sentence: string; readonly ms: number } | null = null;
  #lost: unknown = null;
  /** Sent and not confirmed. */
  #unsettled = 0;
  #own = 0;
  #refused = 0;
  #unsettledSinceMs = 0;
  #sentMs: number;
  #savedMs = 0;
  #openedMs = 0;
  #failures = 0;
  /** Messages sent before they are settled: fewer where the way breaks, so that some get through. */
  #window: number;
  #wake: (() => void) | null = null;
  #drained: () => void = () => {};
  #reopen = false;
  /** Of this start of the program. */
  readonly #begin: { readonly delivered: number; readonly repeated: number; readonly dropped: number };

  constructor(parts: CourierParts) {
    this.#parts = parts;
    this.#sentMs = parts.clock.now();
    this.#window = parts.transport.settleMessages;
    const { delivered, repeated, dropped, lastError } = parts.backlog.record;
    this.#begin = { delivered, repeated, dropped };
    this.#lastError = lastError;
  }

  /** Until it is stopped. Throws only what is a bug. */
  async run(): Promise<void> {
    while (this.#state !== 'stopped') {
      try {
        await this.#open();
        await this.#deliver();
      } catch (error) {
        this.#failed(error);
        await this.#pause(this.#backOffMs(error));
      }
    }
    this.#save(0);
    this.#parts.transport.close();
  }

  /** There is news in the store. */
  wake(): void {
    if (this.#connected) this.#wake?.();
  }

  /** A file may have been moved away. */
  reopen(): void {
    this.#reopen = true;
    this.#wake?.();
  }

  /** Resolves when nothing waits any more, not even what is held back. Never, if the collector does not come back. */
  drain(): Promise<void> {
    if (this.#state === 'running') this.#state = 'draining';
    return new Promise((resolve) => {
      this.#drained = resolve;
      this.#wake?.();
    });
  }

  /** At once; what is under way is given up, and sent again by the next start. */
  stop(): void {
    this.#state = 'stopped';
    this.#parts.transport.close();
    this.#wake?.();
  }

  status(): SinkStatus {
    const { backlog, sink, transport } = this.#parts;
    const { cursor, delivered, repeated, dropped } = backlog.record;
    const waiting = backlog.waiting();
    return {
      name: sink.name,
      kind: transport.kind,
      cursor,
      waiting,
      lagMicros: backlog.lagMicros(waiting),
      delivered: delivered - this.#begin.delivered,
      repeated: repeated - this.#begin.repeated,
      dropped: dropped - this.#begin.dropped,
      connected: this.#connected,
      lastError: this.#lastError,
    };
  }

  async #open(): Promise<void> {
    this.#lost = null;
    await this.#parts.transport.open((error) => {
      this.#lost = error;
      this.#wake?.();
    });
    this.#connected = true;
    this.#openedMs = this.#now();
  }

  async #deliver(): Promise<void> {
    const { backlog } = this.#parts;
    while (this.#state !== 'stopped') {
      if (this.#lost !== null) throw this.#lost;
      if (this.#reopen) await this.#reopened();
      const messages = backlog.next(this.#window - this.#unsettled, this.#state === 'draining');
      if (messages.length === 0) this.#ownWord(messages);
      await this.#send(messages);
      const idle = messages.length === 0 && !backlog.more;
      const settled = this.#settleDue(idle);
      if (settled) await this.#settle();
      else if (this.#unsettled === 0) this.#passed(idle);
      if (idle && !settled) await this.#pause(this.#idleMs());
      // What goes past in great numbers must not keep the other sinks waiting.
      else if (messages.length === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async #send(messages: readonly OutMessage[]): Promise<void> {
    const outgoing = this.#texts(messages);
    if (outgoing.length === 0) return;
    if (this.#unsettled === 0) this.#unsettledSinceMs = this.#now();
    this.#unsettled += outgoing.length;
    await this.#parts.transport.send(outgoing);
    this.#sentMs = this.#now();
  }

  /** A message that cannot be written is a bug of ours: it must not hold up the others. */
  #texts(messages: readonly OutMessage[]): Outgoing[] {
    const outgoing: Outgoing[] = [];
    for (const message of messages) {
      try {
        outgoing.push({ message, text: rendered(message, this.#parts.sink) });
      } catch (error) {
        this.#refused++;
        const why = plain(String((error as Error).message)).slice(0, 100);
        this.#refusal = { sentence: `${message.id} cannot be written: ${why}`, ms: this.#now() };
      }
    }
    return outgoing;
  }

  #settleDue(idle: boolean): boolean {
    if (this.#unsettled === 0) return false;
    const { settleMs } = this.#parts.transport;
    const late = this.#now() - this.#unsettledSinceMs >= settleMs;
    return this.#unsettled >= this.#window || late || (idle && this.#state === 'draining');
  }

  async #settle(): Promise<void> {
    const { transport } = this.#parts;
    const refusals = await transport.settle();
    this.#window = Math.min(this.#window * 2, transport.settleMessages);
    const dropped = refusals.length + this.#refused;
    const delivered = this.#unsettled - this.#own - refusals.length;
    this.#parts.backlog.confirm({ delivered: Math.max(0, delivered), dropped });
    const refusal = refusals.at(-1);
    if (refusal !== undefined) this.#refusal = { sentence: refusal.sentence, ms: this.#now() };
    this.#lastError = this.#refusalSaid();
    this.#failures = 0;
    this.#forget();
    this.#save(SAVE_MS);
  }

  /** Nothing is under way: what was read is done with. */
  #passed(idle: boolean): void {
    this.#parts.backlog.confirm({ delivered: 0, dropped: this.#refused });
    if (idle) this.#lastError = this.#refusalSaid();
    if (this.#now() - this.#openedMs >= STEADY_MS) this.#failures = 0;
    this.#refused = 0;
    if (idle) this.#save(0);
    if (idle && this.#state === 'draining') this.#drained();
  }

  #failed(error: unknown): void {
    const { transport, backlog } = this.#parts;
    this.#connected = false;
    transport.close();
    if (this.#state === 'stopped') return;
    this.#lastError = troubleInWords(error, transport.target);
    backlog.rewind(Math.max(0, this.#unsettled - this.#own));
    this.#forget();
    this.#failures++;
    this.#window = Math.min(this.#window, Math.max(WINDOW_MIN, this.#window >> 1));
    this.#save(0);
  }

  #refusalSaid(): string | null {
    const refusal = this.#refusal;
    return refusal !== null && this.#now() - refusal.ms < SAID_MS ? refusal.sentence : null;
  }

  #forget(): void {
    this.#unsettled = 0;
    this.#own = 0;
    this.#refused = 0;
  }

  /** A sign of life, when nothing else went out for long. */
  #ownWord(messages: OutMessage[]): void {
    const { sink, sensor, backlog } = this.#parts;
    const now = this.#now();
    if (sink.heartbeatSeconds === 0 || now - this.#sentMs < sink.heartbeatSeconds * 1000) return;
    messages.push(heartbeat(sensor, sink.name, now * 1000, backlog.waiting()));
    this.#own++;
  }

  async #reopened(): Promise<void> {
    this.#reopen = false;
    await this.#parts.transport.reopen?.();
  }

  /** The store may be busy, or full: then it has an older place for a while. */
  #save(everyMs: number): void {
    const now = this.#now();
    if (now - this.#savedMs < everyMs) return;
    this.#savedMs = now;
    try {
      this.#parts.backlog.save(this.#lastError);
    } catch (error) {
      if ((error as { code?: string }).code?.startsWith('SQLITE_') !== true) throw error;
    }
  }

  #idleMs(): number {
    const { sink, transport, backlog } = this.#parts;
    const now = this.#now();
    const times = [POLL_MS];
    if (this.#unsettled > 0) times.push(this.#unsettledSinceMs + transport.settleMs - now);
    if (sink.heartbeatSeconds > 0) times.push(this.#sentMs + sink.heartbeatSeconds * 1000 - now);
    if (backlog.nextMs !== null) times.push(backlog.nextMs - now);
    return Math.max(1, Math.min(...times));
  }

  /**
   * Twice as long each time, from half a second to half a minute, give or take a half; or as long as the collector asks
   * for.
   */
  #backOffMs(error: unknown): number {
    const asked = (error as { retryAfterMs?: number } | null)?.retryAfterMs ?? 0;
    const ms = Math.min(BACK_OFF_MS * 2 ** (this.#failures - 1), BACK_OFF_MS_MAX);
    return Math.max(asked, ms * (0.5 + this.#parts.clock.random()));
  }

  #pause(ms: number): Promise<void> {
    if (this.#state === 'stopped') return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#wake = null;
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#wake = done;
    });
  }

  #now(): number {
    return this.#parts.clock.now();
  }
}

/** How often the log is looked at when nobody tells of news. */
const POLL_MS = 500;
/** How often the place is written while there is much to do. */
const SAVE_MS = 250;
/** A way that held for so long is not one that failed again. */
const STEADY_MS = 5000;
const WINDOW_MIN = 10;
const SAID_MS = 3_600_000;
const BACK_OFF_MS = 500;
const BACK_OFF_MS_MAX = 30_000;
