import type { Fact } from '../model/facts.ts';
import type { Ended } from '../tcp/consumer.ts';
import { Registrar, type RegistrarOptions } from './registrar.ts';
import { noRow, type Seen, type Statements } from './statements.ts';

/** Both halves of the engine in one thread: each statement goes to the registrar as it is made. */
export class DirectStatements implements Statements {
  readonly registrar: Registrar;
  private readonly seen: Seen;
  private readonly dueNow: () => void;

  /** `due`: records are to be written, after a packet. */
  constructor(seen: Seen, options: Omit<RegistrarOptions, 'at'>, due: () => void) {
    this.seen = seen;
    this.registrar = new Registrar({ ...options, at: seen.at });
    this.dueNow = due;
  }

  get due(): boolean {
    return this.registrar.due;
  }

  settle(): void {
    this.dueNow();
  }

  begun(slot: number, protocol: string, why: string): number {
    const row = this.enter(slot);
    this.registrar.begun(row, protocol, why);
    return row;
  }

  fact(row: number, slot: number, fact: Fact): void {
    this.take(row, slot);
    this.registrar.fact(row, fact);
  }

  failed(row: number, slot: number): void {
    this.take(row, slot);
    this.registrar.failed(row);
  }

  interrupted(row: number, slot: number): void {
    this.take(row, slot);
    this.registrar.interrupted(row);
  }

  ended(row: number, slot: number, how: Ended, protocol: string, why: string): void {
    const { registrar } = this;
    const { slots } = this.seen;
    if (row !== noRow) this.take(row, slot);
    else if (!registrar.concerns(slots.port(slot, 0), slots.port(slot, 1))) return;
    const at = row === noRow ? this.enter(slot) : row;
    registrar.ended(at, how, protocol, why);
    registrar.standings.remove(at);
  }

  private enter(slot: number): number {
    const { standings } = this.registrar;
    const row = standings.add();
    standings.begin(row, this.seen.slots, slot);
    this.take(row, slot);
    return row;
  }

  private take(row: number, slot: number): void {
    this.registrar.standings.take(row, this.seen.slots, slot, this.seen.paths.of(slot));
  }
}
