import type { ShownAttribute } from '../model/facts.ts';
import type { Limits } from '../model/limits.ts';
import type { AttributeClass, ExposedAttribute, SeenIn } from '../model/records.ts';
import { attributes } from '../protocols/dicom/tables/attributes.ts';
import { PatientProof } from './patient-proof.ts';

/** What an association has shown so far: attributes by way of showing, with counts, never values. */
export class Exposure {
  private readonly rows = new Map<string, ExposedAttribute>();
  /** Of values outside objects declared de-identified. */
  private readonly proof = new PatientProof();
  private readonly values = new Map<string, Set<string>>();
  private readonly limits: Limits;

  constructor(limits: Limits) {
    this.limits = limits;
  }

  get empty(): boolean {
    return this.rows.size === 0;
  }

  get patientData(): boolean {
    return this.proof.proven;
  }

  add(shown: readonly ShownAttribute[], seenIn: SeenIn, deidentified: boolean): void {
    for (const { attribute, count, value } of shown) {
      const about = attributes[attribute];
      const key = `${attribute} ${seenIn}`;
      let row = this.rows.get(key);
      if (row === undefined) {
        row = { attribute: about.keyword, tag: about.tag, class: about.class, seenIn, count: 0, deidentifiedCount: 0 };
        this.rows.set(key, row);
      }
      row.count += count;
      if (deidentified) row.deidentifiedCount += count;
      else this.proof.add(attribute);
      if (value !== null) this.reveal(about.keyword, value);
    }
  }

  /** Rows by tag, then by way of showing, so that the order of the wire does not matter. */
  list(): ExposedAttribute[] {
    const rows = [...this.rows.values()].map((row) => ({ ...row }));
    return rows.sort((a, b) => compare(a.tag, b.tag) || compare(a.seenIn, b.seenIn));
  }

  /** Counts of shown values by class. */
  byClass(): Record<AttributeClass, number> {
    const counts = { direct: 0, quasi: 0, clinical: 0, staff: 0, device: 0, uid: 0 };
    for (const row of this.rows.values()) counts[row.class] += row.count;
    return counts;
  }

  revealed(): Record<string, string[]> | null {
    if (this.values.size === 0) return null;
    return Object.fromEntries([...this.values].map(([keyword, set]) => [keyword, [...set]]));
  }

  private reveal(keyword: string, value: string): void {
    let set = this.values.get(keyword);
    if (set === undefined) {
      set = new Set();
      this.values.set(keyword, set);
    }
    if (set.size < this.limits.revealedValuesMax) set.add(value);
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
