import { type Budget, HeldBytes } from '../../bytes/held-bytes.ts';
import type { Limits } from '../../model/limits.ts';
import { isKnown, pduType } from './pdu.ts';
import { implausible, judgeAssociate, judgeData, judgeShort, plausible, type Verdict } from './plausible.ts';

/** Answers of `findStep` that are not an offset. */
export const notThere = -1;
export const needsMore = -2;

/**
 * The offset of the first plausible PDU in bytes `start` to `end` of the middle of a stream: `need` P-DATA headers that
 * meet, or one whole command set, or an association request or acceptance. `notThere` when none begins here,
 * `needsMore` when that cannot be told of some place yet. The shorter PDUs have too little structure to be found in
 * arbitrary bytes.
 */
export function findStep(bytes: Uint8Array, start: number, end: number, need: number): number {
  let answer = notThere;
  for (let at = start; at < end; at++) {
    const verdict = judgeStep(bytes, at, end, need);
    if (verdict === plausible) return at;
    if (verdict !== implausible) answer = needsMore;
  }
  return answer;
}

/**
 * Looks for the next plausible PDU after a hole, in bytes kept up to `limits.resyncBytesMax`. The first found is the
 * same however the bytes are cut: an earlier candidate that is not decided is waited for.
 */
export class Hunt {
  /** The bytes kept; once `search` says true the step is at index `step`. */
  readonly held: HeldBytes;
  step = 0;
  /** Stream offset of the first byte kept, and of the first byte of the hunt. */
  offset = 0;
  began = 0;
  private readonly need: number;
  private readonly bytesMax: number;
  /**
   * Bytes of a candidate that are looked at: so many that room for them can be made without moving the rest too often.
   */
  private readonly lookedMax: number;
  private wanted = 0;

  /** `budget` is shared with others, which may leave it no room. */
  constructor(limits: Limits, need: number, budget?: Budget) {
    this.bytesMax = limits.resyncBytesMax;
    this.lookedMax = this.bytesMax - (this.bytesMax >>> 3);
    this.held = new HeldBytes(limits.resyncBytesMax, budget);
    this.need = need;
  }

  /** Stream offset after the last byte kept. */
  get end(): number {
    return this.offset + this.held.length;
  }

  /** Begins anew at a stream offset, directly after a hole. */
  begin(offset: number): void {
    this.held.clear();
    this.offset = offset;
    this.began = offset;
    this.step = 0;
    this.wanted = 0;
  }

  /** Begins anew at index `step` of the bytes kept. */
  again(step: number): void {
    this.step = step;
    this.began = this.offset + step;
    this.wanted = 0;
  }

  /** Keeps as many of the bytes as it can; says how many. None only when others left no room. */
  take(bytes: Uint8Array, start: number, end: number): number {
    return this.held.append(bytes, start, end);
  }

  /** The next `length` bytes are not looked at; none may be held. */
  pass(length: number): void {
    this.offset += length;
    this.wanted = 0;
  }

  /** Whether the step is found. When `ended` no more bytes come: what is undecided is not a step. */
  search(ended: boolean): boolean {
    const held = this.held;
    if (held.length < this.wanted && !ended && held.room > 0) return false;
    while (this.nextCandidate()) {
      const verdict = this.judge();
      if (verdict === plausible) return true;
      if (verdict !== implausible && !ended && this.waitsFor(verdict)) return false;
      this.step++;
    }
    this.forget();
    return false;
  }

  /** Goes to the next byte that a PDU may begin with; says whether there is one. */
  private nextCandidate(): boolean {
    const { bytes, length } = this.held;
    let { step } = this;
    while (step < length && !isKnown(bytes[step])) step++;
    this.step = step;
    return step < length;
  }

  /** Whether the undecided candidate may still be decided within the bound: makes room for it. */
  private waitsFor(needed: number): boolean {
    if (needed > this.lookedMax) return false;
    // An eighth of what is held goes, at least: the work stays in proportion to the bytes.
    if (this.step + needed > this.bytesMax) this.forget();
    this.wanted = this.step + needed;
    return true;
  }

  private forget(): void {
    this.held.drop(this.step);
    this.offset += this.step;
    this.step = 0;
    this.wanted = 0;
  }

  private judge(): Verdict {
    const { held, step } = this;
    // No more than is waited for, lest a candidate be decided or not by how the stream was cut.
    const end = Math.min(held.length, step + this.lookedMax);
    // A hole often ends where a segment does, and a short PDU is often a segment: there it is believed.
    if (this.offset + step === this.began && isShort(held.bytes[step])) return judgeShort(held.bytes, step, end);
    return judgeStep(held.bytes, step, end, this.need);
  }
}

function judgeStep(bytes: Uint8Array, at: number, end: number, need: number): Verdict {
  const type = bytes[at];
  if (type === pduType.data) {
    if (end - at < 2) return 2;
    return bytes[at + 1] !== 0 ? implausible : judgeData(bytes, at, end, need);
  }
  if (type !== pduType.associateRequest && type !== pduType.associateAccept) return implausible;
  return judgeAssociate(bytes, at, end);
}

function isShort(type: number): boolean {
  return type === pduType.associateReject || (type >= pduType.releaseRequest && type <= pduType.abort);
}
