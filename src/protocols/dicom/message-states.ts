/** Where a message stream is between and within messages. */
export type State = 0 | 1 | 2 | 3 | 4 | 5 | 6;
/** Between messages. */
export const IDLE = 0;
/** Command fragments are being kept. */
export const COMMAND = 1;
/** A command has announced a data set, of which nothing came yet. */
export const ANNOUNCED = 2;
/** A data set passes through the scanner. */
export const DATA = 3;
/** A data set that a hole has broken: the rest is counted. */
export const UNREAD = 4;
/** A data set whose beginning was not seen: counted. */
export const SKIPPED = 5;
/** The head of a fragment is kept until it tells whether a data set begins. */
export const HEAD = 6;
