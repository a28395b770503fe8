import { KnownTexts } from '../../bytes/known-texts.ts';
import { escapeBytes } from '../../bytes/text.ts';
import type { DataSet } from '../../model/facts.ts';
import type { Limits } from '../../model/limits.ts';
import type { KeyedHash } from '../analyzer.ts';
import { valueText } from './charset.ts';
import type { ElementSink } from './element-sink.ts';
import { Identifiers, NO_ROLE, roleOf, STUDY } from './identifiers.ts';
import { CHARACTER_SET, documentIndex, IDENTITY_REMOVED, MIME_TYPE, QUERY_LEVEL } from './interest.ts';
import { type DocumentForm, documentForm, formsOfMimeType, Oddities, pathWords, programWords } from './oddities.ts';
import { ShownTally } from './shown-tally.ts';
import { attributes, indexOfTag, privateIndex } from './tables/attributes.ts';
import { isValue, saysSomething, type ValueKind, valueKind } from './values.ts';

/** What the values of one data set said: attributes shown, identifiers, claims. Fed by the element scanner. */
export class ScannedValues implements ElementSink {
  readonly tally: ShownTally;
  readonly identifiers: Identifiers;
  readonly oddities = new Oddities();
  queryLevel: string | null = null;
  /** Of an identifier: a key says more than a wildcard. True of nearly every other data set at its first value. */
  restricted = false;

  /** What the encapsulated document is by its first bytes. */
  private document: DocumentForm | null = null;
  private readonly reveal: boolean;
  private readonly charactersMax: number;
  private identityRemoved: 'yes' | 'no' | 'lost' | null = null;
  /** In an item of the Scheduled Step Attributes Sequence: where MPPS names its study (PS3.4 table F.7.2-1). */
  private inStep = false;
  /** Specific Character Set in force at each depth; only kept with `--reveal`. */
  private readonly characterSets: string[] = [''];

  constructor(hash: KeyedHash, limits: Limits, reveal: boolean) {
    this.tally = new ShownTally(limits);
    this.identifiers = new Identifiers(hash);
    this.reveal = reveal;
    this.charactersMax = limits.revealedCharactersMax;
  }

  clear(): void {
    this.tally.clear();
    this.oddities.clear();
    this.document = null;
    this.identifiers.clear();
    this.queryLevel = null;
    this.restricted = false;
    this.identityRemoved = null;
    this.inStep = false;
    this.characterSets[0] = '';
  }

  value(what: number, depth: number, bytes: Uint8Array, start: number, end: number): boolean {
    if (what >= attributes.length) {
      this.special(what, depth, bytes, start, end);
      return end > start;
    }
    if (!this.restricted && depth === 0 && noKeys[what] === 0) this.key(bytes, start, end);
    if (paths[what] !== 0 && depth === 0) this.path(what, bytes, start, end);
    const said = isValue(kinds[what], bytes, start, end);
    if (this.identifies(what, depth)) this.identifiers.set(roles[what], bytes, start, end, said);
    if (!said) return false;
    this.tally.show(what);
    if (this.reveal) this.revealed(what, depth, bytes.subarray(start, end));
    return true;
  }

  present(attribute: number): void {
    this.tally.show(attribute);
  }

  get keyWanted(): boolean {
    return !this.restricted;
  }

  key(bytes: Uint8Array, start: number, end: number): void {
    this.restricted ||= saysSomething(bytes, start, end);
  }

  head(what: number, bytes: Uint8Array, start: number, end: number, length: number): void {
    const where = what === documentIndex ? 'EncapsulatedDocument' : what === privateIndex ? 'private' : 'binary';
    if (what === documentIndex) this.document = documentForm(bytes, start, end, length);
    const program = programWords(bytes, start, end);
    if (program !== null) this.oddities.add('program', program, where);
  }

  private path(what: number, bytes: Uint8Array, start: number, end: number): void {
    const words = pathWords(bytes, start, end, paths[what] === PATH_IN_UID);
    if (words !== null) this.oddities.add('path', words, attributes[what].keyword);
  }

  /** The MIME type comes after the document. */
  private mimeType(bytes: Uint8Array, start: number, end: number): void {
    const type = Buffer.from(bytes.subarray(start, Math.min(end, start + 64))).toString('latin1');
    const known = formsOfMimeType(type.replace(/[\0 ]+$/, ''));
    if (known === null || this.document === null || known.forms.includes(this.document)) return;
    this.oddities.add('not-its-type', `${this.document} as ${known.name}`, 'EncapsulatedDocument');
  }

  lost(what: number, depth: number): void {
    if (what === IDENTITY_REMOVED) this.identityRemoved ??= 'lost';
    else if (what < attributes.length && this.identifies(what, depth)) this.identifiers.lose(roles[what]);
  }

  item(depth: number, topTag: number): void {
    if (depth === 1) this.inStep = topTag === SCHEDULED_STEP_ATTRIBUTES;
    if (this.reveal) this.characterSets[depth] = this.characterSets[depth - 1];
  }

  /** The claim (0012,0062), known once a top-level element beyond its group was reached, or the end was. */
  deidentified(topTag: number, over: boolean): DataSet['deidentified'] {
    if (this.identityRemoved === 'yes' || this.identityRemoved === 'no') return this.identityRemoved;
    if (this.identityRemoved === 'lost') return 'not-seen';
    return over || topTag > 0x0012ffff ? 'no' : 'not-seen';
  }

  private identifies(what: number, depth: number): boolean {
    if (depth > 0 && !(depth === 1 && this.inStep && roles[what] === STUDY)) return false;
    return roles[what] !== NO_ROLE;
  }

  private special(what: number, depth: number, bytes: Uint8Array, start: number, end: number): void {
    if (what === CHARACTER_SET) {
      if (this.reveal) this.characterSets[depth] = Buffer.from(bytes.subarray(start, end)).toString('latin1');
    } else if (what === MIME_TYPE) {
      this.mimeType(bytes, start, end);
    } else if (what === QUERY_LEVEL) {
      this.queryLevel = codeText(bytes, start, end);
    } else {
      this.identityRemoved = codeText(bytes, start, end) === 'YES' ? 'yes' : 'no';
    }
  }

  private revealed(what: number, depth: number, bytes: Uint8Array): void {
    const text = valueText(attributes[what].vr, bytes, this.characterSets[depth] ?? '', this.charactersMax);
    this.tally.reveal(what, text);
  }
}

/** Identifiers that archives make file names and queries of. */
const PATH_IN_TEXT = 1;
const PATH_IN_UID = 2;
const paths = new Uint8Array(attributes.length);
for (const tag of ['00100020', '00080050', '00200010']) paths[indexOfTag(tag)] = PATH_IN_TEXT;
for (const tag of ['00080018', '0020000D', '0020000E']) paths[indexOfTag(tag)] = PATH_IN_UID;

const SCHEDULED_STEP_ATTRIBUTES = 0x00400270;

const kinds: readonly ValueKind[] = attributes.map((attribute) => valueKind(attribute.vr));
/** Where to retrieve from, and the offset from UTC: in an identifier, but no keys (PS3.4 annex C.4.1.1.3). */
const noKeys = Uint8Array.from(attributes, ({ tag }) => Number(tag === '00080054' || tag === '00080201'));
const roles = Uint8Array.from(attributes, (_, index) => roleOf(index));

/** A code string without its padding, or null when it is empty; no code of the standard is longer than 16. */
function codeText(bytes: Uint8Array, start: number, end: number): string | null {
  let from = start;
  let to = end;
  while (to > from && (bytes[to - 1] === 0x20 || bytes[to - 1] === 0)) to--;
  while (from < to && bytes[from] === 0x20) from++;
  return to > from ? codes.of(bytes, from, to) : null;
}

const codes = new KnownTexts((bytes, start, end) => escapeBytes(bytes, start, end, 16));
