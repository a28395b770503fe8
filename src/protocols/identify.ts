import { reaching } from '../bytes/column.ts';
import type { Packet } from '../decode/packet.ts';
import type { Side } from '../model/facts.ts';
import type { Limits } from '../model/limits.ts';
import { BySlot } from '../tcp/by-slot.ts';
import type { Ended, StreamConsumer } from '../tcp/consumer.ts';
import type { Analyzer, Recognise } from './analyzer.ts';
import { Recording } from './recording.ts';

/** A protocol that connections can be recognised as. */
export interface Protocol {
  readonly name: string;
  /** Judges the first bytes of a direction. */
  readonly recognise: Recognise;
  /** Judges bytes from the middle of a stream; null for a protocol that cannot be told there. */
  readonly recogniseMidStream: ((bytes: Uint8Array, start: number, end: number, slot: number) => boolean) | null;
}

/** What the identifier needs of its surroundings. */
export interface Identified<P extends Protocol = Protocol> {
  /** Whether a connection was joined in the middle: no handshake was seen. */
  midStream(slot: number): boolean;
  /** A connection is of `protocol`: the analyzer that is to read it. `why` says what told. */
  begin(slot: number, protocol: P, midStream: boolean, why: string): Analyzer;
  /** An analyzer threw: an error of ours. The connection is no longer read. */
  failed(slot: number, error: unknown): void;
  ended(slot: number, how: Ended, protocol: string, why: string): void;
  /** As a `StreamConsumer` is told. */
  path(slot: number, packet: Packet): void;
}

const undecided = 0;
const none = 1;
const broken = 2;
/** From here on the place of its reader is added. */
const known = 3;

const whyUnknown = ['too few bytes to tell', 'no protocol of ours', 'an error of ours'];

/** Takes the place of an analyzer that threw. */
const deaf: Analyzer = { data: () => {}, gap: () => {}, close: () => {} };

/**
 * Finds out what each connection speaks: keeps its first bytes, asks each recogniser, and replays them to the
 * analyzer once one says yes (ports only hint). The common cases, a first segment that decides, copy nothing.
 */
export class Identifier<P extends Protocol = Protocol> implements StreamConsumer {
  bugs = 0;
  /** By slot; few at first, as the columns of `Slots`. */
  private verdicts = new Int32Array(256);
  /** By place, for few of all connections have one. */
  private readonly analyzers: Analyzer[] = [];
  private readonly protocolOf: (P | undefined)[] = [];
  private readonly vacant: number[] = [];
  private readonly recordings = new BySlot<Recording>();
  /** First bytes kept of all connections. */
  heldBytes = 0;
  private readonly protocols: readonly P[];
  private readonly surroundings: Identified<P>;
  private readonly limits: Limits;

  constructor(protocols: readonly P[], surroundings: Identified<P>, limits: Limits) {
    this.protocols = protocols;
    this.surroundings = surroundings;
    this.limits = limits;
  }

  data(slot: number, side: Side, bytes: Uint8Array, start: number, end: number): void {
    const verdict = this.verdictOf(slot);
    if (verdict >= known) {
      try {
        this.analyzers[verdict - known].data(side, bytes, start, end);
      } catch (error) {
        this.fail(slot, error);
      }
      return;
    }
    if (verdict === undecided) this.identify(slot, side, bytes, start, end);
  }

  gap(slot: number, side: Side, length: number): void {
    const verdict = this.verdictOf(slot);
    if (verdict >= known) {
      try {
        this.analyzers[verdict - known].gap(side, length);
      } catch (error) {
        this.fail(slot, error);
      }
      return;
    }
    if (verdict === undecided) this.holdGap(slot, side, length);
  }

  unneeded(slot: number, side: Side): number {
    const verdict = this.verdictOf(slot);
    if (verdict < known) return verdict === undecided ? 0 : Number.POSITIVE_INFINITY;
    try {
      return this.analyzers[verdict - known].unneeded?.(side) ?? 0;
    } catch (error) {
      this.fail(slot, error);
      return 0;
    }
  }

  unneededAfter(slot: number, side: Side, bytes: Uint8Array, start: number, end: number, ahead: number): number {
    const verdict = this.verdictOf(slot);
    if (verdict < known) return 0;
    try {
      return this.analyzers[verdict - known].unneededAfter?.(side, bytes, start, end, ahead) ?? 0;
    } catch (error) {
      this.fail(slot, error);
      return 0;
    }
  }

  passed(slot: number, side: Side, length: number): void {
    const verdict = this.verdictOf(slot);
    if (verdict < known) return;
    try {
      this.analyzers[verdict - known].passed?.(side, length);
    } catch (error) {
      this.fail(slot, error);
    }
  }

  close(slot: number, side: Side, how: 'fin' | 'cut'): void {
    const verdict = this.verdictOf(slot);
    if (verdict >= known) {
      try {
        this.analyzers[verdict - known].close(side, how);
      } catch (error) {
        this.fail(slot, error);
      }
      return;
    }
    if (verdict === undecided) this.holdClose(slot, side, how);
  }

  ended(slot: number, how: Ended): void {
    const recording = this.recordings.get(slot);
    if (recording !== undefined) {
      if (recording.midStream) this.lastLook(slot, recording);
      this.release(slot);
    }
    const verdict = this.verdictOf(slot);
    if (slot < this.verdicts.length) this.verdicts[slot] = undecided;
    if (verdict < known) {
      this.surroundings.ended(slot, how, 'unknown', whyUnknown[verdict]);
      return;
    }
    const place = verdict - known;
    const { name } = this.protocolOf[place] as P;
    this.analyzers[place] = deaf;
    this.protocolOf[place] = undefined;
    this.vacant.push(place);
    this.surroundings.ended(slot, how, name, '');
  }

  /** Whether the connection was taken for this protocol. */
  speaks(slot: number, protocol: string): boolean {
    const verdict = this.verdictOf(slot);
    return verdict >= known && this.protocolOf[verdict - known]?.name === protocol;
  }

  path(slot: number, packet: Packet): void {
    this.surroundings.path(slot, packet);
  }

  private identify(slot: number, side: Side, bytes: Uint8Array, start: number, end: number): void {
    try {
      const recording = this.recordings.get(slot);
      if (recording === undefined && !this.surroundings.midStream(slot)) this.first(slot, side, bytes, start, end);
      else this.hold(slot, side, bytes, start, end);
    } catch (error) {
      this.release(slot);
      this.fail(slot, error);
    }
  }

  /** The first bytes of a connection: most decide at once. */
  private first(slot: number, side: Side, bytes: Uint8Array, start: number, end: number): void {
    const answer = this.ask(bytes, start, end);
    if (answer === 'no') this.decide(slot, none);
    else if (answer === 'more') this.hold(slot, side, bytes, start, end);
    else {
      this.become(slot, answer, false, 'its first bytes');
      this.data(slot, side, bytes, start, end);
    }
  }

  private hold(slot: number, side: Side, bytes: Uint8Array, start: number, end: number): void {
    const recording = this.recordingOf(slot);
    const before = recording.cost;
    recording.add(side, bytes, start, end);
    this.heldBytes += recording.cost - before;
    if (recording.midStream) this.hunt(slot, recording);
    else this.review(slot, side, recording);
  }

  private holdGap(slot: number, side: Side, length: number): void {
    try {
      const recording = this.recordingOf(slot);
      // What came before a hole is looked at no more: what joins it is told from bytes after it.
      if (recording.midStream && this.foundIn(slot, side, recording, true)) {
        this.gap(slot, side, length);
        return;
      }
      const before = recording.cost;
      recording.gap(side, length);
      this.heldBytes += recording.cost - before;
      this.bound(slot, recording);
    } catch (error) {
      this.release(slot);
      this.fail(slot, error);
    }
  }

  /**
   * A side may close before the other speaks. One that is cut has ended, so that without bytes it matters to nobody.
   */
  private holdClose(slot: number, side: Side, how: 'fin' | 'cut'): void {
    const recording = how === 'fin' ? this.recordingOf(slot) : this.recordings.get(slot);
    if (recording === undefined) return;
    const before = recording.cost;
    recording.close(side, how);
    this.heldBytes += recording.cost - before;
  }

  private lastLook(slot: number, recording: Recording): void {
    try {
      this.found(slot, recording, true);
    } catch (error) {
      this.fail(slot, error);
    }
  }

  /** The first protocol that says yes; `more` if none does but one may yet; else `no`. */
  private ask(bytes: Uint8Array, start: number, end: number): P | 'no' | 'more' {
    let answer: 'no' | 'more' = 'no';
    for (const protocol of this.protocols) {
      const verdict = protocol.recognise(bytes, start, end);
      if (verdict === 'yes') return protocol;
      if (verdict === 'more') answer = 'more';
    }
    return answer;
  }

  /** Judges the first bytes of a side recorded so far. */
  private review(slot: number, side: Side, recording: Recording): void {
    const first = recording.side(side);
    const answer = this.ask(first.bytes, 0, first.length);
    const { identifyBytesMax, identifyTotalBytesMax } = this.limits;
    if (answer === 'more' && first.length < identifyBytesMax && this.heldBytes <= identifyTotalBytesMax) return;
    if (answer === 'more' || answer === 'no') {
      this.release(slot);
      this.decide(slot, none);
      return;
    }
    this.become(slot, answer, false, 'its first bytes');
    this.replay(slot);
  }

  /** Looks into the middle of a stream, each time its recorded bytes have doubled. */
  private hunt(slot: number, recording: Recording): void {
    if (!this.found(slot, recording, false)) this.bound(slot, recording);
  }

  /** Whether a protocol was found in what is recorded; `last` looks at all of it. */
  private found(slot: number, recording: Recording, last: boolean): boolean {
    return this.foundIn(slot, 0, recording, last) || this.foundIn(slot, 1, recording, last);
  }

  private foundIn(slot: number, side: Side, recording: Recording, last: boolean): boolean {
    if (!recording.due(side, last)) return false;
    const tail = recording.side(side);
    const answer = recording.fromStart(side) ? this.ask(tail.bytes, 0, tail.length) : 'no';
    if (answer !== 'no' && answer !== 'more') {
      this.become(slot, answer, true, 'its first bytes captured');
      this.replay(slot);
      return true;
    }
    for (const protocol of this.protocols) {
      if (protocol.recogniseMidStream?.(tail.bytes, recording.tailStart(side), tail.length, slot) === true) {
        this.become(slot, protocol, true, 'its bytes in the middle');
        this.replay(slot);
        return true;
      }
    }
    return false;
  }

  /** Gives a connection up that holds too much, or one while all together do, after a last look. */
  private bound(slot: number, recording: Recording): void {
    const { identifyMidStreamBytesMax, identifyTotalBytesMax } = this.limits;
    if (recording.cost < identifyMidStreamBytesMax && this.heldBytes <= identifyTotalBytesMax) return;
    if (this.found(slot, recording, true)) return;
    this.release(slot);
    this.decide(slot, none);
  }

  private become(slot: number, protocol: P, midStream: boolean, why: string): void {
    const place = this.vacant.pop() ?? this.analyzers.length;
    this.analyzers[place] = deaf;
    this.protocolOf[place] = protocol;
    this.decide(slot, known + place);
    this.analyzers[place] = this.surroundings.begin(slot, protocol, midStream, why);
  }

  private replay(slot: number): void {
    const recording = this.recordings.get(slot);
    this.release(slot);
    recording?.replay({
      data: (side, bytes, start, end) => this.data(slot, side, bytes, start, end),
      gap: (side, length) => this.gap(slot, side, length),
      close: (side, how) => this.close(slot, side, how),
    });
  }

  private recordingOf(slot: number): Recording {
    let recording = this.recordings.get(slot);
    if (recording === undefined) {
      recording = new Recording(this.surroundings.midStream(slot));
      this.recordings.add(slot, recording);
    }
    return recording;
  }

  private release(slot: number): void {
    const recording = this.recordings.get(slot);
    if (recording === undefined) return;
    this.heldBytes -= recording.cost;
    this.recordings.delete(slot);
  }

  private fail(slot: number, error: unknown): void {
    this.bugs++;
    const verdict = this.verdictOf(slot);
    if (verdict >= known) this.analyzers[verdict - known] = deaf;
    else this.decide(slot, broken);
    this.surroundings.failed(slot, error);
  }

  private verdictOf(slot: number): number {
    return slot < this.verdicts.length ? this.verdicts[slot] : undecided;
  }

  private decide(slot: number, verdict: number): void {
    this.verdicts = reaching(this.verdicts, slot);
    this.verdicts[slot] = verdict;
  }
}
