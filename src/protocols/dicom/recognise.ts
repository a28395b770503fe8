import type { Recognise } from '../analyzer.ts';
import { pduType } from './pdu.ts';
import { implausible, judgeAssociate, judgeData, judgeShort, plausible, type Verdict } from './plausible.ts';

/**
 * Whether the first bytes of one direction are DICOM's upper layer (PS3.8), by structure only, in any segmentation.
 * A request or acceptance tells by its application context or items; data by a command set or three headers that
 * meet; the ten-byte PDUs only when each byte is exactly plausible.
 */
export const recogniseDicom: Recognise = (bytes, start, end) => {
  if (end <= start) return 'more';
  const verdict = judges.get(bytes[start])?.(bytes, start, end) ?? implausible;
  if (verdict === plausible) return 'yes';
  return verdict === implausible ? 'no' : 'more';
};

/** P-DATA headers that must meet where nothing else says DICOM. */
export const headersOnUnknownPort = 3;
/** The same on a port known for DICOM, or in a stream that was DICOM before a hole. */
export const headersOnKnownPort = 2;

/** Assigned to DICOM over TLS. */
export const dicomTlsPort = 2762;

/**
 * Ports that DICOM is known to listen on: assigned ones (104, 2761, that of TLS, 11112), defaults of common archives.
 */
export const dicomPorts: ReadonlySet<number> = new Set([104, 2761, dicomTlsPort, 4242, 5678, 8104, 11112, 11113]);

type Judge = (bytes: Uint8Array, at: number, end: number) => Verdict;

const judges: ReadonlyMap<number, Judge> = new Map<number, Judge>([
  [pduType.associateRequest, judgeAssociate],
  [pduType.associateAccept, judgeAssociate],
  [pduType.associateReject, judgeShort],
  [pduType.data, (bytes, at, end) => judgeData(bytes, at, end, headersOnUnknownPort)],
  [pduType.releaseRequest, judgeShort],
  [pduType.releaseResponse, judgeShort],
  [pduType.abort, judgeShort],
]);
