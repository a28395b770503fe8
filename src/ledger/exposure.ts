import type { ShownAttribute } from '../model/facts.ts';
import type { Limits } from '../model/limits.ts';
import type { SeenIn } from '../model/records.ts';
import { attributes } from '../protocols/dicom/tables/attributes.ts';
import { type Exposed, exposedOf, mergedShowings, type Showing } from './exposed.ts';
import { PatientProof } from './patient-proof.ts';

/** What an association has shown so far: attributes by way of showing, with counts, never values. */
export class Exposure {
  /** Data sets that showed the same count as one, `times` over: made into rows only when these are asked for. */
  private showings: Showing[] = [];
  /** Of values outside objects declared de-identified. */
  private readonly proof = new PatientProof();
  private values: Map<string, Set<string>> | null = null;
  private readonly limits: Limits;

  constructor(limits: Limits) {
    this.limits = limits;
  }

  get empty(): boolean {
    return this.showings.length === 0;
  }

  get patientData(): boolean {
    return this.proof.proven;
  }

  add(shown: readonly ShownAttribute[], seenIn: SeenIn, deidentified: boolean): void {
    if (shown.length === 0) return;
    this.note(shown, seenIn, deidentified);
    if (!deidentified && !this.proof.proven) for (const { attribute } of shown) this.proof.add(attribute);
    for (const { attribute, value } of shown) if (value !== null) this.reveal(attributes[attribute].keyword, value);
  }

  /** What it comes to: the order of the wire does not matter. */
  exposed(): Exposed {
    return exposedOf(this.showings);
  }

  revealed(): Record<string, string[]> | null {
    if (this.values === null) return null;
    return Object.fromEntries([...this.values].map(([keyword, set]) => [keyword, [...set]]));
  }

  private note(shown: readonly ShownAttribute[], seenIn: SeenIn, deidentified: boolean): void {
    for (const showing of this.showings) {
      if (showing.shown !== shown || showing.seenIn !== seenIn || showing.deidentified !== deidentified) continue;
      showing.times++;
      return;
    }
    if (this.showings.length >= showingsMax) this.showings = mergedShowings(this.showings);
    this.showings.push({ shown, seenIn, deidentified, times: 1 });
  }

  private reveal(keyword: string, value: string): void {
    this.values ??= new Map();
    let set = this.values.get(keyword);
    if (set === undefined) {
      set = new Set();
      this.values.set(keyword, set);
    }
    if (set.size < this.limits.revealedValuesMax) set.add(value);
  }
}

/**
 * Different showings kept before those of a kind are made one; of kinds there are fewer, two for each way of showing.
 */
const showingsMax = 32;
