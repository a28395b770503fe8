import type { Losses, Micros, StreamBytes } from '../model/records.ts';
import { Dissector, type DissectorOptions, type Held } from './dissector.ts';
import { PacketBlock } from './packet-block.ts';
import { StatementWriter } from './statement-writer.ts';

/** What a dissector in another thread is told, in this order; each is answered by `Told`. */
export type ToDissector =
  | {
      readonly kind: 'packets';
      readonly block: number;
      /** Of a block that was not given before. */
      readonly memory: SharedArrayBuffer | null;
      readonly count: number;
      readonly input: number;
    }
  /** Null: packet time stays where it is. */
  | { readonly kind: 'advance'; readonly micros: Micros | null }
  | { readonly kind: 'interrupted'; readonly input: number }
  | { readonly kind: 'finish' };

export type FromDissector = Told | { readonly kind: 'bug'; readonly stack: string };

/** What was stated, and everything that was counted since the beginning. */
export interface Told extends Counted {
  readonly kind: 'told';
  readonly statements: Uint8Array<ArrayBuffer>;
  /** The last moment (`Order`) of which everything was stated. */
  readonly moment: number;
  readonly now: Micros;
  /** Of the input that was told of last. */
  readonly input: number;
  readonly inputLosses: Losses;
}

/** What a dissector counts. */
export interface Counted {
  readonly packets: number;
  readonly bytes: number;
  readonly connections: number;
  readonly protocols: ReadonlyMap<string, number>;
  readonly streamBytes: StreamBytes;
  readonly held: Held;
  readonly losses: Losses;
  readonly linkTypes: ReadonlyMap<number, number>;
  readonly encapsulations: ReadonlyMap<number, number>;
}

/** The end of a thread that dissects a share of all packets. */
export class FarDissector {
  private readonly dissector: Dissector<StatementWriter>;
  private readonly send: (message: FromDissector, memory?: ArrayBuffer) => void;
  private readonly blocks: PacketBlock[] = [];
  private input = 0;

  constructor(
    options: Omit<DissectorOptions<StatementWriter>, 'to' | 'bug' | 'bytes'>,
    send: (message: FromDissector, memory?: ArrayBuffer) => void,
  ) {
    this.send = send;
    this.dissector = new Dissector<StatementWriter>({
      ...options,
      to: (seen) => new StatementWriter(seen, () => this.dissector.now),
      bug: (error) => send({ kind: 'bug', stack: String((error as Error).stack ?? error) }),
    });
  }

  take(message: ToDissector): void {
    const { dissector } = this;
    if (message.kind === 'packets') this.packets(message);
    else if (message.kind === 'advance') dissector.advance(message.micros ?? dissector.now);
    else if (message.kind === 'interrupted') dissector.interrupted(message.input);
    else dissector.finish();
    const statements = dissector.to.take();
    this.send(this.told(statements), statements.buffer);
  }

  private packets({ block, memory, count, input }: Extract<ToDissector, { kind: 'packets' }>): void {
    if (memory !== null) this.blocks[block] = new PacketBlock(memory);
    this.input = input;
    this.dissector.packets(this.blocks[block].batch, 0, count, input);
  }

  private told(statements: Uint8Array<ArrayBuffer>): Told {
    const { dissector, input } = this;
    return {
      kind: 'told',
      statements,
      moment: dissector.to.moment,
      now: dissector.now,
      packets: dissector.packetCount,
      bytes: dissector.byteCount,
      connections: dissector.connections,
      protocols: dissector.protocols,
      streamBytes: dissector.streamBytes,
      held: dissector.held,
      losses: dissector.losses(),
      input,
      inputLosses: dissector.losses(input),
      linkTypes: dissector.linkTypesUnsupported,
      encapsulations: dissector.encapsulationsUnsupported,
    };
  }
}
