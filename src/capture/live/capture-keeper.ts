import type { Duplex } from 'node:stream';
import type { CaptureOptions } from './capture-options.ts';
import { EngineRun } from './engine-run.ts';
import { chooseEngine, type Engine } from './engines.ts';
import { Handover } from './handover.ts';
import { type InterfaceState, interfaceOfIndex, interfaceState } from './interface-state.ts';
import { PacketRelay } from './packet-relay.ts';
import { Pause } from './pause.ts';
import { interfaceDescription, interfaceStatistics, sectionHeader } from './pcapng-blocks.ts';

/** What a keeper asks of the outside; tests put theirs in. */
export interface KeeperSurroundings {
  readonly choose: (options: CaptureOptions) => Engine | string;
  readonly interfaceState: (name: string) => InterfaceState | null;
  readonly interfaceOfIndex: (index: number) => InterfaceState | null;
  /** How often counters are read and written, and a missing interface looked for; ms. */
  readonly tellEveryMs: number;
  readonly lookEveryMs: number;
  /** For how long an engine goes on when nobody reads; what it captures waits in its ring. */
  readonly lingerMs: number;
  /**
   * Whether the first reader that asks for the end is the last one: then the engine's last counters are in the stream,
   * too.
   */
  readonly only: boolean;
}

export const surroundings: KeeperSurroundings = {
  choose: (options) => chooseEngine(options),
  interfaceState: (name) => interfaceState(name),
  interfaceOfIndex: (index) => interfaceOfIndex(index),
  tellEveryMs: 1000,
  lookEveryMs: 250,
  lingerMs: 30_000,
  only: false,
};

/** The longest wait between two starts: below the five seconds in which a capture has to be back. */
const backoffMsMax = 3000;
/** A run that lasted so long was none that fails at once. */
const steadyMs = 10_000;
/** What waits in the kernel is waited for so long when a reader wants to end. */
const catchUpMsMax = 3000;

/**
 * Keeps one interface captured for as long as it is asked to: chooses and starts the engine, begins it again when it
 * dies or the interface goes, and hands over what it captures as a pcapng stream.
 *
 * A run of an engine is a section: section header (`shb_userappl`: the engine), interface description, packets, and
 * each second an interface statistics block with the counts since the section began. The first such block comes at
 * once; its comment `missed: N` counts what the interface received while nothing captured. The last one has the comment
 * `ended: WHY`. While nothing can be captured, sections without interface and with the comment `waiting: WHY` are all
 * that comes.
 */
export class CaptureKeeper {
  private readonly options: CaptureOptions;
  private readonly around: KeeperSurroundings;
  private readonly handover: Handover;
  private run: EngineRun | null = null;
  private relay: PacketRelay | null = null;
  /** The section that is open; null while none is. */
  private head: Section | null = null;
  /** Why the engine is being ended, when it is by us. */
  private reason: string | null = null;
  /** What the interface had received when the engine told its counters last. */
  private receivedThen: number | null = null;
  private waitingFor: string | null = null;
  /** Of the interface that was captured last. */
  private last: InterfaceState | null = null;
  private holdMs = 0;
  private lastChunk = 0;
  private stopping = false;
  private finishing: Promise<void> | null = null;
  private readonly pause = new Pause();
  private lingering: NodeJS.Timeout | null = null;

  constructor(options: CaptureOptions, around: KeeperSurroundings = surroundings) {
    this.options = options;
    this.around = around;
    this.handover = new Handover({
      attached: () => this.attached(),
      detached: () => this.detached(),
      asked: () => void (this.around.only ? this.stop() : this.finish()),
      full: () => this.run?.pause(),
      ready: () => this.run?.resume(),
    });
  }

  /** Gives the capture to a reader; false when it has one. */
  attach(stream: Duplex): boolean {
    return this.handover.attach(stream);
  }

  /** Captures while there is a reader; returns after `stop`. */
  async keep(): Promise<void> {
    let backoffMs = 0;
    while (!this.stopping) {
      const at = this.handover.attached ? this.find() : null;
      if (at === null) {
        await this.pause.wait(this.around.lookEveryMs);
        continue;
      }
      const begun = Date.now();
      await this.capture(at);
      const steady = Date.now() - begun >= steadyMs;
      backoffMs = steady ? 0 : Math.min(Math.max(this.around.lookEveryMs, 2 * backoffMs), backoffMsMax);
      if (!this.stopping) await this.pause.wait(steady ? this.around.lookEveryMs : backoffMs);
    }
    await this.handover.finish();
  }

  /** Ends the engine when what was received until now has been handed over, and then `keep`. */
  async stop(): Promise<void> {
    if (this.stopping) return;
    await this.catchUp();
    this.stopping = true;
    this.end('asked to');
    this.pause.end();
  }

  /** Hands over what was received until now, then lets the reader go. The engine goes on for the next one. */
  private finish(): Promise<void> {
    this.finishing ??= this.catchUp().then(async () => {
      this.run?.pause();
      this.tell('ended: asked to');
      await this.handover.finish();
      this.finishing = null;
    });
    return this.finishing;
  }

  /** Until a packet comes that is younger than the call, or none does for longer than the engine holds one back. */
  private async catchUp(): Promise<void> {
    const asked = Date.now();
    for (;;) {
      const now = Date.now();
      const relay = this.relay;
      if (this.head === null || relay === null || !this.handover.attached || now - asked > catchUpMsMax) return;
      const young = relay.lastMicros >= asked * 1000 || now - Math.max(asked, this.lastChunk) > this.holdMs + 200;
      // Its counters at the end, too.
      if (young) this.run?.ask();
      await new Promise((resolve) => setTimeout(resolve, 50));
      if (young) return;
    }
  }

  /** The interface by its name; when it is gone, by its index: a renamed one is the same one. */
  private find(): InterfaceState | null {
    const { interface: name } = this.options;
    const byName = this.around.interfaceState(name);
    const found = byName ?? (this.last === null ? null : this.around.interfaceOfIndex(this.last.index));
    if (found?.up) return found;
    this.wait(found === null ? `there is no interface ${name}` : `${found.name} is down`);
    return null;
  }

  private capture(at: InterfaceState): Promise<void> {
    const engine = this.around.choose({ ...this.options, interface: at.name });
    if (typeof engine === 'string') {
      this.wait(engine);
      return Promise.resolve();
    }
    this.holdMs = engine.holdMs;
    return new Promise((resolve) => {
      const relay = new PacketRelay({
        began: (linkType, snapLength) => this.began(at, engine, linkType, snapLength),
        blocks: (bytes, done) => this.handover.write(bytes, done),
      });
      const watch = setInterval(() => this.watch(at), this.around.lookEveryMs);
      const ask = setInterval(() => this.ask(), this.around.tellEveryMs);
      this.relay = relay;
      this.run = new EngineRun(engine, {
        chunk: (bytes) => {
          this.lastChunk = Date.now();
          relay.push(bytes);
          if (relay.error !== null) this.end(relay.error);
        },
        counters: () => {
          this.receivedThen = this.now(at)?.received ?? null;
          this.tell();
        },
        ended: (why, orderly) => {
          clearInterval(watch);
          clearInterval(ask);
          this.ended(at, this.reason ?? why, orderly);
          resolve();
        },
      });
      if (!this.handover.attached) this.run.pause();
    });
  }

  private began(at: InterfaceState, engine: Engine, linkType: number, snapLength: number): void {
    const application = `dicomtap capture: ${engine.name} (${engine.why})`;
    const blocks = Buffer.concat([sectionHeader({ application }), interfaceDescription(at.name, linkType, snapLength)]);
    const now = this.now(at) ?? at;
    const missed = this.missedSince(now);
    this.last = now;
    this.receivedThen = now.received;
    this.head = { blocks, at: now, delivered: 0, systemDropped: 0 };
    this.waitingFor = null;
    this.handover.write(blocks);
    this.tell(missed === null ? 'began' : `missed: ${missed}`);
  }

  private ended(at: InterfaceState, why: string, orderly: boolean): void {
    const now = this.now(at);
    if (this.head === null) this.wait(why);
    else this.tell(`ended: ${why}`, orderly ? 0 : this.untold(now));
    this.head = null;
    this.run = null;
    this.relay = null;
    this.reason = null;
    // What it counts from now on is seen by nobody.
    this.last = now ?? at;
  }

  /**
   * A killed engine takes along what its ring held. What the interface received since the engine told its counters last
   * is then taken for what came to it, if it took everything.
   */
  private untold(now: InterfaceState | null): number {
    return this.options.filter === null ? (difference(now?.received, this.receivedThen) ?? 0) : 0;
  }

  private ask(): void {
    // The signal would end an engine that is not ready for it: one that wrote its header is.
    if (this.head !== null) this.run?.ask();
    this.tell();
  }

  /** An engine that says nothing of an interface that is down goes on in silence. */
  private watch(at: InterfaceState): void {
    // A renamed interface is captured on, but not when another one has got its name.
    const { interface: name } = this.options;
    const named = this.around.interfaceState(name);
    if (named !== null && named.index !== at.index) this.end(`${name} is another interface now`);
    else {
      const now = named ?? this.now(at);
      if (now === null) this.end(`${name} is gone`);
      else if (!now.up) this.end(`${name} is down`);
    }
  }

  private now(at: InterfaceState): InterfaceState | null {
    const named = this.around.interfaceState(at.name);
    return named?.index === at.index ? named : this.around.interfaceOfIndex(at.index);
  }

  private end(why: string): void {
    this.reason ??= why;
    this.run?.stop();
  }

  private tell(comment?: string, untold = 0): void {
    const { run, relay, head } = this;
    if (run === null || relay === null || head === null) return;
    relay.flush();
    const now = this.now(head.at);
    const numbers = {
      received: difference(now?.received, head.at.received),
      interfaceDropped: difference(now?.lost, head.at.lost),
      // Told before what was delivered since: never less than nothing.
      accepted: run.received === null ? null : Math.max(0, run.received + untold - head.delivered - head.systemDropped),
      systemDropped: run.kernel - head.systemDropped,
      delivered: relay.packets - head.delivered,
    };
    this.handover.write(interfaceStatistics(Date.now() * 1000, numbers, comment));
  }

  private wait(why: string): void {
    if (this.waitingFor === why) return;
    this.waitingFor = why;
    this.handover.write(sectionHeader({ comment: `waiting: ${why}` }));
  }

  private missedSince(at: InterfaceState): number | null {
    if (this.last === null) return null;
    if (this.last.index !== at.index) return at.received;
    return difference(at.received, this.last.received);
  }

  private attached(): void {
    if (this.lingering !== null) clearTimeout(this.lingering);
    this.lingering = null;
    const { head, run, relay } = this;
    if (head !== null && run !== null && relay !== null) {
      // A section of its own: what its reader gets and what is counted there are the same. What waits in the ring is to
      // come.
      const at = this.now(head.at) ?? head.at;
      this.head = { blocks: head.blocks, at, delivered: relay.packets, systemDropped: run.kernel };
      this.handover.write(head.blocks);
      this.tell('began');
    } else if (this.waitingFor !== null) this.handover.write(sectionHeader({ comment: `waiting: ${this.waitingFor}` }));
    this.run?.resume();
    this.pause.end();
  }

  private detached(): void {
    this.run?.pause();
    this.lingering = setTimeout(() => this.end('nobody reads'), this.around.lingerMs);
    this.lingering.unref();
  }
}

/** A section of the stream: its first blocks, and what was counted when it began. */
interface Section {
  readonly blocks: Buffer;
  readonly at: InterfaceState;
  readonly delivered: number;
  readonly systemDropped: number;
}

/** What was counted between two readings; a counter that went back began anew. */
function difference(now: number | null | undefined, then: number | null): number | null {
  if (now === null || now === undefined || then === null) return null;
  return now >= then ? now - then : now;
}
