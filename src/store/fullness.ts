import { ascending } from '../bytes/ascending.ts';
import { limits } from '../model/limits.ts';
import type { ConnectionRecord } from '../model/records.ts';

/** What tells how much of a connection a record saw. */
export type Seen = Pick<
  ConnectionRecord,
  | 'id'
  | 'start'
  | 'end'
  | 'clientBytes'
  | 'serverBytes'
  | 'began'
  | 'ended'
  | 'firstCapture'
  | 'firstFrame'
  | 'lastCapture'
  | 'lastFrame'
>;

/** Above 0 when `a` saw more of one and the same connection than `b`: bytes, then time, then its end. */
export function compareSeen(a: Seen, b: Seen): number {
  return bytes(a) - bytes(b) || duration(a) - duration(b) || Number(a.ended !== 'open') - Number(b.ended !== 'open');
}

/**
 * Below 0 when `a` was seen in captures whose references stand before those of `b`: of two records that saw
 * as much, these stay, so that the order of runs does not matter.
 */
export function compareReferences(a: Seen, b: Seen): number {
  return (
    ascending(a.firstCapture, b.firstCapture) ||
    a.firstFrame - b.firstFrame ||
    ascending(a.lastCapture, b.lastCapture) ||
    a.lastFrame - b.lastFrame
  );
}

/** True when `inner`, joined in the middle, is a part of `outer`: another connection record of the same endpoints. */
export function supersedes(outer: Seen, inner: Seen): boolean {
  if (inner.began !== 'mid-stream' || outer.start > inner.start || outer.end < inner.start) return false;
  if (lastPossible(outer) < inner.end) return false;
  const more =
    bytes(outer) - bytes(inner) ||
    duration(outer) - duration(inner) ||
    Number(outer.began !== 'mid-stream') ||
    // Never both ways.
    ascending(inner.id, outer.id);
  return more > 0;
}

/**
 * How long after its end packets may still belong to a connection that was closed. The bound's default: two runs are
 * compared, each may have lowered it, none can have raised it.
 */
export const lingerMicros = limits.closedMsMax * 1000;

/** A record ends when both sides closed; one that did not see that counts the acknowledgement after it too. */
function lastPossible(seen: Seen): number {
  return seen.ended === 'fin' || seen.ended === 'reset' ? seen.end + lingerMicros : seen.end;
}

function bytes(seen: Seen): number {
  return seen.clientBytes + seen.serverBytes;
}

function duration(seen: Seen): number {
  return seen.end - seen.start;
}
