import type { DataSet, ScanEnd, Side } from '../../model/facts.ts';
import type { Limits } from '../../model/limits.ts';
import type { Account } from '../account.ts';
import type { KeyedHash } from '../analyzer.ts';
import { ContentMark, unsampledFrom } from './content-mark.ts';
import { BIG_ENDIAN, EXPLICIT, IMPLICIT } from './element-header.ts';
import type { Visit } from './element-sink.ts';
import { ElementScanner } from './elements.ts';
import { DeflatedStream } from './inflate.ts';
import { ScannedValues } from './scanned-values.ts';
import { AGREE_BYTES, agrees, GUESS_BYTES, guessEncoding } from './syntax-guess.ts';
import { type Encoding, encodingOf, syntaxOfEncoding } from './tables/transfer-syntaxes.ts';
import { unseenDataSet } from './unseen-data-set.ts';

export interface DataSetScannerOptions {
  /** The accepted transfer syntax; null when the acceptance was not seen. */
  readonly transferSyntax: string | null;
  /** Transfer syntaxes proposed for the context: hints which one the bytes show. */
  readonly proposed?: readonly string[];
  readonly hash: KeyedHash;
  readonly limits: Limits;
  readonly reveal: boolean;
  /** For tests: told each element's tag, VR as written ('' in implicit), length and depth. */
  readonly visit?: Visit;
}

/**
 * Reads a data set as it passes, in pieces of any size, and keeps what was shown, never the data set. One scanner can
 * read many, one after the other (`begin`): that spares its tables and remembers the hashes of the data set before.
 *
 * The encoding is the accepted transfer syntax's if the first eight bytes agree; else, and for one unknown, it is
 * worked out from the first KiB.
 */
export class DataSetScanner {
  private readonly limits: Limits;
  private readonly values: ScannedValues;
  private readonly elements: ElementScanner;
  private readonly hash: KeyedHash;
  private readonly mark = new ContentMark();
  /** A mark of the content is wanted. */
  private marked = true;

  private transferSyntax: string | null;
  private proposed: readonly string[];
  private declared: Encoding | null = null;
  private guessed = false;
  private phase: 'start' | 'plain' | 'deflated' | 'over' = 'start';
  private deflated: DeflatedStream | null = null;
  /** What came was inflated: the walk then counts other bytes than those that were given. */
  private inflated = false;
  /** First bytes, until the encoding is known. */
  private readonly head = new Uint8Array(GUESS_BYTES);
  private headLength = 0;
  private headNeeded = AGREE_BYTES;

  private bytes = 0;
  private missed = 0;
  /** Bytes given after the scan ended, and a head that told nothing. */
  private unscanned = 0;
  private ended: ScanEnd | null = null;
  private over = false;
  /** Its last byte came, and none is missing. */
  private whole = false;
  private readonly said = unseenDataSet(0, 0, false, null);

  constructor(options: DataSetScannerOptions) {
    this.hash = options.hash;
    this.limits = options.limits;
    this.values = new ScannedValues(options.hash, options.limits, options.reveal);
    this.elements = new ElementScanner(this.values, options.limits, options.visit ?? null);
    this.transferSyntax = null;
    this.proposed = [];
    this.begin(options.transferSyntax, options.proposed);
  }

  /** Starts the next data set; what was seen of the one before is forgotten. `marked`: its content is to get a mark. */
  begin(transferSyntax: string | null, proposed: readonly string[] = [], marked = true): void {
    this.transferSyntax = transferSyntax;
    this.proposed = proposed;
    this.marked = marked;
    this.declared = transferSyntax === null ? null : encodingOf(transferSyntax);
    this.guessed = false;
    this.phase = 'start';
    this.deflated = null;
    this.inflated = false;
    this.headLength = 0;
    this.headNeeded = transferSyntax === null ? GUESS_BYTES : AGREE_BYTES;
    this.bytes = 0;
    this.missed = 0;
    this.unscanned = 0;
    this.ended = null;
    this.over = false;
    this.whole = false;
    this.mark.begin();
    this.values.clear();
    this.elements.begin(EXPLICIT);
  }

  /** Top-level Pixel Data was reached: what comes is skipped, and an interim statement may be made. */
  get atBulk(): boolean {
    return this.elements.atBulk;
  }

  /** Bytes `start` to `end` are the next ones of the data set. */
  data(bytes: Uint8Array, start: number, end: number): void {
    this.bytes += end - start;
    if (this.marked) this.mark.data(bytes, start, end);
    if (this.phase === 'plain') this.elements.data(bytes, start, end);
    else this.feed(bytes, start, end);
  }

  /** Bytes before the next one, missing ones too. */
  get position(): number {
    return this.bytes + this.missed;
  }

  /** How many of the next bytes it need not be shown. */
  get unneeded(): number {
    return this.unneededFrom(this.position);
  }

  /** The same of those from a later position on. */
  unneededFrom(position: number): number {
    const ahead = position - this.position;
    const walked =
      this.phase === 'over' ? Number.POSITIVE_INFINITY : this.phase === 'plain' ? this.elements.unneeded : 0;
    // Nothing is missing of what has a mark.
    return Math.max(0, Math.min(walked - ahead, this.marked ? unsampledFrom(position) : walked));
  }

  /** The next `length` bytes of the data set came, all of them such as it need not be shown. */
  passed(length: number): void {
    this.bytes += length;
    if (this.marked) this.mark.passed(length);
    if (this.phase === 'plain') this.elements.passed(length);
    else this.unscanned += length;
  }

  /** The next `length` bytes of the data set were never seen. */
  gap(length: number): void {
    this.missed += length;
    // What is not whole gets none.
    this.marked = false;
    if (this.phase === 'start') this.decide('holed', 'gap');
    if (this.phase === 'plain') this.elements.gap(length);
    else if (this.phase === 'deflated') {
      this.deflated?.flush();
      this.end('gap');
    }
  }

  /** The data set is over: `last`, it ended as it should; `cut`, the rest will not come. */
  finish(how: 'last' | 'cut'): void {
    if (this.phase === 'start' && this.headLength > 0) {
      if (how === 'last') this.decide('whole', 'syntax-unknown');
      else this.decide('holed', 'cut');
    }
    if (this.phase === 'deflated') {
      if (how === 'last') this.deflated?.finish();
      else this.deflated?.flush();
      if (this.deflated?.ended) this.end(this.deflated.ended);
    }
    const orderly = this.phase === 'start' || (this.phase !== 'over' && this.elements.finish());
    this.ended ??= this.elements.ended;
    if (this.ended === null && how === 'cut') this.ended = 'cut';
    if (this.ended === null && !orderly) this.ended = 'malformed';
    this.whole = how === 'last' && this.missed === 0;
    this.over = this.ended === null;
    this.phase = 'over';
  }

  /**
   * What is known now, of a data set that `side` sends; `shown` is what was seen since the last call. The same object
   * each time, for it is stated at once.
   */
  take(side: Side, contextId: number, final: boolean): DataSet {
    const { topTag, ended } = this.elements;
    const { tally, identifiers, oddities, queryLevel, restricted } = this.values;
    const seenWhole = this.over && this.missed === 0;
    const { said } = this;
    said.side = side;
    said.contextId = contextId;
    said.final = final;
    said.bytes = this.bytes;
    said.missed = this.missed;
    said.transferSyntax = this.transferSyntax;
    said.transferSyntaxGuessed = this.guessed;
    said.incomplete = this.ended ?? ended;
    said.shown = tally.take();
    said.patientHash = identifiers.patientHash(topTag, this.over);
    said.studyHash = identifiers.studyHash();
    said.instanceHash = identifiers.instanceHash();
    said.deidentified = this.values.deidentified(topTag, this.over);
    said.queryLevel = queryLevel;
    said.restricted = restricted ? true : seenWhole ? false : null;
    said.oddities = oddities.all;
    said.contentMark = this.marked && this.whole && this.bytes > 0 ? this.mark.text(this.hash) : null;
    return said;
  }

  /**
   * Says what became of the bytes given since `begin`. Of a deflated data set all that the inflater took was looked at.
   */
  book(account: Account): void {
    const unread = this.inflated ? 0 : this.elements.unread;
    const skipped = this.inflated ? 0 : this.elements.skipped - unread;
    const notScanned = this.unscanned + unread;
    account.notScanned += notScanned;
    account.skipped += skipped;
    account.scanned += this.bytes - notScanned - skipped;
  }

  private feed(bytes: Uint8Array, start: number, end: number): void {
    if (this.phase === 'over') {
      this.unscanned += end - start;
      return;
    }
    if (this.phase === 'deflated') {
      this.inflate(bytes, start, end);
      return;
    }
    if (this.headLength === 0 && end - start >= AGREE_BYTES && this.agreed(bytes, start)) {
      this.proceed(bytes, start, end);
      return;
    }
    const step = Math.min(end - start, this.headNeeded - this.headLength);
    this.head.set(bytes.subarray(start, start + step), this.headLength);
    this.headLength += step;
    if (this.headLength < this.headNeeded) return;
    if (this.headNeeded === AGREE_BYTES && this.agreed(this.head, 0)) this.proceed(this.head, 0, this.headLength);
    else if (this.headNeeded === AGREE_BYTES) this.headNeeded = GUESS_BYTES;
    else this.decide('first', 'syntax-unknown');
    if (start + step < end) this.feedOn(bytes, start + step, end);
  }

  private feedOn(bytes: Uint8Array, start: number, end: number): void {
    if (this.phase === 'plain') this.elements.data(bytes, start, end);
    else this.feed(bytes, start, end);
  }

  /** The declared encoding fits the first bytes; an unknown one is taken for explicit little endian if that does. */
  private agreed(bytes: Uint8Array, at: number): boolean {
    if (this.transferSyntax === null) return false;
    const encoding = this.declared ?? 'explicit';
    if (!agrees(encoding, bytes, at)) return false;
    this.guessed = this.declared === null;
    this.start(encoding);
    return true;
  }

  /** Works the encoding out from what there is of the head, and goes on with it; ends as `otherwise` if it cannot. */
  private decide(of: 'first' | 'whole' | 'holed', otherwise: ScanEnd): void {
    if (this.headLength === 0) {
      this.end('gap');
      return;
    }
    const head = this.head.subarray(0, this.headLength);
    const encoding = guessEncoding(head, of, this.declared);
    if (encoding === null) {
      this.unscanned += this.headLength;
      this.end(otherwise);
      return;
    }
    if (encoding !== this.declared) {
      this.guessed = true;
      this.transferSyntax = this.proposedFor(encoding);
    }
    this.start(encoding);
    this.proceed(this.head, 0, this.headLength);
  }

  /** Of the proposed ones, if just one has that encoding; else the one that stands for it. */
  private proposedFor(encoding: Encoding): string {
    const fitting = this.proposed.filter((syntax) => encodingOf(syntax) === encoding);
    return fitting.length === 1 ? fitting[0] : syntaxOfEncoding[encoding];
  }

  private start(encoding: Encoding): void {
    this.elements.begin(encoding === 'implicit' ? IMPLICIT : encoding === 'big-endian' ? BIG_ENDIAN : EXPLICIT);
    this.phase = encoding === 'deflated' ? 'deflated' : 'plain';
    if (encoding !== 'deflated') return;
    this.inflated = true;
    this.deflated = new DeflatedStream(this.limits.inflatedBytesMax, (bytes, start, end) => {
      this.elements.data(bytes, start, end);
    });
  }

  private proceed(bytes: Uint8Array, start: number, end: number): void {
    if (this.phase === 'plain') this.elements.data(bytes, start, end);
    else this.inflate(bytes, start, end);
  }

  private inflate(bytes: Uint8Array, start: number, end: number): void {
    this.deflated?.data(bytes, start, end);
    if (this.deflated?.ended) this.end(this.deflated.ended);
  }

  private end(why: ScanEnd): void {
    this.ended = why;
    this.phase = 'over';
    this.deflated = null;
  }
}
