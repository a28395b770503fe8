import { limits } from '../../src/model/limits.ts';
import { Account } from '../../src/protocols/account.ts';
import { Deframer } from '../../src/protocols/dicom/deframer.ts';
import { commandName, isResponse, parseCommandSet } from '../../src/protocols/dicom/dimse.ts';
import { controlCommand, controlLast, pduType } from '../../src/protocols/dicom/pdu.ts';
import type { Scene } from './mutations.ts';
import { type Segment, SYN } from './wire.ts';

type Range = readonly [from: number, to: number];

/** What one direction of a connection of a clean capture sent, by offsets of its stream. */
export interface Sent {
  /** Both ports. */
  readonly connection: string;
  readonly bytes: Stream;
  readonly requests: readonly Range[];
  /** Headers of P-DATA PDUs with that of their first value. */
  readonly headers: readonly Range[];
  readonly commands: readonly WireOperation[];
}

/** A request: where the PDUs' and values' headers and its bytes are. */
export interface WireOperation {
  readonly name: string;
  readonly messageId: number | null;
  readonly ranges: readonly Range[];
}

export interface Stream {
  readonly bytes: Uint8Array;
  /** By byte, the frames that brought it. */
  readonly frames: readonly (readonly number[])[];
}

/** The directions that speak DICOM in the clear from their first byte on. */
export function sentOf(scene: Scene): Sent[] {
  return streamsOf(scene).map(({ connection, stream }) => ({ connection, bytes: stream, ...readAll(stream.bytes) }));
}

/** The bytes of each direction of a capture, put together without the engine. */
export function streamsOf({ segments }: Scene): { connection: string; stream: Stream }[] {
  const streams = new Map<string, { connection: string; begin: number; bytes: number[]; frames: number[][] }>();
  const latest = new Map<string, string>();
  for (const [i, one] of segments.entries()) {
    if (one === null) continue;
    if (one.flags & SYN) latest.set(one.direction, `${one.direction} ${one.sequence}`);
    const key = latest.get(one.direction) ?? one.direction;
    let stream = streams.get(key);
    if (stream === undefined) {
      const begin = one.flags & SYN ? one.sequence + 1 : one.sequence;
      stream = { connection: portsOf(one), begin, bytes: [], frames: [] };
      streams.set(key, stream);
    }
    const offset = ((one.flags & SYN ? one.sequence + 1 : one.sequence) - stream.begin) | 0;
    for (const [at, byte] of one.payload.entries()) {
      if (offset + at < 0) continue;
      stream.bytes[offset + at] ??= byte;
      stream.frames[offset + at] ??= [];
      stream.frames[offset + at].push(i);
    }
  }
  return [...streams.values()].map(({ connection, bytes, frames }) => ({
    connection,
    stream: { bytes: Uint8Array.from(bytes), frames },
  }));
}

function readAll(bytes: Uint8Array): Pick<Sent, 'requests' | 'headers' | 'commands'> {
  const requests: Range[] = [];
  const headers: Range[] = [];
  const commands: WireOperation[] = [];
  let begun = 0;
  let held: number[] = [];
  let ranges: Range[] = [];
  let value = { context: 0, control: 0, at: 0 };
  const sink = {
    dataBegins: () => {},
    whole: (_: 0 | 1, type: number, __: Uint8Array, start: number, end: number, offset: number) => {
      if (type === pduType.associateRequest) requests.push([offset, offset + 6 + end - start]);
    },
    malformed: () => {},
    lostStep: () => {},
  };
  const values = {
    begin: (context: number, control: number, offset: number) => {
      if (bytes[offset - 6] === pduType.data && bytes[offset - 5] === 0) {
        begun = offset - 6;
        headers.push([begun, offset + 6]);
      }
      value = { context, control, at: offset };
    },
    bytes: (piece: Uint8Array, start: number, end: number) => {
      if (value.control & controlCommand) held.push(...piece.subarray(start, end));
    },
    unneeded: 0,
    position: 0,
    unneededFrom: () => 0,
    passed: () => {},
    gap: () => {},
    hole: () => {},
    end: () => {
      if (!(value.control & controlCommand)) return;
      ranges.push([begun, begun + 6], [value.at, value.at + 6 + held.length]);
      if (!(value.control & controlLast)) return;
      const { command } = parseCommandSet(Uint8Array.from(held), 0, held.length, 0, value.context, () => '');
      if (command !== null && !isResponse(command.field) && commandName(command.field) !== 'C-CANCEL') {
        commands.push({ name: commandName(command.field), messageId: command.messageId, ranges });
      }
      held = [];
      ranges = [];
    },
  };
  const deframer = new Deframer(0, values, sink, new Account(), limits, false);
  deframer.data(bytes, 0, bytes.length);
  return { requests, headers, commands };
}

function portsOf({ direction }: Segment): string {
  return (direction.match(/(?<=:)\d+/g) ?? []).map(Number).sort().join(' ');
}
