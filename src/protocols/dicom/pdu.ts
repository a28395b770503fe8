/**
 * The header that every PDU of the upper layer starts with, PS3.8 section 9.3.1:
 *
 *    0  1  PDU type
 *    1  1  reserved
 *    2  4  length of what follows, big endian
 *
 * and that of a presentation data value inside a P-DATA-TF, PS3.8 section 9.3.5.1 and annex E:
 *
 *    0  4  length of what follows: 2 and the value
 *    4  1  presentation context id, odd
 *    5  1  message control header: bit 0 command (else data set), bit 1 last fragment
 */
export const pduHeaderBytes = 6;
export const pdvHeaderBytes = 6;

export const pduType = {
  associateRequest: 1,
  associateAccept: 2,
  associateReject: 3,
  data: 4,
  releaseRequest: 5,
  releaseResponse: 6,
  abort: 7,
} as const;

/** Body of A-ASSOCIATE-RQ and -AC before their items, PS3.8 sections 9.3.2 and 9.3.3. */
export const associateFixedBytes = 68;

/** Body of A-ASSOCIATE-RJ, A-RELEASE and A-ABORT: always four bytes. */
export const shortBodyBytes = 4;

/** Bits of the message control header. */
export const controlCommand = 0x01;
export const controlLast = 0x02;

export function isKnown(type: number): boolean {
  return type >= pduType.associateRequest && type <= pduType.abort;
}

/**
 * What is wrong with a PDU of this type and length; null when nothing is. `bytesMax` bounds those that are kept whole.
 */
export function headerFault(type: number, length: number, bytesMax: number): string | null {
  if (!isKnown(type)) return `${type} is unknown`;
  if (length < leastBody(type)) return `${length} is too short for PDU type ${type}`;
  if (type !== pduType.data && length > bytesMax) return `${length} is too long for PDU type ${type}`;
  return null;
}

function leastBody(type: number): number {
  if (type === pduType.data) return pdvHeaderBytes;
  return type <= pduType.associateAccept ? associateFixedBytes : shortBodyBytes;
}
