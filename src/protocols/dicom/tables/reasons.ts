/** Words for the numbers with which the upper layer refuses and ends, PS3.8. */

/** Result of an A-ASSOCIATE-RJ, table 9-21. */
export function rejectResultWords(result: number): string {
  return rejectResults.get(result) ?? `result ${result}`;
}

/** Source of an A-ASSOCIATE-RJ, table 9-21. */
export function rejectSourceWords(source: number): string {
  return rejectSources.get(source) ?? `source ${source}`;
}

/** Reason of an A-ASSOCIATE-RJ, table 9-21: its meaning depends on the source. */
export function rejectReasonWords(source: number, reason: number): string {
  return rejectReasons.get((source << 8) | reason) ?? `reason ${reason}`;
}

/** Source of an A-ABORT, table 9-26. */
export function abortSourceWords(source: number): string {
  return abortSources.get(source) ?? `source ${source}`;
}

/** Reason of an A-ABORT, table 9-26: significant only when the service provider (source 2) aborts. */
export function abortReasonWords(source: number, reason: number): string | null {
  if (source !== 2) return null;
  return abortReasons.get(reason) ?? `reason ${reason}`;
}

const rejectResults: ReadonlyMap<number, string> = new Map([
  [1, 'rejected permanently'],
  [2, 'rejected for now'],
]);

const rejectSources: ReadonlyMap<number, string> = new Map([
  [1, 'service user'],
  [2, 'service provider (association control)'],
  [3, 'service provider (presentation)'],
]);

const rejectReasons: ReadonlyMap<number, string> = new Map([
  [0x0101, 'no reason given'],
  [0x0102, 'application context name not supported'],
  [0x0103, 'calling AE title not recognised'],
  [0x0107, 'called AE title not recognised'],
  [0x0201, 'no reason given'],
  [0x0202, 'protocol version not supported'],
  [0x0300, 'no reason given'],
  [0x0301, 'temporary congestion'],
  [0x0302, 'local limit exceeded'],
]);

const abortSources: ReadonlyMap<number, string> = new Map([
  [0, 'service user'],
  [2, 'service provider'],
]);

const abortReasons: ReadonlyMap<number, string> = new Map([
  [0, 'reason not specified'],
  [1, 'unrecognised PDU'],
  [2, 'unexpected PDU'],
  [4, 'unrecognised PDU parameter'],
  [5, 'unexpected PDU parameter'],
  [6, 'invalid PDU parameter value'],
]);
