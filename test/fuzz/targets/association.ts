import type { Fact } from '../../../src/model/facts.ts';
import { limits as defaults } from '../../../src/model/limits.ts';
import { DicomAnalyzer } from '../../../src/protocols/dicom/analyzer.ts';
import { hex } from '../../support/bytes.ts';
import { hear, settled } from '../../support/dicom-dialogue.ts';
import { openHash } from '../../support/scan.ts';
import { carried } from '../corpus.ts';
import { longMessage } from '../long-messages.ts';
import { joined } from '../mutator.ts';
import { Tape } from '../tape.ts';
import { promised, promisedSame, type Target } from '../target.ts';
import { bytesOf, missing, said, saidShort, stepsOf } from './dialogue.ts';
import { promisedUnshown } from './handed-over.ts';

const small = {
  associatePduBytesMax: 1024,
  resyncBytesMax: 1024,
  contextsMax: 8,
  commandSetBytesMax: 512,
  outstandingOperationsMax: 4,
  malformedMax: 4,
  valueBytesMax: 64,
  sequenceDepthMax: 4,
  elementsMax: 200,
  inflatedBytesMax: 4096,
};

/**
 * Both directions of an association → facts: the whole analyzer, with holes anywhere, shown all or only what it needs.
 * The input: whether it begins in the middle and whether limits are low, then what each side says.
 */
export const associationTarget: Target = {
  name: 'association',
  bytesMax: 6000,
  async seeds() {
    const { dialogues } = await carried();
    const long = [
      longMessage('store', 30_000, 16_384),
      longMessage('store', 70_000, 100_000),
      longMessage('store', 60_000, 4000),
      longMessage('find', 5000, 700),
    ].map((turns) => joined(Uint8Array.of(0), ...turns.map(([side, bytes]) => saidShort(side, bytes))));
    const talks = dialogues.flatMap(([client, server], i) => {
      const [a, b] = [client.slice(0, 3000), server.slice(0, 1500)];
      const half = a.length >>> 1;
      return [
        joined(Uint8Array.of(0), said(0, a), said(1, b)),
        joined(
          Uint8Array.of(2),
          said(0, a.slice(0, 300)),
          said(1, b.slice(0, 300)),
          said(0, a.slice(300)),
          said(1, b.slice(300)),
        ),
        joined(
          Uint8Array.of(i & 2),
          said(0, a.slice(0, half)),
          missing(0, 60),
          said(0, a.slice(half + 60)),
          said(1, b),
        ),
        joined(Uint8Array.of(1), said(0, a.slice(230 + i)), said(1, b.slice(200))),
      ];
    });
    return [...talks, ...long];
  },
  dictionary: [
    hex('04000000000e 0000000a0100'),
    hex('0400000000500000004c0103'),
    hex('05000000000400000000'),
    hex('06000000000400000000'),
    hex('07000000000400000200'),
    hex('0000000004000000'),
    hex('00000001020000000100'),
    hex('00000001020000000180'),
    hex('00000001020000002000'),
    hex('0000000802000000 0101'),
    hex('feff00e0ffffffff'),
    hex('e07f10004f420000ffffffff'),
  ],
  run(input) {
    const tape = new Tape(input);
    const flags = tape.u8();
    const steps = stepsOf(tape);
    const options = { midStream: (flags & 1) === 1, limits: (flags & 2) === 2 ? small : {} };
    const whole = hear(steps, options);
    const cut = hear(steps, { ...options, chunk: 1 + (input.length % 13) });
    const facts = settled(whole.facts);
    promisedSame(bySide(settled(cut.facts)), bySide(facts), 'pieces of a dialogue say what the whole says');
    promisedSame(cut.notParsed, whole.notParsed, 'as many bytes of pieces as of the whole are not parsed');
    for (const side of [0, 1] as const) {
      const bytes = bytesOf(steps, side);
      promised(whole.notParsed[side] <= bytes, 'no more is not parsed than there was', () => whole.notParsed[side]);
    }
    const { midStream } = options;
    const limits = { ...defaults, ...options.limits };
    promisedUnshown(
      steps,
      (flags << 12) | input.length,
      (emit) => new DicomAnalyzer({ emit, hash: openHash, limits, reveal: false }, { midStream }),
    );
    promised(whole.facts.length <= 64 + input.length, 'facts are not many more than bytes');
    return [...new Set(facts.map(shape))].sort().join(',');
  },
};

/** When a step is found again depends on what else of the direction is there: only its own order is promised. */
function bySide(facts: readonly Fact[]): Fact[][] {
  return [0, 1].map((side) => facts.filter((fact) => fact.side === side && fact.kind !== 'mid-stream'));
}

function shape(fact: Fact): string {
  if (fact.kind === 'malformed') return fact.field;
  return fact.kind === 'data-set' ? `data-set ${fact.incomplete}` : fact.kind;
}
