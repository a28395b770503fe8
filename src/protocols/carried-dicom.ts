import type { Side } from '../model/facts.ts';
import type { Account } from './account.ts';
import type { AnalyzerContext } from './analyzer.ts';
import type { DicomAnalyzer } from './dicom/analyzer.ts';
import { headersOnKnownPort, recogniseDicom } from './dicom/recognise.ts';
import { findStep } from './dicom/resync.ts';
import { Recording } from './recording.ts';
import type { Carried } from './tls/carried.ts';

/** Makes the reader of what turned out to be DICOM; `midStream` as for any. */
export type DicomReader = (
  context: AnalyzerContext,
  midStream: boolean,
  accounts: readonly [Account, Account],
) => DicomAnalyzer;

/**
 * DICOM inside of what another protocol carries: told by its first bytes, or by its middle where those are missing,
 * then read.
 */
export class CarriedDicom implements Carried {
  readonly accounts: readonly [Account, Account];
  private readonly context: AnalyzerContext;
  private readonly make: DicomReader;
  private reader: DicomAnalyzer | null = null;
  /** Until it is known what it is; null then. */
  private recording: Recording | null;
  private heldBytes = 0;
  private readonly closed: [boolean, boolean] = [false, false];

  /** `midStream`: the first bytes may be anywhere. */
  constructor(
    context: AnalyzerContext,
    accounts: readonly [Account, Account],
    make: DicomReader,
    midStream: boolean = false,
  ) {
    this.context = context;
    this.accounts = accounts;
    this.make = make;
    this.recording = new Recording(midStream);
  }

  data(side: Side, bytes: Uint8Array, start: number, end: number): void {
    const { reader, recording } = this;
    if (reader !== null) reader.data(side, bytes, start, end);
    else if (recording === null) this.accounts[side].skipped += end - start;
    else {
      recording.add(side, bytes, start, end);
      this.look(recording, side, false);
      if (this.recording !== null) this.bound(recording, side);
    }
  }

  gap(side: Side, length: number): void {
    // What came before a hole is looked at no more: what joins it is told from bytes after it.
    if (this.recording?.midStream) this.look(this.recording, side, true);
    this.reader?.gap(side, length);
    if (this.recording === null) return;
    this.recording.gap(side, length);
    this.bound(this.recording, side);
  }

  astray(side: Side, length: number): void {
    if (this.reader === null) this.gap(side, length);
    else this.reader.astray(side, length);
  }

  close(side: Side, how: 'fin' | 'cut'): void {
    this.reader?.close(side, how);
    this.recording?.close(side, how);
    this.closed[side] = true;
    if (this.recording === null || !this.closed[1 - side]) return;
    for (const each of [0, 1] as const) if (this.recording !== null) this.look(this.recording, each, true);
    if (this.recording !== null) this.giveUp(this.recording);
  }

  /** Asks what a side says so far; `last`: no more comes. */
  private look(recording: Recording, side: Side, last: boolean): void {
    const { bytes, length } = recording.side(side);
    if (length === 0) return;
    if (recording.fromStart(side)) {
      const answer = recogniseDicom(bytes, 0, length);
      if (answer === 'yes') this.begin(recording, recording.midStream);
      else if (answer === 'no' && !recording.midStream) this.giveUp(recording);
      if (answer === 'yes' || !recording.midStream) return;
    }
    if (!recording.due(side, last)) return;
    const from = recording.tailStart(side);
    if (findStep(bytes, from, length, headersOnKnownPort) >= 0) this.begin(recording, true);
  }

  private begin(recording: Recording, midStream: boolean): void {
    this.release();
    const reader = this.make(this.context, midStream, this.accounts);
    this.reader = reader;
    recording.replay(reader);
  }

  /** Bounds what is kept, of this connection and with all others. */
  private bound(recording: Recording, side: Side): void {
    const { limits, budget } = this.context;
    const more = recording.cost - this.heldBytes;
    const most = recording.midStream ? limits.identifyMidStreamBytesMax : limits.identifyBytesMax;
    if (recording.cost > most || (budget !== undefined && budget.bytesLeft < more)) {
      this.look(recording, side, true);
      if (this.recording !== null) this.giveUp(recording);
      return;
    }
    this.heldBytes += more;
    if (budget !== undefined) budget.bytesLeft -= more;
  }

  private giveUp(recording: Recording): void {
    for (const side of [0, 1] as const) this.accounts[side].skipped += recording.side(side).length;
    this.release();
  }

  private release(): void {
    this.recording = null;
    if (this.context.budget !== undefined) this.context.budget.bytesLeft += this.heldBytes;
    this.heldBytes = 0;
  }
}
