import { serviceOf } from './uids.ts';

/** Words for the Status (0000,0900) of a response: PS3.7 annex C for all services, PS3.4 for each. */

export type StatusKind = 'success' | 'pending' | 'cancel' | 'warning' | 'failure';

export interface StatusWords {
  readonly text: string;
  readonly kind: StatusKind;
}

/**
 * The meaning of a status of `command` (a Command Field, of request or response). A status that no table
 * lists gets its kind from its class (PS3.7 section C.1 to C.5) and its number as text.
 */
export function statusWords(command: number, sopClass: string | null, status: number): StatusWords {
  const field = command & 0x7fff;
  return (
    wordsIn(byCommand.get(field), status) ??
    (field >= 0x0100 ? wordsIn(byService.get(serviceOf(sopClass, field)), status) : null) ??
    wordsIn(general, status) ??
    byClass(status)
  );
}

interface Row {
  readonly from: number;
  readonly to: number;
  readonly words: StatusWords;
}

function wordsIn(rows: readonly Row[] | undefined, status: number): StatusWords | null {
  if (rows === undefined) return null;
  for (const row of rows) if (status >= row.from && status <= row.to) return row.words;
  return null;
}

function byClass(status: number): StatusWords {
  const text = `status 0x${status.toString(16).toUpperCase().padStart(4, '0')}`;
  if (status === 0) return { text: 'success', kind: 'success' };
  if (status === 0xfe00) return { text: 'cancelled', kind: 'cancel' };
  if (status === 0xff00 || status === 0xff01) return { text: 'pending', kind: 'pending' };
  if (status === 0x0001 || (status >= 0xb000 && status <= 0xbfff)) return { text: `warning, ${text}`, kind: 'warning' };
  return { text: `failure, ${text}`, kind: 'failure' };
}

function row(from: number, to: number, kind: StatusKind, text: string): Row {
  return { from, to, words: { text, kind } };
}

/** PS3.7 annex C. */
const general: readonly Row[] = [
  row(0x0000, 0x0000, 'success', 'success'),
  row(0x0001, 0x0001, 'warning', 'requested optional attributes are not supported'),
  row(0x0105, 0x0105, 'failure', 'no such attribute'),
  row(0x0106, 0x0106, 'failure', 'invalid attribute value'),
  row(0x0107, 0x0107, 'warning', 'attribute list error'),
  row(0x0110, 0x0110, 'failure', 'processing failure'),
  row(0x0111, 0x0111, 'failure', 'duplicate SOP instance'),
  row(0x0112, 0x0112, 'failure', 'no such SOP instance'),
  row(0x0113, 0x0113, 'failure', 'no such event type'),
  row(0x0114, 0x0114, 'failure', 'no such argument'),
  row(0x0115, 0x0115, 'failure', 'invalid argument value'),
  row(0x0116, 0x0116, 'warning', 'attribute value out of range'),
  row(0x0117, 0x0117, 'failure', 'invalid SOP instance'),
  row(0x0118, 0x0118, 'failure', 'no such SOP class'),
  row(0x0119, 0x0119, 'failure', 'class and instance do not belong together'),
  row(0x0120, 0x0120, 'failure', 'missing attribute'),
  row(0x0121, 0x0121, 'failure', 'missing attribute value'),
  row(0x0122, 0x0122, 'failure', 'SOP class not supported'),
  row(0x0123, 0x0123, 'failure', 'no such action'),
  row(0x0124, 0x0124, 'failure', 'not authorised'),
  row(0x0210, 0x0210, 'failure', 'duplicate invocation'),
  row(0x0211, 0x0211, 'failure', 'unrecognised operation'),
  row(0x0212, 0x0212, 'failure', 'mistyped argument'),
  row(0x0213, 0x0213, 'failure', 'resource limitation'),
  row(0xfe00, 0xfe00, 'cancel', 'cancelled'),
];

/** PS3.4: storage B.2.3, query C.4.1.1.4, move C.4.2.1.5, get C.4.3.1.4. */
const byCommand: ReadonlyMap<number, readonly Row[]> = new Map([
  [
    0x0001,
    [
      row(0xa700, 0xa7ff, 'failure', 'refused: out of resources'),
      row(0xa900, 0xa9ff, 'failure', 'data set does not match SOP class'),
      row(0xb000, 0xb000, 'warning', 'coercion of data elements'),
      row(0xb006, 0xb006, 'warning', 'elements discarded'),
      row(0xb007, 0xb007, 'warning', 'data set does not match SOP class'),
      row(0xc000, 0xcfff, 'failure', 'cannot understand'),
    ],
  ],
  [
    0x0020,
    [
      row(0xff00, 0xff00, 'pending', 'pending'),
      row(0xff01, 0xff01, 'pending', 'pending; some optional keys are not supported'),
      row(0xa700, 0xa700, 'failure', 'refused: out of resources'),
      row(0xa710, 0xa710, 'failure', 'refused: invalid prior record key'),
      row(0xa900, 0xa900, 'failure', 'identifier does not match SOP class'),
      row(0xc000, 0xcfff, 'failure', 'unable to process'),
    ],
  ],
  [
    0x0021,
    [
      row(0xff00, 0xff00, 'pending', 'sub-operations are continuing'),
      row(0xa701, 0xa701, 'failure', 'refused: out of resources, number of matches unknown'),
      row(0xa702, 0xa702, 'failure', 'refused: out of resources, sub-operations not performed'),
      row(0xa801, 0xa801, 'failure', 'refused: move destination unknown'),
      row(0xa900, 0xa900, 'failure', 'identifier does not match SOP class'),
      row(0xaa00, 0xaa00, 'failure', 'none of the frames requested were found'),
      row(0xaa01, 0xaa01, 'failure', 'unable to create new object for this SOP class'),
      row(0xaa02, 0xaa02, 'failure', 'unable to extract frames'),
      row(0xaa03, 0xaa03, 'failure', 'time-based request for an object that is not time-based'),
      row(0xaa04, 0xaa04, 'failure', 'invalid request'),
      row(0xb000, 0xb000, 'warning', 'sub-operations complete, one or more failures or warnings'),
      row(0xc000, 0xcfff, 'failure', 'unable to process'),
    ],
  ],
  [
    0x0010,
    [
      row(0xff00, 0xff00, 'pending', 'sub-operations are continuing'),
      row(0xa701, 0xa701, 'failure', 'refused: out of resources, number of matches unknown'),
      row(0xa702, 0xa702, 'failure', 'refused: out of resources, sub-operations not performed'),
      row(0xa900, 0xa900, 'failure', 'identifier does not match SOP class'),
      row(0xaa00, 0xaa00, 'failure', 'none of the frames requested were found'),
      row(0xaa01, 0xaa01, 'failure', 'unable to create new object for this SOP class'),
      row(0xaa02, 0xaa02, 'failure', 'unable to extract frames'),
      row(0xaa03, 0xaa03, 'failure', 'time-based request for an object that is not time-based'),
      row(0xaa04, 0xaa04, 'failure', 'invalid request'),
      row(0xb000, 0xb000, 'warning', 'sub-operations complete, one or more failures or warnings'),
      row(0xc000, 0xcfff, 'failure', 'unable to process'),
    ],
  ],
]);

/** PS3.4, DIMSE-N services: print H.4, unified procedure steps CC.2. */
const byService: ReadonlyMap<string, readonly Row[]> = new Map([
  [
    'print',
    [
      row(0xb600, 0xb600, 'warning', 'memory allocation not supported'),
      row(0xb601, 0xb601, 'warning', 'film session printing is not supported'),
      row(0xb602, 0xb602, 'warning', 'film session holds no image'),
      row(0xb603, 0xb603, 'warning', 'film box holds no image'),
      row(0xb604, 0xb604, 'warning', 'image was reduced to fit the image box'),
      row(0xb605, 0xb605, 'warning', 'requested density is outside the range of the printer'),
      row(0xb609, 0xb609, 'warning', 'image was cropped to fit'),
      row(0xb60a, 0xb60a, 'warning', 'image was decimated to fit'),
      row(0xc600, 0xc600, 'failure', 'film session holds no film box'),
      row(0xc601, 0xc601, 'failure', 'print queue is full'),
      row(0xc602, 0xc602, 'failure', 'print queue is full'),
      row(0xc603, 0xc603, 'failure', 'image is larger than the image box'),
      row(0xc605, 0xc605, 'failure', 'insufficient memory in the printer'),
      row(0xc613, 0xc613, 'failure', 'combined image is larger than the image box'),
      row(0xc616, 0xc616, 'failure', 'an earlier film box has not been printed yet'),
    ],
  ],
  [
    'ups',
    [
      row(0xb300, 0xb300, 'warning', 'created with modifications'),
      row(0xb301, 0xb301, 'warning', 'deletion lock not granted'),
      row(0xb304, 0xb304, 'warning', 'already cancelled'),
      row(0xb305, 0xb305, 'warning', 'coerced invalid values to valid ones'),
      row(0xb306, 0xb306, 'warning', 'already completed'),
      row(0xc300, 0xc300, 'failure', 'may no longer be updated'),
      row(0xc301, 0xc301, 'failure', 'the correct transaction UID was not given'),
      row(0xc302, 0xc302, 'failure', 'already in progress'),
      row(0xc303, 0xc303, 'failure', 'may become scheduled only by creation'),
      row(0xc304, 0xc304, 'failure', 'final state requirements not met'),
      row(0xc307, 0xc307, 'failure', 'no such procedure step, or no longer managed here'),
      row(0xc308, 0xc308, 'failure', 'receiving AE is unknown here'),
      row(0xc309, 0xc309, 'failure', 'state was not given as scheduled'),
      row(0xc310, 0xc310, 'failure', 'not in progress'),
      row(0xc311, 0xc311, 'failure', 'already completed'),
      row(0xc312, 0xc312, 'failure', 'performer cannot be contacted'),
      row(0xc313, 0xc313, 'failure', 'performer chose not to cancel'),
      row(0xc314, 0xc314, 'failure', 'action not appropriate for the given instance'),
      row(0xc315, 0xc315, 'failure', 'does not send event reports'),
    ],
  ],
]);
