import { attributes } from '../protocols/dicom/tables/attributes.ts';

/**
 * Whether what was shown is patient data: a direct identifier, or two distinct quasi-identifiers (PS3.15 Table E.1-1 as
 * classed by us). What objects that declare themselves de-identified show is for the caller to leave out.
 */
export class PatientProof {
  proven = false;
  /** The one quasi-identifier shown so far, or -1. */
  private quasi = -1;

  /** An attribute (index into the table) that was shown with a value. */
  add(attribute: number): void {
    if (this.proven) return;
    const kind = attributes[attribute].class;
    if (kind === 'direct') this.proven = true;
    else if (kind === 'quasi') {
      this.proven = this.quasi >= 0 && this.quasi !== attribute;
      this.quasi = attribute;
    }
  }
}
