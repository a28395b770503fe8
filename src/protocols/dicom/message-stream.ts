import { type Budget, HeldBytes } from '../../bytes/held-bytes.ts';
import type { DataSet, ScanEnd, Side } from '../../model/facts.ts';
import type { Account } from '../account.ts';
import type { AnalyzerContext } from '../analyzer.ts';
import { startBytesMax, startsDataSet } from './data-set-start.ts';
import type { DataSetScanner } from './dataset.ts';
import { commandField, isWholeCommandSet, parseCommandSet, startsCommandSet } from './dimse.ts';
import { ANNOUNCED, COMMAND, DATA, HEAD, IDLE, SKIPPED, type State, UNREAD } from './message-states.ts';
import type { Negotiation } from './negotiation.ts';
import { controlCommand, controlLast } from './pdu.ts';
import type { Scanners } from './scanners.ts';
import { unseenDataSet } from './unseen-data-set.ts';

/**
 * What the message streams of one direction share, with a bound for the command fragments kept of all contexts
 * together.
 */
export interface SharedByStreams extends Budget {
  readonly side: Side;
  readonly context: AnalyzerContext;
  readonly negotiation: Negotiation;
  readonly scanners: Scanners;
  /** What became of the direction's bytes. */
  readonly account: Account;
  malformed(offset: number, field: string, reason: string): void;
}

/**
 * The messages of one direction on one presentation context: fragments in, commands and data sets out (PS3.7 section
 * 6.3, PS3.8 annex E). Command fragments are kept until the last; data set fragments pass through a scanner.
 *
 * After a hole of unknown content the stream is in doubt: a fragment is then taken for the beginning of a message only
 * if it looks like one, because a scan from the middle would see attributes that are not there.
 */
export class MessageStream {
  contextId: number;
  private readonly shared: SharedByStreams;

  private state: State = IDLE;
  private doubt: boolean;
  /** Bytes of a command or head that came in pieces. */
  private kept: HeldBytes | null = null;
  /** Part of the command in hand is missing; it is too long. */
  private holed = false;
  private tooLong = false;
  private offset = 0;
  /** Of the fragment in hand: its length, and whether it is its message part's last. */
  private fragmentBytes = 0;
  private fragmentLast = false;
  /** The data set announced last is the object of a C-STORE request: its content is marked. */
  private storing = false;
  /** Of the data set in hand, if any of it was read. */
  private scanner: DataSetScanner | null = null;
  /** It reached Pixel Data; and that is still to be stated. */
  private stated = false;
  private due = false;
  /** Data set bytes that the scanner was not given, and how many are missing. */
  private unreadBytes = 0;
  private unreadMissed = 0;
  /** What was open when a doubtful fragment began. */
  private before: State = SKIPPED;

  /** `doubt`: what comes first may be the middle of a message. */
  constructor(shared: SharedByStreams, contextId: number, doubt: boolean) {
    this.shared = shared;
    this.contextId = contextId;
    this.doubt = doubt;
  }

  /**
   * Goes over to another context, if nothing is open and a new stream of that, in `doubt` or not, would know no less.
   */
  turn(contextId: number, doubt: boolean): boolean {
    if (this.state !== IDLE || this.doubt !== doubt) return false;
    this.contextId = contextId;
    this.storing = false;
    return true;
  }

  /** A fragment of `length` bytes begins, at this offset of the direction. */
  begin(control: number, offset: number, length: number): void {
    this.fragmentBytes = length;
    this.fragmentLast = (control & controlLast) !== 0;
    if ((control & controlCommand) !== 0) this.beginCommand(offset);
    else this.beginData(offset);
  }

  /** The next bytes of the fragment. True once when they reach top-level Pixel Data. */
  bytes(bytes: Uint8Array, start: number, end: number): boolean {
    switch (this.state) {
      case DATA: {
        const scanner = this.scanner!;
        scanner.data(bytes, start, end);
        if (this.stated || !scanner.atBulk) return false;
        this.stated = true;
        this.due = true;
        return true;
      }
      case COMMAND:
        if (this.isWholeCommand(end - start)) this.finishCommand(bytes, start, end);
        else this.holdCommand(bytes, start, end);
        return false;
      case HEAD:
        return this.judgeHead(bytes, start, end);
      default:
        this.leave(end - start);
        return false;
    }
  }

  /**
   * How many of the next bytes of the fragment it need not be shown. What the other side says can only end what is
   * open.
   */
  get unneeded(): number {
    if (this.state === DATA) return this.scanner!.unneeded;
    return this.state === COMMAND || this.state === HEAD ? 0 : Number.POSITIVE_INFINITY;
  }

  /** Bytes of the data set in hand before the next one, missing ones too. */
  get position(): number {
    return this.state === DATA ? this.scanner!.position : 0;
  }

  /** How many bytes from a later position in the data set on it need not be shown either. */
  unneededFrom(position: number): number {
    return this.state === DATA ? this.scanner!.unneededFrom(position) : 0;
  }

  /** The next `length` bytes of the fragment came, all of them such as it need not be shown. */
  passed(length: number): void {
    // What was foreseen of them held when they came: since then the other side may have ended what they go on with.
    if (this.state === HEAD) this.decideHead(false);
    if (this.state !== DATA) this.leave(length);
    else if (length <= this.scanner!.unneeded) this.scanner!.passed(length);
    else {
      this.scanner!.gap(length);
      this.shared.account.notScanned += length;
    }
  }

  /** The next `length` bytes of the fragment are missing. */
  gap(length: number): void {
    if (this.state === HEAD) this.decideHead(false);
    if (this.state === COMMAND) this.holed = true;
    else if (this.state === DATA) this.scanner!.gap(length);
    else if (this.state === UNREAD || this.state === SKIPPED) this.unreadMissed += length;
  }

  /** The fragment is over. */
  end(control: number): void {
    if (this.state === HEAD) this.decideHead(startsDataSet(this.held.bytes, 0, this.held.length, this.syntax()));
    if ((control & controlLast) === 0) return;
    if (this.state === COMMAND) this.finishCommand(this.held.bytes, 0, this.held.length);
    else if (this.state === DATA || this.state === UNREAD) this.finishData(null);
    else if (this.state === SKIPPED) this.finishSkipped();
  }

  /**
   * Fragments may be missing here, of this context or of others. `length` bytes are, if this context is the likeliest.
   */
  hole(length: number): void {
    this.doubt = true;
    if (this.state === COMMAND) {
      this.dropCommand();
      this.state = IDLE;
    } else if (this.state === ANNOUNCED || this.state === DATA) {
      this.scanner?.finish('cut');
      this.state = UNREAD;
    }
    if (this.state === UNREAD) this.unreadMissed += length;
  }

  /** States what is open as cut, and expects nothing: the direction ended, or the association did. */
  close(): void {
    if (this.state === HEAD) this.decideHead(false);
    if (this.state === COMMAND) this.dropCommand();
    else if (this.state === SKIPPED) this.finishSkipped();
    else if (this.state !== IDLE) this.finishData('cut');
    this.state = IDLE;
    this.doubt = true;
  }

  /** States what the scanner has shown so far, if the data set is not over. */
  interim(): void {
    if (this.state !== DATA || !this.due) return;
    this.due = false;
    this.emit(false, null);
  }

  /** Bytes that nothing is read of. */
  private leave(length: number): void {
    const { account } = this.shared;
    if (this.state === UNREAD) account.notScanned += length;
    else if (this.state === SKIPPED) account.notBegun += length;
    // The association was aborted within the value.
    else account.lostStep += length;
    if (this.state === UNREAD || this.state === SKIPPED) this.unreadBytes += length;
  }

  private get held(): HeldBytes {
    this.kept ??= new HeldBytes(this.shared.context.limits.commandSetBytesMax, this.shared);
    return this.kept;
  }

  private syntax(): string | null {
    return this.shared.negotiation.accepted(this.contextId);
  }

  private beginCommand(offset: number): void {
    if (this.state === COMMAND && isWholeCommandSet(this.held.bytes, 0, this.held.length)) this.finishUnmarked();
    if (this.state === COMMAND) return;
    if (this.state === SKIPPED) this.finishSkipped();
    else if (this.state !== IDLE) this.finishData('cut');
    this.state = COMMAND;
    this.offset = offset;
    this.holed = false;
    this.tooLong = false;
  }

  private holdCommand(bytes: Uint8Array, start: number, end: number): void {
    const { account } = this.shared;
    if (this.holed) {
      account.lostStep += end - start;
      return;
    }
    const taken = this.tooLong ? 0 : this.held.append(bytes, start, end);
    if (taken === end - start) return;
    account.malformed += end - start - taken;
    if (this.tooLong) return;
    this.tooLong = true;
    this.shared.malformed(this.offset, 'command-set', 'is too long');
  }

  /** The usual case: the command is one fragment, all of it in hand, and is read where it lies. */
  private isWholeCommand(length: number): boolean {
    if (!this.fragmentLast || length !== this.fragmentBytes || (this.kept !== null && this.kept.length > 0))
      return false;
    return !this.holed && !this.tooLong && length <= this.shared.bytesLeft;
  }

  /** The command set in hand, kept or where it lies, is over. */
  private finishCommand(bytes: Uint8Array, start: number, end: number): void {
    const { contextId } = this;
    const { side, context, account } = this.shared;
    const doubtful = this.doubt && !startsCommandSet(bytes, start, end);
    this.state = IDLE;
    this.doubt = false;
    if (this.holed || doubtful) {
      // Of it the rest is missing, or its beginning.
      account.lostStep += end - start;
      this.held.clear();
      return;
    }
    if (this.tooLong) {
      account.malformed += end - start;
      this.held.clear();
      return;
    }
    const { command, malformed: fault } = parseCommandSet(bytes, start, end, side, contextId, context.hash);
    this.kept?.clear();
    if (command === null) account.malformed += end - start;
    else {
      account.kept += end - start;
      if (command.hasDataSet) this.state = ANNOUNCED;
      this.storing = command.field === commandField.store;
      context.emit(command);
    }
    if (fault !== null) this.shared.malformed(this.offset + fault.offset, fault.field, fault.reason);
  }

  /** The last fragment of the command was not marked as such, but what follows says that it was. */
  private finishUnmarked(): void {
    const { offset, held } = this;
    this.finishCommand(held.bytes, 0, held.length);
    this.shared.malformed(offset, 'message-control', 'the last command fragment is not marked');
  }

  /** Of the command in hand the rest is missing, or its beginning. */
  private dropCommand(): void {
    this.shared.account.lostStep += this.held.length;
    this.held.clear();
  }

  private beginData(offset: number): void {
    if (this.state === COMMAND) this.finishUnmarked();
    if (this.state === DATA || (!this.doubt && (this.state === UNREAD || this.state === SKIPPED))) return;
    this.offset = offset;
    if (this.doubt) {
      // What is open stays so until the head of this fragment tells whether it goes on or something new begins.
      if (this.state === IDLE) this.open(SKIPPED);
      this.before = this.state;
      this.state = HEAD;
    } else this.open(DATA);
  }

  private open(state: State): void {
    this.state = state;
    this.stated = false;
    this.due = false;
    this.unreadBytes = 0;
    this.unreadMissed = 0;
    if (state !== DATA) return;
    const { scanners, negotiation } = this.shared;
    this.scanner = scanners.begin(this.syntax(), negotiation.proposed(this.contextId), this.storing);
  }

  private judgeHead(bytes: Uint8Array, start: number, end: number): boolean {
    const { held } = this;
    const wanted = Math.min(end - start, startBytesMax - held.length);
    const taken = held.append(bytes, start, start + wanted);
    if (taken === wanted && held.length < startBytesMax) return false;
    const bulk = this.decideHead(taken === wanted && startsDataSet(held.bytes, 0, held.length, this.syntax()));
    return (start + taken < end && this.bytes(bytes, start + taken, end)) || bulk;
  }

  /** The head of a doubtful fragment begins a data set, or goes on with what was open. */
  private decideHead(begins: boolean): boolean {
    const { held } = this;
    this.doubt = false;
    this.state = this.before;
    if (begins) {
      if (this.state === UNREAD) this.finishData(null);
      else if (this.unreadBytes > 0) this.finishSkipped();
      this.open(DATA);
    }
    const bulk = this.bytes(held.bytes, 0, held.length);
    held.clear();
    return bulk;
  }

  private finishSkipped(): void {
    const { contextId, unreadBytes: bytes } = this;
    const { side, context } = this.shared;
    this.state = IDLE;
    this.unreadBytes = 0;
    this.unreadMissed = 0;
    if (bytes > 0) {
      context.emit({ kind: 'data-set-skipped', side, contextId, bytes, reason: 'beginning-not-seen' });
    }
  }

  private finishData(cut: ScanEnd | null): void {
    if (this.state === DATA) this.scanner!.finish(cut === null ? 'last' : 'cut');
    const lost = this.state === UNREAD ? 'gap' : cut;
    this.emit(true, lost);
    this.state = IDLE;
    if (this.scanner !== null) {
      this.scanner.book(this.shared.account);
      this.shared.scanners.end(this.scanner);
    }
    this.scanner = null;
    this.unreadBytes = 0;
    this.unreadMissed = 0;
  }

  /** States the data set. `lost` is why its end was not scanned, where the scanner cannot know. */
  private emit(final: boolean, lost: ScanEnd | null): void {
    const { scanner, contextId } = this;
    const { side, context } = this.shared;
    const seen = scanner?.take(side, contextId, final) ?? unseenDataSet(side, contextId, final, this.syntax());
    const all = lost === null && this.unreadBytes === 0 && this.unreadMissed === 0;
    context.emit(all ? seen : this.amended(seen, lost));
  }

  /** With what the scanner was not given. */
  private amended(seen: DataSet, lost: ScanEnd | null): DataSet {
    const ended = seen.incomplete === null || seen.incomplete === 'cut';
    return {
      ...seen,
      bytes: seen.bytes + this.unreadBytes,
      missed: seen.missed + this.unreadMissed,
      incomplete: lost !== null && ended ? lost : seen.incomplete,
      contentMark: lost === null ? seen.contentMark : null,
    };
  }
}
