import { limits as defaults } from '../../../src/model/limits.ts';
import { Account } from '../../../src/protocols/account.ts';
import type { Analyzer } from '../../../src/protocols/analyzer.ts';
import { parseAssociateAccept, parseAssociateRequest } from '../../../src/protocols/dicom/associate.ts';
import { Deframer } from '../../../src/protocols/dicom/deframer.ts';
import { associateFixedBytes, pduHeaderBytes, pduType } from '../../../src/protocols/dicom/pdu.ts';
import { hex } from '../../support/bytes.ts';
import type { Step } from '../../support/dicom-dialogue.ts';
import { carried } from '../corpus.ts';
import { longMessage } from '../long-messages.ts';
import { joined } from '../mutator.ts';
import { Tape } from '../tape.ts';
import { promised, promisedSame, type Target } from '../target.ts';
import { promisedUnshown } from './handed-over.ts';

const limits = {
  ...defaults,
  associatePduBytesMax: 1024,
  resyncBytesMax: 1024,
  contextsMax: 8,
  transferSyntaxesPerContextMax: 4,
  userItemsMax: 8,
  malformedMax: 8,
};

/**
 * One direction of the upper layer → PDUs, values, and the items of associations. The input: whether it begins in the
 * middle, a hole or none (where and how long), and the bytes.
 */
export const pduTarget: Target = {
  name: 'pdu',
  bytesMax: 3000,
  async seeds() {
    const { directions: recorded } = await carried();
    const long = [longMessage('find', 2000, 250), longMessage('store', 1500, 1000)].map((turns) =>
      joined(...turns.filter(([side]) => side === 0).map(([, bytes]) => bytes)),
    );
    return [...recorded, ...long, ...long.map((bytes) => bytes.slice(200))].flatMap((bytes, i) => [
      joined(Uint8Array.of(0, 0, 0, 0), bytes.slice(0, 2500)),
      joined(Uint8Array.of(2 | (i & 1), 0, (7 * i) & 0xff, 40), bytes.slice(0, 1200)),
      joined(Uint8Array.of(1, 0, 0, 0), bytes.slice(i % 50, 900)),
    ]);
  },
  dictionary: [
    hex('010000000100 0001'),
    hex('040000000020 0000001c0103'),
    hex('05000000000400000000'),
    hex('07000000000400000200'),
    hex('10000015'),
    hex('2000002e01000000'),
    hex('2100001901000000'),
    hex('3000001131'),
    hex('40000011'),
    hex('5000003a'),
    hex('5100000400004000'),
    hex('540000150011'),
    hex('5800000a0101'),
  ],
  run,
};

function run(input: Uint8Array): string {
  const tape = new Tape(input);
  const flags = tape.u8();
  const at = tape.u16();
  const length = (flags & 2) === 0 ? 0 : 1 + tape.u8();
  const bytes = tape.take(tape.left);
  const hole = length === 0 ? bytes.length : Math.min(at, bytes.length);
  const midStream = (flags & 1) === 1;
  const whole = listen(bytes, hole, length, bytes.length, midStream);
  for (const chunk of [1, 2 + (bytes.length % 11)]) {
    const cut = listen(bytes, hole, length, chunk, midStream);
    promisedSame(cut, whole, `pieces of a direction say what the whole says (${length > 0 ? 'holed' : 'whole'})`);
  }
  if (length === 0 && !midStream) {
    const part = bytes.subarray(0, bytes.length - (bytes.length >>> 2));
    const told = new Ear(midStream);
    told.deframer.data(part, 0, part.length);
    promisedSame(told.told, whole.told.slice(0, told.told.length), 'a cut direction says nothing else');
  }
  const steps: Step[] = [
    [0, bytes.subarray(0, hole)],
    ...(length > 0 ? [[0, length] as const] : []),
    [0, bytes.subarray(hole)],
  ];
  promisedUnshown([...steps, [0, 'cut']], input.length + flags, (tell) => readerOf(new Ear(midStream, 'some', tell)));
  return whole.kinds;
}

function readerOf({ deframer, account }: Ear): Analyzer {
  return {
    data: (_, bytes, start, end) => deframer.data(bytes, start, end),
    gap: (_, length) => deframer.gap(length),
    unneeded: () => deframer.unneeded,
    unneededAfter: (_, bytes, start, end, ahead) => deframer.unneededAfter(bytes, start, end, ahead),
    passed: (_, length) => deframer.passed(length),
    close: () => deframer.close(),
    accounts: [account, account],
  };
}

function listen(bytes: Uint8Array, hole: number, length: number, chunk: number, midStream: boolean) {
  const ear = new Ear(midStream);
  const feed = (from: number, to: number): void => {
    for (let at = from; at < to; at += chunk) ear.hear(bytes.subarray(at, Math.min(to, at + chunk)));
  };
  feed(0, hole);
  if (length > 0) ear.deframer.gap(length);
  feed(hole, bytes.length);
  ear.deframer.close();
  promised(ear.accounted === bytes.length, 'every byte is accounted for', () => `${ear.accounted} ${bytes.length}`);
  const kinds = [...new Set(ear.told.map((line) => line.split(' ')[0]))].sort().join(',');
  return { told: ear.told, unread: ear.account.notParsed, kinds };
}

const memory = new Uint8Array(8192);

/** Of the bytes of values, the first of so many are needed, where any are not. */
const [needed, period] = [8, 400];

/** A deframer, what it tells, and the bytes that it accounts for. */
class Ear {
  readonly told: string[] = [];
  readonly deframer: Deframer;
  private readonly tell: (what: string) => void;
  readonly account = new Account();
  private readonly needs: 'all' | 'some';
  /** Bytes of values, and of whole PDUs. */
  private given = 0;
  private value = '';
  /** Of values, missing ones too. */
  private position = 0;

  constructor(midStream: boolean, needs: 'all' | 'some' = 'all', tell?: (what: string) => void) {
    this.needs = needs;
    this.tell = tell ?? ((what) => this.told.push(what));
    this.deframer = new Deframer(0, this.values(), this.pdus(), this.account, limits, midStream);
  }

  get accounted(): number {
    return this.given + this.account.total;
  }

  /** Bytes in memory that is used for something else afterwards. */
  hear(bytes: Uint8Array): void {
    memory.set(bytes, 5);
    this.deframer.data(memory, 5, 5 + bytes.length);
    memory.fill(0xee, 0, 5 + bytes.length);
  }

  private unneededFrom(position: number): number {
    const within = position % period;
    return this.needs === 'all' || within < needed ? 0 : period - within;
  }

  private text(bytes: Uint8Array, start: number, end: number): string {
    const text = Buffer.from(bytes.slice(start, end));
    for (let i = 0; i < text.length; i++) if (this.unneededFrom(this.position + i) > 0) text[i] = 0;
    return text.toString('latin1');
  }

  private values() {
    const ear = this;
    return {
      begin: (context: number, control: number, offset: number) => {
        this.tell(`begin ${context} ${control} ${offset}`);
      },
      bytes: (bytes: Uint8Array, start: number, end: number) => {
        promised(end > start, 'values come in pieces of some length');
        this.given += end - start;
        this.value += this.text(bytes, start, end);
        this.position += end - start;
      },
      get unneeded() {
        return ear.unneededFrom(ear.position);
      },
      get position() {
        return ear.position;
      },
      unneededFrom: (position: number) => this.unneededFrom(position),
      passed: (length: number) => {
        promised(length <= this.unneededFrom(this.position), 'only what is not needed is not shown');
        this.given += length;
        this.value += '\0'.repeat(length);
        this.position += length;
      },
      gap: (length: number) => {
        this.value += `<${length}>`;
        this.position += length;
      },
      end: () => {
        this.tell(`end ${this.value}`);
        this.value = '';
      },
      hole: (length: number) => this.tell(`hole ${length}`),
    };
  }

  private pdus() {
    return {
      dataBegins: () => this.tell('data'),
      whole: (_: 0 | 1, type: number, bytes: Uint8Array, start: number, end: number, offset: number) => {
        this.given += end - start;
        this.tell(`whole ${type} ${offset} ${read(type, bytes, start, end)}`);
      },
      malformed: (_: 0 | 1, offset: number, field: string) => this.tell(`malformed ${field} ${offset}`),
      lostStep: (_: 0 | 1, offset: number, lost: number) => this.tell(`lost ${offset} ${lost}`),
    };
  }
}

function read(type: number, bytes: Uint8Array, start: number, end: number): string {
  if (type !== pduType.associateRequest && type !== pduType.associateAccept) return '';
  promised(end - start >= associateFixedBytes, 'an association PDU has its fixed part');
  const parse = type === pduType.associateRequest ? parseAssociateRequest : parseAssociateAccept;
  const { fact, malformed } = parse(bytes, start, end, 0, limits);
  promised(fact.contexts.length <= limits.contextsMax, 'contexts are bounded');
  promised(malformed.length <= limits.malformedMax, 'faults are bounded');
  for (const { offset } of malformed) {
    promised(offset >= pduHeaderBytes && offset <= end - start + pduHeaderBytes, 'a fault is in its PDU');
  }
  return JSON.stringify([fact, malformed]);
}
