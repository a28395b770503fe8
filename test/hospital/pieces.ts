import type { Speaker } from '../support/conversation.ts';
import type { Recorded } from './recordings.ts';

/** What a recorded PDU holds that is another's each time it is played again. */
export type SlotName =
  | 'called'
  | 'calling'
  | 'message'
  | 'destination'
  | 'originator'
  | 'instance'
  | 'study'
  | 'series'
  | 'name'
  | 'id'
  | 'accession';

export interface Slot {
  readonly name: SlotName;
  readonly at: number;
  /** Bytes of the value, its padding apart. */
  readonly length: number;
}

/** A PDU that one side sent. */
export interface Said {
  readonly from: Speaker;
  readonly bytes: Uint8Array;
  readonly slots: readonly Slot[];
}

/** One DIMSE message: its command set, and its data set if it has one. */
export interface Message {
  readonly pdus: Said[];
  /** Command field, PS3.7 section E.1. */
  readonly field: number;
  readonly status: number | null;
}

/** A recorded association, taken apart. */
export interface Piece {
  /** A-ASSOCIATE, both sides. */
  readonly open: readonly Said[];
  /** Each request with all that followed until its last answer. */
  readonly exchanges: readonly (readonly Message[])[];
  /** A-RELEASE or A-ABORT. */
  readonly close: readonly Said[];
}

/** Takes a recorded connection that carried DICOM apart. */
export function pieceOf({ spoken }: Recorded): Piece {
  const open: Said[] = [];
  const close: Said[] = [];
  const exchanges: Message[][] = [];
  let waiting = 0;
  for (const { from, bytes } of inPdus(spoken)) {
    const type = bytes[0];
    if (type !== 4) {
      (type < 4 ? open : close).push({ from, bytes, slots: type < 3 ? titles : [] });
      continue;
    }
    const { slots, field, status } = valuesOf(bytes);
    if (field === null) {
      exchanges.at(-1)?.at(-1)?.pdus.push({ from, bytes, slots });
      continue;
    }
    const request = field < 0x8000;
    if (request && waiting === 0) exchanges.push([]);
    if (request) waiting++;
    else if (status !== 0xff00 && status !== 0xff01) waiting--;
    exchanges.at(-1)?.push({ pdus: [{ from, bytes, slots }], field, status });
  }
  return { open, exchanges, close };
}

/** AE titles of A-ASSOCIATE-RQ and -AC, PS3.8 section 9.3.2: sixteen bytes each. */
const titles: readonly Slot[] = [
  { name: 'called', at: 10, length: 16 },
  { name: 'calling', at: 26, length: 16 },
];

/** PDUs, in the order in which their last bytes were sent. */
function* inPdus(spoken: Recorded['spoken']): Generator<{ from: Speaker; bytes: Uint8Array }> {
  const held: Record<Speaker, Uint8Array> = { client: new Uint8Array(0), server: new Uint8Array(0) };
  for (const { from, bytes } of spoken) {
    let rest: Uint8Array = Buffer.concat([held[from], bytes]);
    while (rest.length >= 6 && rest.length >= 6 + u32(rest, 2)) {
      const end = 6 + u32(rest, 2);
      yield { from, bytes: Uint8Array.from(rest.subarray(0, end)) };
      rest = rest.subarray(end);
    }
    held[from] = rest;
  }
}

interface Values {
  readonly slots: Slot[];
  /** Null where the PDU goes on with a data set. */
  field: number | null;
  status: number | null;
}

/**
 * What is in a P-DATA-TF: command elements, and of a data set what stands at its top before its first long sequence.
 */
function valuesOf(bytes: Uint8Array): Values {
  const values: Values = { slots: [], field: null, status: null };
  for (let at = 6; at < bytes.length; at += 4 + u32At(bytes, at)) {
    const end = at + 4 + u32At(bytes, at);
    if (bytes[at + 5] & 1) command(bytes, at + 6, end, values);
    else dataSet(bytes, at + 6, end, values);
  }
  return values;
}

const commandSlots: Readonly<Record<number, SlotName>> = {
  272: 'message',
  288: 'message',
  1536: 'destination',
  4096: 'instance',
  4144: 'originator',
};

function command(bytes: Uint8Array, from: number, to: number, values: Values): void {
  for (let at = from; at + 8 <= to; at += 8 + u32le(bytes, at + 4)) {
    const element = u16le(bytes, at + 2);
    if (element === 0x0100) values.field = u16le(bytes, at + 8);
    if (element === 0x0900) values.status = u16le(bytes, at + 8);
    const name = commandSlots[element];
    if (name !== undefined)
      values.slots.push({ name, at: at + 8, length: trimmed(bytes, at + 8, u32le(bytes, at + 4)) });
  }
}

const dataSlots: Readonly<Record<number, SlotName>> = {
  524312: 'instance',
  524368: 'accession',
  1048592: 'name',
  1048608: 'id',
  2097165: 'study',
  2097166: 'series',
};

const longForms = ['OB', 'OW', 'SQ', 'UN', 'UT'];

function dataSet(bytes: Uint8Array, from: number, to: number, values: Values): void {
  const explicit = bytes[from + 4] >= 0x41 && bytes[from + 5] >= 0x41;
  for (let at = from; at + 8 <= to; ) {
    const long = explicit && longForms.includes(String.fromCharCode(bytes[at + 4], bytes[at + 5]));
    const head = long ? 12 : 8;
    const length = long ? u32le(bytes, at + 8) : explicit ? u16le(bytes, at + 6) : u32le(bytes, at + 4);
    if (at + head + length > to) return;
    const name = dataSlots[u16le(bytes, at) * 0x10000 + u16le(bytes, at + 2)];
    const used = trimmed(bytes, at + head, length);
    if (name !== undefined && used > 0) values.slots.push({ name, at: at + head, length: used });
    at += head + length;
  }
}

/** Without the padding of text (space) and UIDs (NUL). Numbers of two bytes are left as they are. */
function trimmed(bytes: Uint8Array, at: number, length: number): number {
  if (length === 2) return 2;
  return length > 0 && (bytes[at + length - 1] === 0 || bytes[at + length - 1] === 0x20) ? length - 1 : length;
}

const u16le = (bytes: Uint8Array, at: number): number => bytes[at] | (bytes[at + 1] << 8);
const u32le = (bytes: Uint8Array, at: number): number => (u16le(bytes, at) | (u16le(bytes, at + 2) << 16)) >>> 0;
const u32 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0;
const u32At = u32;
