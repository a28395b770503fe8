/**
 * The targets. `value(seen)` is a number, or null where something it needs was not measured; `most` or `least` is the
 * bound. `seen.ms(input, program)` is a median, `seen.peak(input)` in MB of 10^6 bytes, `seen.input(input)` has bytes
 * and packets, `seen.answer(input)` the totals that dicomtap stated.
 */
export const targets = [
  {
    about: "bulk: dicomtap's time by tcpdump's",
    most: 0.8,
    value: (seen) => seen.ms('bulk', 'dicomtap') / seen.ms('bulk', 'tcpdump'),
  },
  {
    about: "bulk: dicomtap's time less Node's start, by cat's",
    most: 5,
    value: (seen) => (seen.ms('bulk', 'dicomtap') - started(seen)) / seen.ms('bulk', 'cat'),
  },
  {
    about: 'small: associations a second',
    least: 10_000,
    value: (seen) => perSecond(seen, 'small', seen.answer('small').associations),
  },
  {
    about: 'headers: objects a second',
    least: 20_000,
    value: (seen) => perSecond(seen, 'headers', seen.answer('headers').operations),
  },
  {
    about: 'background: packets a second',
    least: 1_200_000,
    value: (seen) => perSecond(seen, 'background', seen.input('background').packets),
  },
  {
    about: "background: dicomtap's time by ndpiReader's",
    most: 1,
    value: (seen) => seen.ms('background', 'dicomtap') / seen.ms('background', 'ndpiReader'),
  },
  {
    about: 'ooo: time a byte by that of bulk',
    most: 1.3,
    value: (seen) => perByte(seen, 'ooo') / perByte(seen, 'bulk'),
  },
  ...['bulk', 'small', 'headers', 'background', 'ooo'].map((input) => ({
    about: `${input}: peak memory, MB`,
    most: 180,
    value: (seen) => seen.peak(input),
  })),
  {
    about: 'bulk of 4 GB: peak memory above that of 1 GB, MB',
    most: 10,
    value: (seen) => seen.peak('bulk-4gb') - seen.peak('bulk-1gb'),
  },
  {
    about: 'bulk of 4 GB: time a byte by that of 1 GB',
    most: 1.1,
    value: (seen) => perByte(seen, 'bulk-4gb') / perByte(seen, 'bulk-1gb'),
  },
  {
    about:
      '1,000,000 connections, 10,000 open at once: time a packet by that of 10,000 in all, both less an empty replay',
    most: 1.3,
    value: (seen) => perPacket(seen, 'connections') / perPacket(seen, 'few'),
  },
  {
    about: '1,000,000 connections open at once: the same',
    most: 2.5,
    value: (seen) => perPacket(seen, 'crowd') / perPacket(seen, 'few'),
  },
  {
    about: '1,000,000 connections open at once: peak memory, MB',
    most: 400,
    value: (seen) => seen.peak('crowd'),
  },
  {
    about: 'start: `dicomtap --version` above `node -e 0`, ms',
    most: 30,
    value: (seen) => seen.ms('empty', 'dicomtap --version') - started(seen),
  },
  {
    about: 'start: an empty replay above `node -e 0`, ms',
    most: 250,
    value: (seen) => seen.ms('empty', 'dicomtap replay (empty)') - started(seen),
  },
];

/** A target with its value and verdict: pass, fail, or not measured. */
export function judged(target, seen) {
  const value = valued(target, seen);
  if (value === null) return { ...target, measured: null, verdict: 'not measured' };
  const met = target.most === undefined ? value >= target.least : value <= target.most;
  return { ...target, measured: value, verdict: met ? 'pass' : 'fail' };
}

function valued(target, seen) {
  try {
    const value = target.value(seen);
    return Number.isFinite(value) ? value : null;
  } catch (error) {
    if (error instanceof NotMeasured) return null;
    throw error;
  }
}

/** Thrown by `seen` for what a run left out. */
export class NotMeasured extends Error {}

const started = (seen) => seen.ms('empty', 'node -e 0');
const perSecond = (seen, input, count) => count / (seen.ms(input, 'dicomtap') / 1000);
const perByte = (seen, input) => seen.ms(input, 'dicomtap') / seen.input(input).bytes;

/** Not measured where the capture took no longer than starting does: too small for this machine's noise. */
function perPacket(seen, input) {
  const ms = seen.ms(input, 'dicomtap') - seen.ms('empty', 'dicomtap replay (empty)');
  if (ms <= 0) throw new NotMeasured(input);
  return ms / seen.input(input).packets;
}
