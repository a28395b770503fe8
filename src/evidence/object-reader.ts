import { HeldBytes } from '../bytes/held-bytes.ts';
import { u16le, u32le } from '../bytes/reader.ts';
import type { Side } from '../model/facts.ts';
import type { Limits } from '../model/limits.ts';
import { Account } from '../protocols/account.ts';
import { parseAssociateAccept } from '../protocols/dicom/associate.ts';
import type { PduSink, ValueSink } from '../protocols/dicom/deframed.ts';
import { Deframer } from '../protocols/dicom/deframer.ts';
import { commandField, startsCommandSet } from '../protocols/dicom/dimse.ts';
import { controlCommand, controlLast, pduType } from '../protocols/dicom/pdu.ts';

/** A composite object that a C-STORE carries. UIDs are bytes as sent, without padding. */
export interface ObjectHead {
  readonly sopClass: Uint8Array;
  readonly sopInstance: Uint8Array;
  /** Null where what was agreed on was not seen. */
  readonly transferSyntax: string | null;
  readonly contextId: number;
  /** Of the association in its connection, from 1. */
  readonly ordinal: number;
}

/** What takes an object: its data set's bytes in order. */
export interface ObjectSink {
  bytes(bytes: Uint8Array, start: number, end: number): void;
  /** The next `length` bytes are missing. */
  gap(length: number): void;
  /** `whole`: all of it was seen, as far as can be told. */
  end(whole: boolean): void;
}

/** Objects that may be open at once: a sender has one, or makes trouble. */
const openMax = 16;
/** PS3.5 section 9.1, with what some append. */
const uidBytesMax = 128;

/**
 * The objects of one connection, byte for byte as they were sent: upper layer and command sets are read, data sets go
 * through. `begin` may answer null for an object that is not wanted.
 */
export class ObjectReader implements PduSink {
  ordinal = 0;
  private readonly limits: Limits;
  private readonly start: (head: ObjectHead) => ObjectSink | null;
  private readonly directions: (Direction | null)[] = [null, null];
  private syntaxes = new Map<number, string>();
  private readonly open: Message[] = [];
  private seen = false;

  constructor(limits: Limits, begin: (head: ObjectHead) => ObjectSink | null) {
    this.limits = limits;
    this.start = begin;
  }

  data(side: Side, bytes: Uint8Array, start: number, end: number): void {
    // What does not begin with an association was joined in the middle.
    const type = bytes[start];
    const direction = this.direction(side, type < pduType.associateRequest || type > pduType.associateReject);
    direction.deframer.data(bytes, start, end);
  }

  gap(side: Side, length: number): void {
    this.direction(side, true).deframer.gap(length);
  }

  /** The connection is over. */
  close(): void {
    for (const direction of this.directions) direction?.deframer.close();
    for (const message of [...this.open]) message.finish(false);
  }

  dataBegins(): void {
    if (this.ordinal === 0) this.ordinal = 1;
    this.seen = true;
  }

  whole(side: Side, type: number, bytes: Uint8Array, start: number, end: number): void {
    if (type === pduType.associateRequest) {
      if (this.seen || this.ordinal === 0) this.ordinal++;
      this.seen = true;
      this.endAll();
      this.syntaxes = new Map();
    } else if (type === pduType.associateAccept) {
      const { fact } = parseAssociateAccept(bytes, start, end, side, this.limits);
      for (const { id, result, transferSyntax } of fact.contexts) {
        if (result === 0 && transferSyntax !== '' && !this.syntaxes.has(id)) this.syntaxes.set(id, transferSyntax);
      }
    } else if (type === pduType.abort) this.endAll();
  }

  malformed(): void {}

  lostStep(): void {}

  /** A command set is whole: of a C-STORE request the object begins. */
  command(bytes: Uint8Array, contextId: number): Message | null {
    const store = storeRequest(bytes);
    if (store === null) return null;
    const { ordinal } = this;
    const sink = this.start({ ...store, contextId, ordinal, transferSyntax: this.syntaxes.get(contextId) ?? null });
    if (sink === null) return null;
    const message = new Message(sink, () => {
      this.open.splice(this.open.indexOf(message), 1);
    });
    this.open.push(message);
    if (this.open.length > openMax) this.open[0].finish(false);
    return message;
  }

  private direction(side: Side, midStream: boolean): Direction {
    this.directions[side] ??= new Direction(this, side, this.limits, midStream);
    return this.directions[side];
  }

  private endAll(): void {
    for (const message of [...this.open]) message.finish(false);
  }
}

/** An object under way. */
class Message {
  private readonly sink: ObjectSink;
  private readonly over: () => void;
  private broken = false;
  private done = false;

  constructor(sink: ObjectSink, over: () => void) {
    this.sink = sink;
    this.over = over;
  }

  bytes(bytes: Uint8Array, start: number, end: number): void {
    if (!this.done) this.sink.bytes(bytes, start, end);
  }

  gap(length: number): void {
    this.broken = true;
    if (!this.done) this.sink.gap(length);
  }

  /** Nobody knows what is missing here. */
  hole(): void {
    this.broken = true;
  }

  finish(last: boolean): void {
    if (this.done) return;
    this.done = true;
    this.over();
    this.sink.end(last && !this.broken);
  }
}

/** One direction: its presentation data values, by context. */
class Direction implements ValueSink {
  readonly unneeded = 0;
  readonly position = 0;
  readonly deframer: Deframer;
  private readonly reader: ObjectReader;
  private readonly commandBytesMax: number;
  private readonly contexts = new Map<number, Context>();
  private current: Context | null = null;
  private control = 0;

  constructor(reader: ObjectReader, side: Side, limits: Limits, midStream: boolean) {
    this.reader = reader;
    this.commandBytesMax = limits.commandSetBytesMax;
    this.deframer = new Deframer(side, this, reader, new Account(), limits, midStream);
  }

  begin(contextId: number, control: number): void {
    this.control = control;
    this.current = this.contexts.get(contextId) ?? null;
    if (this.current === null) {
      this.current = { id: contextId, held: new HeldBytes(this.commandBytesMax), holed: false, message: null };
      this.contexts.set(contextId, this.current);
    }
    // A command where data was expected: what was open is not whole.
    if ((control & controlCommand) === 0 || this.current.message === null) return;
    this.current.message.finish(false);
    this.current.message = null;
  }

  bytes(bytes: Uint8Array, start: number, end: number): void {
    const current = this.current as Context;
    if ((this.control & controlCommand) === 0) current.message?.bytes(bytes, start, end);
    else if (current.held.append(bytes, start, end) < end - start) current.holed = true;
  }

  unneededFrom(): number {
    return 0;
  }

  passed(): void {}

  gap(length: number): void {
    const current = this.current as Context;
    if ((this.control & controlCommand) === 0) current.message?.gap(length);
    else current.holed = true;
  }

  end(): void {
    const current = this.current as Context;
    if ((this.control & controlLast) === 0) return;
    if ((this.control & controlCommand) === 0) {
      current.message?.finish(true);
      current.message = null;
      return;
    }
    const { held, holed, id } = current;
    current.message = holed ? null : this.reader.command(held.bytes.subarray(0, held.length), id);
    held.clear();
    current.holed = false;
  }

  hole(): void {
    for (const context of this.contexts.values()) {
      context.message?.hole();
      if (context.held.length > 0) context.holed = true;
    }
  }
}

interface Context {
  readonly id: number;
  readonly held: HeldBytes;
  holed: boolean;
  message: Message | null;
}

/**
 * A C-STORE request with a data set, PS3.7 section 9.3.1.1; null for any other command set. Elements as in
 * `parseCommandSet`:
 *   (0000,0002) affected SOP class   (0000,0100) command field
 *   (0000,0800) data set type        (0000,1000) affected SOP instance
 */
function storeRequest(bytes: Uint8Array): Pick<ObjectHead, 'sopClass' | 'sopInstance'> | null {
  if (!startsCommandSet(bytes, 0, bytes.length)) return null;
  const values = new Map<number, Uint8Array>();
  for (let at = 0; at + 8 <= bytes.length; ) {
    const element = u16le(bytes, at + 2);
    const end = at + 8 + u32le(bytes, at + 4);
    if (u16le(bytes, at) !== 0 || end > bytes.length) break;
    if (!values.has(element)) values.set(element, bytes.subarray(at + 8, end));
    at = end;
  }
  if (number(values.get(0x0100)) !== commandField.store || number(values.get(0x0800)) === 0x0101) return null;
  return { sopClass: uid(values.get(0x0002)), sopInstance: uid(values.get(0x1000)) };
}

function number(value: Uint8Array | undefined): number | null {
  return value?.length === 2 ? u16le(value, 0) : null;
}

function uid(value: Uint8Array = new Uint8Array(0)): Uint8Array {
  let end = Math.min(value.length, uidBytesMax);
  while (end > 0 && (value[end - 1] === 0 || value[end - 1] === 0x20)) end--;
  return value.slice(0, end);
}
