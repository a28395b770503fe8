import { attributes } from '../protocols/dicom/tables/attributes.ts';

/**
 * Whether what was shown is patient data: a direct identifier, or two distinct quasi-identifiers (PS3.15 Table E.1-1 as
 * classed by us). What objects that declare themselves de-identified show is for the caller to leave out.
 */
export class PatientProof {
  private direct = false;
  private readonly quasi = new Set<number>();

  /** An attribute (index into the table) that was shown with a value. */
  add(attribute: number): void {
    const kind = attributes[attribute].class;
    if (kind === 'direct') this.direct = true;
    else if (kind === 'quasi') this.quasi.add(attribute);
  }

  get proven(): boolean {
    return this.direct || this.quasi.size >= 2;
  }
}
