import { Malformed } from '../../bytes/malformed.ts';
import { u16le, u32le } from '../../bytes/reader.ts';
import { aeTitle, uid } from '../../bytes/text.ts';
import type { Command, Oddity, Side } from '../../model/facts.ts';
import type { KeyedHash } from '../analyzer.ts';
import { pathWords } from './oddities.ts';

/** What a command set says. This object and the command are the same for all: good until the next one is read. */
export interface ParsedCommand {
  /** Null when there is no Command Field: then nothing tells what the message is. */
  readonly command: Command | null;
  /**
   * The first thing wrong with it; what came before is used all the same. Its offset counts from the command set's
   * start.
   */
  readonly malformed: Malformed | null;
}

/**
 * Reads one whole command set, bytes `start` to `end`: implicit VR little endian, group 0000 (PS3.7 section 6.3.1
 * and annex E). A missing or wrong group length is no obstacle; of a repeated element the first counts; elements that
 * are absent are null. Error Comment and the like are passed over.
 *
 *    0  2  group, 0000H
 *    2  2  element
 *    4  4  length of the value
 *    8  …  value
 */
export function parseCommandSet(
  bytes: Uint8Array,
  start: number,
  end: number,
  side: Side,
  contextId: number,
  hash: KeyedHash,
): ParsedCommand {
  fields.clear(side, contextId);
  const malformed = walk(bytes, start, end);
  fields.malformed = fields.named ? malformed : (malformed ?? new Malformed('command-field', 0, 'absent'));
  if (fields.named) fields.finish(bytes, hash);
  return fields;
}

function oddityOf(bytes: Uint8Array, start: number, end: number): Oddity | null {
  const what = pathWords(bytes, start, end, true);
  return what === null ? null : { kind: 'path', what, where: 'SOPInstanceUID' };
}

/**
 * Whether bytes `start` to `end` are one whole, plain command set: starts as one, elements ascending and all of group
 * 0000, a known Command Field, nothing left over. The strictness is for those who look for a command set in bytes
 * that may be anything; a message in its place is read by `parseCommandSet`.
 */
export function isCommandSet(bytes: Uint8Array, start: number, end: number): boolean {
  if (!startsCommandSet(bytes, start, end)) return false;
  let at = start;
  let before = -1;
  let known = false;
  while (end - at >= 8) {
    const element = u16le(bytes, at + 2);
    const length = u32le(bytes, at + 4);
    if (u16le(bytes, at) !== 0 || element <= before || length > end - at - 8) return false;
    if (element === tag.commandField) known = length === 2 && commandNames.has(u16le(bytes, at + 8));
    before = element;
    at += 8 + length;
  }
  return at === end && known;
}

/** Whether a command set can start so: with its group length, or (where that is left out) a SOP class or the field. */
export function startsCommandSet(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 8 || u16le(bytes, start) !== 0) return false;
  const element = u16le(bytes, start + 2);
  const length = u32le(bytes, start + 4);
  if (element === tag.groupLength) return length === 4;
  if (element === tag.affectedSopClass || element === tag.requestedSopClass) return length > 0 && length <= 64;
  return element === tag.commandField && length === 2;
}

/** Whether the bytes are as long as their group length says a command set is. False where there is no group length. */
export function isWholeCommandSet(bytes: Uint8Array, start: number, end: number): boolean {
  if (!startsCommandSet(bytes, start, end) || u16le(bytes, start + 2) !== tag.groupLength || end - start < 12)
    return false;
  return u32le(bytes, start + 8) === end - start - 12;
}

/** The name of a Command Field, such as `C-STORE`; the response bit does not matter. PS3.7 section E.1. */
export function commandName(field: number): string {
  const name = commandNames.get(field) ?? commandNames.get(requestOf(field));
  return name ?? `0x${requestOf(field).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** The Command Field of requests of that name, as `commandName` gives it; null when it is none. */
export function requestField(name: string): number | null {
  for (const [field, known] of commandNames) if (known === name) return field;
  return /^0x[0-9A-F]{4}$/.test(name) ? Number(name) : null;
}

/** Whether a Command Field is that of a response. */
export function isResponse(field: number): boolean {
  return (field & responseBit) !== 0;
}

/** The Command Field of the request that a Command Field is of, be it of a request or a response. */
export function requestOf(field: number): number {
  return field & ~responseBit;
}

/** Command Fields of requests that mean something to others than their service alone. PS3.7 section E.1. */
export const commandField = { store: 0x0001, find: 0x0020, eventReport: 0x0100, cancel: 0x0fff } as const;

const responseBit = 0x8000;

/** Every Command Field of PS3.7 section E.1. A cancel has no response. */
const commandNames: ReadonlyMap<number, string> = new Map([
  [0x0001, 'C-STORE'],
  [0x8001, 'C-STORE'],
  [0x0010, 'C-GET'],
  [0x8010, 'C-GET'],
  [0x0020, 'C-FIND'],
  [0x8020, 'C-FIND'],
  [0x0021, 'C-MOVE'],
  [0x8021, 'C-MOVE'],
  [0x0030, 'C-ECHO'],
  [0x8030, 'C-ECHO'],
  [0x0100, 'N-EVENT-REPORT'],
  [0x8100, 'N-EVENT-REPORT'],
  [0x0110, 'N-GET'],
  [0x8110, 'N-GET'],
  [0x0120, 'N-SET'],
  [0x8120, 'N-SET'],
  [0x0130, 'N-ACTION'],
  [0x8130, 'N-ACTION'],
  [0x0140, 'N-CREATE'],
  [0x8140, 'N-CREATE'],
  [0x0150, 'N-DELETE'],
  [0x8150, 'N-DELETE'],
  [0x0fff, 'C-CANCEL'],
]);

/** Command Data Set Type (0000,0800) of a message without a data set; every other value announces one. */
const noDataSet = 0x0101;

/** Elements of group 0000, PS3.7 section E.1. */
const tag = {
  groupLength: 0x0000,
  affectedSopClass: 0x0002,
  requestedSopClass: 0x0003,
  commandField: 0x0100,
} as const;

/** What a command set's elements say, PS3.7 section E.1. One object is used for all, so that reading one makes none. */
class CommandFields implements ParsedCommand {
  malformed: Malformed | null = null;
  /** A Command Field was there. */
  named = false;
  private readonly said: { -readonly [K in keyof Command]: Command[K] } = {
    kind: 'command',
    side: 0,
    contextId: 0,
    field: 0,
    sopClass: null,
    instanceHash: null,
    messageId: null,
    respondedTo: null,
    status: null,
    hasDataSet: false,
    moveDestination: null,
    moveOriginator: null,
    moveOriginatorMessageId: null,
    remaining: null,
    completed: null,
    failed: null,
    warning: null,
    eventType: null,
    actionType: null,
    oddity: null,
  };
  private instanceStart = 0;
  private instanceEnd = 0;

  get command(): Command | null {
    return this.named ? this.said : null;
  }

  clear(side: Side, contextId: number): void {
    const { said } = this;
    said.side = side;
    said.contextId = contextId;
    said.sopClass = null;
    said.instanceHash = null;
    said.messageId = null;
    said.respondedTo = null;
    said.status = null;
    said.hasDataSet = false;
    said.moveDestination = null;
    said.moveOriginator = null;
    said.moveOriginatorMessageId = null;
    said.remaining = null;
    said.completed = null;
    said.failed = null;
    said.warning = null;
    said.eventType = null;
    said.actionType = null;
    said.oddity = null;
    this.named = false;
    this.instanceStart = 0;
    this.instanceEnd = 0;
  }

  /** All elements were taken: what there is to say of the instance. */
  finish(bytes: Uint8Array, hash: KeyedHash): void {
    const { said, instanceStart: start } = this;
    const end = withoutPadding(bytes, start, this.instanceEnd);
    if (end === start) return;
    said.instanceHash = hash('instance', bytes, start, end);
    said.oddity = oddityOf(bytes, start, end);
  }

  /** Takes what is wanted of an element; others are passed over. Throws `Malformed` for a number that is none. */
  take(element: number, bytes: Uint8Array, start: number, end: number): void {
    const { said } = this;
    switch (element) {
      case tag.affectedSopClass:
      case tag.requestedSopClass:
        said.sopClass ??= uid(bytes, start, end);
        break;
      case tag.commandField:
        said.field = number(bytes, start, end);
        this.named = true;
        break;
      case 0x0110:
        said.messageId = number(bytes, start, end);
        break;
      case 0x0120:
        said.respondedTo = number(bytes, start, end);
        break;
      case 0x0600:
        said.moveDestination = aeTitle(bytes, start, end);
        break;
      case 0x0800:
        said.hasDataSet = number(bytes, start, end) !== noDataSet;
        break;
      case 0x0900:
        said.status = number(bytes, start, end);
        break;
      case 0x1000:
      case 0x1001:
        if (this.instanceEnd > this.instanceStart) break;
        this.instanceStart = start;
        this.instanceEnd = end;
        break;
      case 0x1002:
        said.eventType = number(bytes, start, end);
        break;
      case 0x1008:
        said.actionType = number(bytes, start, end);
        break;
      case 0x1020:
        said.remaining = number(bytes, start, end);
        break;
      case 0x1021:
        said.completed = number(bytes, start, end);
        break;
      case 0x1022:
        said.failed = number(bytes, start, end);
        break;
      case 0x1023:
        said.warning = number(bytes, start, end);
        break;
      case 0x1030:
        said.moveOriginator = aeTitle(bytes, start, end);
        break;
      case 0x1031:
        said.moveOriginatorMessageId = number(bytes, start, end);
        break;
      default:
        break;
    }
  }
}

const fields = new CommandFields();

function number(bytes: Uint8Array, start: number, end: number): number {
  if (end - start !== 2) throw new Malformed('command-value-length', start, 'is not 2 bytes');
  return u16le(bytes, start);
}

/** Reads the elements into `fields`; the first thing wrong with them, if anything is. */
function walk(bytes: Uint8Array, start: number, end: number): Malformed | null {
  let malformed: Malformed | null = null;
  let highest = -1;
  /** Elements met, once they do not ascend as they should. */
  let seen: Set<number> | null = null;
  let at = start;
  while (at < end) {
    if (end - at < 8) return malformed ?? new Malformed('command-element', at - start, 'cut');
    const group = u16le(bytes, at);
    const element = u16le(bytes, at + 2);
    const length = u32le(bytes, at + 4);
    if (group !== 0) return malformed ?? new Malformed('command-element', at - start, 'is not of group 0000');
    if (length > end - at - 8)
      return malformed ?? new Malformed('command-element', at - start, 'is longer than its set');
    if (element <= highest) seen ??= elementsOf(bytes, start, at);
    const repeated = element <= highest && seen?.has(element) === true;
    if (repeated) malformed ??= new Malformed('command-element', at - start, 'is repeated');
    else malformed = taken(element, bytes, start, at + 8, at + 8 + length, malformed);
    seen?.add(element);
    if (element > highest) highest = element;
    at += 8 + length;
  }
  return malformed;
}

/** Takes an element's value; `malformed`, or else what is wrong with it. Offsets count from `origin`. */
function taken(
  element: number,
  bytes: Uint8Array,
  origin: number,
  start: number,
  end: number,
  malformed: Malformed | null,
): Malformed | null {
  try {
    fields.take(element, bytes, start, end);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return malformed ?? new Malformed(error.field, error.offset - origin, error.reason);
  }
  return malformed;
}

/** The elements from `start` to `end`, which were walked before. */
function elementsOf(bytes: Uint8Array, start: number, end: number): Set<number> {
  const elements = new Set<number>();
  for (let at = start; at < end; at += 8 + u32le(bytes, at + 4)) elements.add(u16le(bytes, at + 2));
  return elements;
}

/** Where a UID ends without its padding, as it is hashed everywhere. */
function withoutPadding(bytes: Uint8Array, start: number, end: number): number {
  let to = end;
  while (to > start && (bytes[to - 1] === 0 || bytes[to - 1] === 0x20)) to--;
  return to;
}
