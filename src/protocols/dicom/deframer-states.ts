/** Where a deframer is in its direction. */
export type State = 0 | 1 | 2 | 3 | 4 | 5 | 6;
/** Before a PDU header, or within it. */
export const HEADER: State = 0;
/** Inside P-DATA, before the header of a value, or within it. */
export const VALUE_HEADER: State = 1;
/** Inside a value. */
export const VALUE: State = 2;
/** Inside a PDU that is kept until whole. */
export const WHOLE: State = 3;
/** Inside a PDU of which the rest cannot be read. */
export const SKIP: State = 4;
/** Somewhere: looking for a PDU. */
export const HUNT: State = 5;
/** Given up. */
export const OFF: State = 6;
