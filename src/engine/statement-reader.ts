import type { Command, DataSet, Fact } from '../model/facts.ts';
import type { Micros } from '../model/records.ts';
import type { Ended } from '../tcp/consumer.ts';
import type { Path } from '../tcp/path-notes.ts';
import type { Registrar } from './registrar.ts';
import { Said } from './statement-writer.ts';
import { factFields, factKinds } from './tables/fact-fields.ts';
import { type KnownLists, ValueReader } from './values.ts';

/** Time and packet of the statement that was read last, of whichever thread. */
export interface StatedAt {
  seconds: number;
  nanos: number;
  input: number;
  frame: number;
}

/** What another thread stated, read for the registrar statement by statement. */
export class StatementReader {
  /** Place of the next statement in the order of all; infinite while there is none. */
  moment = Number.POSITIVE_INFINITY;
  stage = 0;
  since = 0;
  /** Packet time at it. */
  now: Micros = 0;
  private readonly values: ValueReader;
  private readonly waiting: Uint8Array<ArrayBuffer>[] = [];
  /** Rows of the registrar, by those of the other thread. */
  private readonly rows: number[] = [];
  private next = 0;

  constructor(lists: KnownLists) {
    this.values = new ValueReader(lists);
  }

  take(bytes: Uint8Array<ArrayBuffer>): void {
    if (bytes.length === 0) return;
    this.waiting.push(bytes);
    if (this.moment === Number.POSITIVE_INFINITY) this.look();
  }

  /** Whether its next statement was made before that of another, in the order of one thread alone. */
  before(other: StatementReader): boolean {
    return (this.moment - other.moment || this.stage - other.stage || this.since - other.since) < 0;
  }

  /** Hands the next statement to the registrar; `at` is what that takes time and packet from. */
  state(registrar: Registrar, at: StatedAt): void {
    const { values } = this;
    const begin = this.next;
    const length = values.int();
    const said = values.byte();
    values.at = begin + 32;
    const theirs = values.int();
    if (said === Said.anew) values.beginAnew();
    else {
      const { standings } = registrar;
      const isNew = said === Said.begun || said === Said.endedOther;
      const row = isNew ? standings.add() : this.rows[theirs];
      at.seconds = values.int() >>> 0;
      at.nanos = values.int();
      at.input = values.int();
      at.frame = values.int() >>> 0;
      this.standing(registrar, row);
      if (isNew) this.constant(registrar, row);
      this.hand(said, registrar, row, theirs);
    }
    values.at = begin + length;
    this.next = values.at;
    this.look();
  }

  private hand(said: number, registrar: Registrar, row: number, theirs: number): void {
    switch (said) {
      case Said.begun:
        this.rows[theirs] = row;
        registrar.begun(row, this.text(), this.text());
        return;
      case Said.fact:
        registrar.fact(row, this.fact());
        return;
      case Said.failed:
        registrar.failed(row);
        return;
      case Said.interrupted:
        registrar.interrupted(row);
        return;
      default:
        registrar.ended(row, this.text() as Ended, this.text(), this.text());
        registrar.standings.remove(row);
    }
  }

  /** Places itself before the next statement. */
  private look(): void {
    const { values } = this;
    if (this.next === values.end) {
      const bytes = this.waiting.shift();
      if (bytes === undefined) {
        this.moment = Number.POSITIVE_INFINITY;
        return;
      }
      values.begin(bytes);
      this.next = 0;
    }
    values.at = this.next + 5;
    this.stage = values.byte();
    values.at = this.next + 8;
    this.moment = values.double();
    this.since = values.double();
    this.now = values.double();
    values.at = this.next;
  }

  private fact(): Fact {
    const { values } = this;
    const kind = factKinds[values.byte()];
    const make = made[kind];
    if (make !== undefined) return make(values);
    const fact: Record<string, unknown> = { kind };
    for (const field of factFields[kind] as readonly string[]) fact[field] = values.value();
    return fact as unknown as Fact;
  }

  private text(): string {
    return this.values.value() as string;
  }

  private standing({ standings }: Registrar, row: number): void {
    const { values } = this;
    standings.flags[row] = values.int();
    standings.lastSeconds[row] = values.int() >>> 0;
    standings.lastNanos[row] = values.int();
    standings.lastInput[row] = values.int();
    standings.lastFrame[row] = values.int() >>> 0;
    for (const side of [0, 1] as const) this.sideOf(standings, 2 * row + side);
    const strange = values.double();
    if (strange >= 0) standings.strangeReset.set(row, strange);
    for (let i = 0; i < 12; i++) standings.mac[12 * row + i] = values.byte();
    standings.paths[row] = values.value() as Path;
  }

  private sideOf(standings: Registrar['standings'], row: number): void {
    const { values } = this;
    standings.initial[row] = values.int();
    standings.covered[row] = values.double();
    standings.missed[row] = values.double();
    const unseen = values.double();
    if (unseen > 0) standings.unseen.set(row, unseen);
    const tiny = values.double();
    if (tiny > 0) standings.tiny.set(row, tiny);
  }

  private constant({ standings }: Registrar, row: number): void {
    const { values } = this;
    standings.family[row] = values.byte();
    standings.firstSeconds[row] = values.int() >>> 0;
    standings.firstNanos[row] = values.int();
    standings.firstInput[row] = values.int();
    standings.firstFrame[row] = values.int() >>> 0;
    standings.firstSequence[row] = values.int();
    for (let i = 0; i < 10; i++) standings.key[10 * row + i] = values.int();
  }
}

/**
 * Facts of which there are many, as objects that are made with their fields, in the order of `factFields`: with so many
 * fields set one by one they would be tables to V8.
 */
const made: Readonly<Record<string, ((from: ValueReader) => Fact) | undefined>> = {
  command: (from) => ({
    kind: 'command',
    side: from.value() as Command['side'],
    contextId: from.value() as Command['contextId'],
    field: from.value() as Command['field'],
    sopClass: from.value() as Command['sopClass'],
    instanceHash: from.value() as Command['instanceHash'],
    messageId: from.value() as Command['messageId'],
    respondedTo: from.value() as Command['respondedTo'],
    status: from.value() as Command['status'],
    hasDataSet: from.value() as Command['hasDataSet'],
    moveDestination: from.value() as Command['moveDestination'],
    moveOriginator: from.value() as Command['moveOriginator'],
    moveOriginatorMessageId: from.value() as Command['moveOriginatorMessageId'],
    remaining: from.value() as Command['remaining'],
    completed: from.value() as Command['completed'],
    failed: from.value() as Command['failed'],
    warning: from.value() as Command['warning'],
    eventType: from.value() as Command['eventType'],
    actionType: from.value() as Command['actionType'],
    oddity: from.value() as Command['oddity'],
  }),
  'data-set': (from) => ({
    kind: 'data-set',
    side: from.value() as DataSet['side'],
    contextId: from.value() as DataSet['contextId'],
    final: from.value() as DataSet['final'],
    bytes: from.value() as DataSet['bytes'],
    missed: from.value() as DataSet['missed'],
    transferSyntax: from.value() as DataSet['transferSyntax'],
    transferSyntaxGuessed: from.value() as DataSet['transferSyntaxGuessed'],
    incomplete: from.value() as DataSet['incomplete'],
    shown: from.value() as DataSet['shown'],
    patientHash: from.value() as DataSet['patientHash'],
    studyHash: from.value() as DataSet['studyHash'],
    instanceHash: from.value() as DataSet['instanceHash'],
    deidentified: from.value() as DataSet['deidentified'],
    queryLevel: from.value() as DataSet['queryLevel'],
    restricted: from.value() as DataSet['restricted'],
    oddities: from.value() as DataSet['oddities'],
    contentMark: from.value() as DataSet['contentMark'],
  }),
};
