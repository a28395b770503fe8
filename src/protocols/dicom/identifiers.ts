import type { KeyedHash } from '../analyzer.ts';
import { indexOfTag } from './tables/attributes.ts';

/** What an attribute says for matching; `NO_ROLE` for nearly all. */
export const NO_ROLE = 0;
const PATIENT_ID = 1;
const ISSUER = 2;
const NAME = 3;
const BIRTH_DATE = 4;
export const STUDY = 5;
const INSTANCE = 6;

const roleTags = ['', '00100020', '00100021', '00100010', '00100030', '0020000D', '00080018'];
const roleByAttribute: ReadonlyMap<number, number> = new Map(
  roleTags.slice(1).map((tag, i) => [indexOfTag(tag), i + 1] as const),
);

/** The role of an attribute, by its index. */
export function roleOf(attribute: number): number {
  return roleByAttribute.get(attribute) ?? NO_ROLE;
}

const ISSUER_TAG = 0x00100021;
const BIRTH_DATE_TAG = 0x00100030;

/** Longer ones are no identifiers: LO has 64 characters, of up to four bytes. */
const SLOT_BYTES = 256;
const NOT_SEEN = -1;
const UNUSABLE = -2;

/**
 * The identifiers of one data set, for keyed hashes. Kept as trimmed bytes; hashed when asked.
 *
 * Hashed bytes: study and instance, the UID. Patient, the id, or id 00H issuer; without an id, 01H name 00H birth
 * date. Only exact values: a wildcard, a list, a lost piece give null, never a hash of something else.
 */
export class Identifiers {
  private readonly slots: Uint8Array[] = roleTags.map(() => new Uint8Array(SLOT_BYTES));
  private readonly lengths = new Int32Array(roleTags.length);
  private readonly joined = new Uint8Array(2 * SLOT_BYTES + 2);
  private readonly hash: KeyedHash;
  /** Hashes asked for before, of what is known since: a data set with Pixel Data is stated twice. */
  private patient: string | null = null;
  private study: string | null = null;
  private instance: string | null = null;

  constructor(hash: KeyedHash) {
    this.hash = hash;
    this.clear();
  }

  clear(): void {
    this.lengths.fill(NOT_SEEN);
    this.patient = null;
    this.study = null;
    this.instance = null;
  }

  /**
   * The value of `role` was seen; `said` is false when it is empty, a wildcard or a placeholder. The first one counts.
   */
  set(role: number, bytes: Uint8Array, start: number, end: number, said: boolean): void {
    if (this.lengths[role] !== NOT_SEEN) return;
    this.patient = null;
    if (!said) {
      this.lengths[role] = 0;
      return;
    }
    let from = start;
    let to = end;
    while (to > from && (bytes[to - 1] === 0x20 || bytes[to - 1] === 0)) to--;
    while (from < to && bytes[from] === 0x20) from++;
    this.lengths[role] = this.copy(this.slots[role], bytes, from, to, role === BIRTH_DATE);
  }

  /** The value of `role` was there, and was not seen. */
  lose(role: number): void {
    if (this.lengths[role] !== NOT_SEEN) return;
    this.patient = null;
    this.lengths[role] = UNUSABLE;
  }

  /**
   * `topTag`: the highest top-level tag seen; `over`: the data set ended in order, so what was not seen is not there.
   */
  patientHash(topTag: number, over: boolean): string | null {
    this.patient ??= this.patientNow(topTag, over);
    return this.patient;
  }

  studyHash(): string | null {
    if (this.lengths[STUDY] > 0) this.study ??= this.hash('study', this.slots[STUDY], 0, this.lengths[STUDY]);
    return this.study;
  }

  instanceHash(): string | null {
    const length = this.lengths[INSTANCE];
    if (length > 0) this.instance ??= this.hash('instance', this.slots[INSTANCE], 0, length);
    return this.instance;
  }

  private patientNow(topTag: number, over: boolean): string | null {
    const id = this.lengths[PATIENT_ID];
    if (id === UNUSABLE) return null;
    if (id > 0) {
      const issuer = this.lengths[ISSUER];
      if (issuer === UNUSABLE || (issuer === NOT_SEEN && topTag <= ISSUER_TAG && !over)) return null;
      if (issuer <= 0) return this.hash('patient', this.slots[PATIENT_ID], 0, id);
      return this.hash('patient', this.joined, 0, this.join(0, PATIENT_ID, ISSUER));
    }
    const birthDate = this.lengths[BIRTH_DATE];
    if (this.lengths[NAME] <= 0 || birthDate === UNUSABLE) return null;
    if (birthDate === NOT_SEEN && topTag <= BIRTH_DATE_TAG && !over) return null;
    this.joined[0] = 0x01;
    return this.hash('patient', this.joined, 0, this.join(1, NAME, BIRTH_DATE));
  }

  private copy(slot: Uint8Array, bytes: Uint8Array, from: number, to: number, date: boolean): number {
    if (to - from > SLOT_BYTES) return UNUSABLE;
    for (let i = from; i < to; i++) {
      const byte = bytes[i];
      if (byte === 0x2a || byte === 0x3f || byte === 0x5c || (date && byte === 0x2d)) return UNUSABLE;
      slot[i - from] = byte;
    }
    return to - from;
  }

  private join(at: number, first: number, second: number): number {
    const end = this.append(at, first);
    this.joined[end] = 0;
    return this.append(end + 1, second);
  }

  /** By hand, for a few bytes are copied faster so than through a view. */
  private append(at: number, role: number): number {
    const bytes = this.slots[role];
    const length = Math.max(0, this.lengths[role]);
    for (let i = 0; i < length; i++) this.joined[at + i] = bytes[i];
    return at + length;
  }
}
