import { u16be, u32be } from '../../bytes/reader.ts';
import { limits } from '../../model/limits.ts';
import { isCommandSet, startsCommandSet } from './dimse.ts';
import {
  associateFixedBytes,
  controlCommand,
  controlLast,
  pduHeaderBytes,
  pduType,
  pdvHeaderBytes,
  shortBodyBytes,
} from './pdu.ts';
import { applicationContextName } from './tables/uids.ts';

/**
 * Whether the bytes at `at` are a PDU, judged by structure alone. The answer is `plausible`, `implausible`, or else how
 * many bytes from `at` are needed (more than there are) before more can be told: fewer never change the answer, so that
 * it is found as early however the bytes are cut. Nothing here allocates. The bounds are the defaults, whatever was
 * lowered: where less is read of it, a stream is still what it is, and its bytes are counted so.
 */
export type Verdict = number;
export const plausible: Verdict = -1;
export const implausible: Verdict = 0;

/**
 * P-DATA-TF: `need` consecutive headers that meet, each but the last with presentation data values that fill it; or a
 * first value that is one whole command set. A header of release or abort, which leaves no byte open, may end the
 * chain. What comes behind the bytes that tell is not looked at: it is there or not by how the stream was cut.
 */
export function judgeData(bytes: Uint8Array, at: number, end: number, need: number): Verdict {
  let pdu = at;
  for (let headers = 0; headers < need; headers++) {
    if (pdu > at && pdu < end && bytes[pdu] !== pduType.data) return judgeLastHeader(bytes, pdu, end, pdu - at);
    if (pdu < end && bytes[pdu] !== pduType.data) return implausible;
    if (end <= pdu) return pdu + 1 - at;
    if (end - pdu < pduHeaderBytes) return pdu + pduHeaderBytes - at;
    const length = u32be(bytes, pdu + 2);
    const values = pdu + pduHeaderBytes;
    const firstOnly = Math.min(end, values + pdvHeaderBytes);
    const first = length < pdvHeaderBytes ? implausible : valuesFill(bytes, values, values + length, firstOnly);
    if (first === implausible) return implausible;
    if (end - values < pdvHeaderBytes) return first - at;
    if (headers === 0) {
      const command = judgeFirstCommand(bytes, at, end);
      if (command !== notCommand) return command;
    }
    if (length > limits.identifyMidStreamBytesMax) return implausible;
    if (headers < need - 1) {
      const filled = valuesFill(bytes, values, values + length, end);
      if (filled !== plausible) return filled === implausible ? implausible : filled - at;
    }
    pdu = values + length;
  }
  return plausible;
}

/**
 * A-ASSOCIATE-RQ and -AC: the DICOM application context name where it belongs, or else items that fill the PDU with at
 * least one presentation context among them. The version is a bit mask; reserved bytes are not looked at.
 */
export function judgeAssociate(bytes: Uint8Array, at: number, end: number): Verdict {
  if (end - at < pduHeaderBytes) return cutHeader(bytes, at, end);
  const length = u32be(bytes, at + 2);
  if (length < associateFixedBytes + itemHeaderBytes || length > limits.associatePduBytesMax) return implausible;
  const items = at + pduHeaderBytes + associateFixedBytes;
  const last = at + pduHeaderBytes + length;
  if (end < items + itemHeaderBytes) return items + itemHeaderBytes - at;
  if (!topItems.has(bytes[items]) || items + itemHeaderBytes + u16be(bytes, items + 2) > last) return implausible;
  if (bytes[items] === 0x10 && (bytes[at + 7] & 1) === 1) {
    const name = judgeContextName(bytes, items, end);
    if (name !== implausible) return name === plausible ? plausible : name + items - at;
  }
  return judgeItems(bytes, at, last, end);
}

/**
 * A-ASSOCIATE-RJ, A-RELEASE and A-ABORT have ten bytes and little structure: each must be exactly as the standard has
 * it.
 */
export function judgeShort(bytes: Uint8Array, at: number, end: number): Verdict {
  const type = bytes[at];
  const seen = Math.min(end - at, pduHeaderBytes);
  for (let i = 1; i < seen; i++) if (bytes[at + i] !== (i === 5 ? shortBodyBytes : 0)) return implausible;
  if (end - at < pduHeaderBytes) return end - at + 1;
  if (end - at < pduHeaderBytes + shortBodyBytes) return pduHeaderBytes + shortBodyBytes;
  if (bytes[at + 6] !== 0) return implausible;
  const b = bytes[at + 7];
  const source = bytes[at + 8];
  const reason = bytes[at + 9];
  if (type === pduType.associateReject) {
    return b >= 1 && b <= 2 && source >= 1 && source <= 3 && reason <= 10 ? plausible : implausible;
  }
  if (type === pduType.abort) return b === 0 && source <= 2 && reason <= 6 ? plausible : implausible;
  return b === 0 && source === 0 && reason === 0 ? plausible : implausible;
}

/** Presentation data values looked at in one PDU; those beyond are taken for granted, to bound the work. */
const valuesMax = 64;

/** The first value is not a command of its own: the chain of headers must tell. */
const notCommand: Verdict = -2;

const itemHeaderBytes = 4;
const topItems: ReadonlySet<number> = new Set([0x10, 0x20, 0x21, 0x50]);

/**
 * Whether values from `at` fill the PDU up to `last`; where that is not there yet, the index up to which the next value
 * tells more.
 */
function valuesFill(bytes: Uint8Array, at: number, last: number, end: number): Verdict {
  let value = at;
  for (let i = 0; i < valuesMax && value < last; i++) {
    if (last - value < pdvHeaderBytes) return implausible;
    const seen = end - value;
    if (seen < 4) return value + 4;
    const length = u32be(bytes, value);
    if (length < 2 || length > last - value - 4) return implausible;
    if (seen > 4 && (bytes[value + 4] & 1) === 0) return implausible;
    if (seen > 5 && bytes[value + 5] > 3) return implausible;
    if (seen < pdvHeaderBytes) return end + 1;
    value += 4 + length;
  }
  return plausible;
}

/** Whether the first value of the P-DATA-TF at `at`, of which twelve bytes are there, is one whole command set. */
function judgeFirstCommand(bytes: Uint8Array, at: number, end: number): Verdict {
  const value = at + pduHeaderBytes;
  const whole = controlCommand | controlLast;
  if ((bytes[value + 5] & whole) !== whole) return notCommand;
  const start = value + pdvHeaderBytes;
  const length = u32be(bytes, value) - 2;
  if (length > limits.commandSetBytesMax) return implausible;
  if (length < 8) return notCommand;
  if (end - start < 8) return start + 8 - at;
  // The end of a command over many fragments has the same control bits.
  if (!startsCommandSet(bytes, start, end)) return notCommand;
  if (end - start < length) return start + length - at;
  return isCommandSet(bytes, start, start + length) ? plausible : notCommand;
}

/** The header that ends a chain of P-DATA: release and abort have one possible header each. */
function judgeLastHeader(bytes: Uint8Array, pdu: number, end: number, before: number): Verdict {
  if (bytes[pdu] < pduType.releaseRequest || bytes[pdu] > pduType.abort) return implausible;
  if (end - pdu < pduHeaderBytes) return before + pduHeaderBytes;
  return bytes[pdu + 1] === 0 && u32be(bytes, pdu + 2) === shortBodyBytes ? plausible : implausible;
}

function cutHeader(bytes: Uint8Array, at: number, end: number): Verdict {
  // A length of 2^24 or more is past every bound, of which the first byte tells.
  if (end - at < 3) return 3;
  return bytes[at + 2] !== 0 ? implausible : pduHeaderBytes;
}

function judgeContextName(bytes: Uint8Array, item: number, end: number): Verdict {
  const length = u16be(bytes, item + 2);
  if (length < contextName.length || length > contextName.length + 1) return implausible;
  const seen = Math.min(end - item - itemHeaderBytes, contextName.length);
  for (let i = 0; i < seen; i++) if (bytes[item + itemHeaderBytes + i] !== contextName[i]) return implausible;
  return seen === contextName.length ? plausible : itemHeaderBytes + contextName.length;
}

const contextName = new TextEncoder().encode(applicationContextName);

/** Items that fill the PDU up to `last`. The answer counts from `at`, the PDU's first byte. */
function judgeItems(bytes: Uint8Array, at: number, last: number, end: number): Verdict {
  let item = at + pduHeaderBytes + associateFixedBytes;
  let contexts = 0;
  while (item < last) {
    if (last - item < itemHeaderBytes) return implausible;
    if (end - item < itemHeaderBytes) return item + itemHeaderBytes - at;
    const next = item + itemHeaderBytes + u16be(bytes, item + 2);
    if (!topItems.has(bytes[item]) || next > last) return implausible;
    if (bytes[item] === 0x20 || bytes[item] === 0x21) {
      if (end < next) return next - at;
      if (!isContextItem(bytes, item + itemHeaderBytes, next)) return implausible;
      contexts++;
    }
    item = next;
  }
  return contexts > 0 ? plausible : implausible;
}

/** A presentation context: an odd id, then sub-items 30H and 40H that fill it with UIDs. */
function isContextItem(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 4 || (bytes[start] & 1) === 0) return false;
  let sub = start + 4;
  let uids = 0;
  while (end - sub >= itemHeaderBytes) {
    const next = sub + itemHeaderBytes + u16be(bytes, sub + 2);
    if ((bytes[sub] !== 0x30 && bytes[sub] !== 0x40) || next > end) return false;
    if (!isUid(bytes, sub + itemHeaderBytes, next)) return false;
    uids++;
    sub = next;
  }
  return sub === end && uids > 0;
}

function isUid(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 3 || end - start > 65) return false;
  for (let i = start; i < end; i++) {
    const byte = bytes[i];
    const digitOrDot = (byte >= 0x30 && byte <= 0x39) || byte === 0x2e;
    const padding = i === end - 1 && (byte === 0 || byte === 0x20);
    if (!digitOrDot && !padding) return false;
  }
  return true;
}
