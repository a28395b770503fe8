import { deflateRawSync } from 'node:zlib';
import type { DataSet } from '../../../src/model/facts.ts';
import { limits as defaults } from '../../../src/model/limits.ts';
import { DataSetScanner } from '../../../src/protocols/dicom/dataset.ts';
import { hex } from '../../support/bytes.ts';
import { dataSet, type TestElement } from '../../support/data-set.ts';
import { openHash } from '../../support/scan.ts';
import { carried } from '../corpus.ts';
import { joined } from '../mutator.ts';
import { Tape } from '../tape.ts';
import { promised, promisedSame, type Target } from '../target.ts';

const syntaxes = [
  '1.2.840.10008.1.2',
  '1.2.840.10008.1.2.1',
  '1.2.840.10008.1.2.2',
  '1.2.840.10008.1.2.1.99',
  '1.2.840.10008.1.2.4.50',
  '1.2.3.4.5',
  null,
] as const;
const proposed = ['1.2.840.10008.1.2', '1.2.840.10008.1.2.4.50'];
const small = { ...defaults, valueBytesMax: 16, sequenceDepthMax: 3, elementsMax: 40, inflatedBytesMax: 2048 };

const object: readonly TestElement[] = [
  ['00080005', 'CS', 'ISO_IR 192'],
  ['00080018', 'UI', '1.2.3.4'],
  ['00080052', 'CS', 'STUDY'],
  ['00081110', 'SQ', [[['00081155', 'UI', '1.9.1']], [['00081155', 'UI', '1.9.2']]]],
  ['00091001', 'LO', 'anything'],
  ['00100010', 'PN', 'Muster^Erika'],
  ['00100020', 'LO', 'P-1'],
  [
    '00101002',
    'SQ',
    [
      [
        ['00100020', 'LO', 'P-2'],
        ['00101002', 'SQ', [[['00100020', 'LO', 'P-3']]]],
      ],
    ],
  ],
  ['00120062', 'CS', 'YES'],
  ['0020000D', 'UI', '1.2.3'],
  ['00400270', 'SQ', [[['0020000D', 'UI', '1.2.9']]]],
  ['00880200', 'SQ', [[['7FE00010', 'OB', new Uint8Array(16)]]]],
  ['7FE00010', 'OW', new Uint8Array(32)],
  ['FFFAFFFA', 'SQ', [[['04000120', 'OB', new Uint8Array(8)]]]],
];

/** A data set → what it shows. The input: transfer syntax, options, where a hole is and how long it is; the bytes. */
export const dataSetTarget: Target = {
  name: 'data-set',
  bytesMax: 3000,
  async seeds() {
    const made = (['implicit', 'explicit', 'big-endian'] as const).flatMap((encoding, i) =>
      [false, true].flatMap((delimited) => {
        const bytes = dataSet(object, { encoding, delimited });
        return [input(i, 0, bytes), input(6, 0, bytes), input(i, 1, bytes), input(5, 0, bytes), input(i, 2, bytes)];
      }),
    );
    const deflated = deflateRawSync(dataSet(object, { encoding: 'explicit' }));
    const recorded = (await carried()).dataSets.map(({ transferSyntax, bytes }) =>
      input(Math.max(0, syntaxes.indexOf(transferSyntax as (typeof syntaxes)[number])), 0, bytes.slice(0, 1600)),
    );
    return [...made, input(3, 0, deflated), input(6, 0, deflated), ...recorded];
  },
  dictionary: [
    hex('feff00e0ffffffff'),
    hex('feff0de000000000'),
    hex('feffdde000000000'),
    hex('fffee000ffffffff'),
    hex('fffee00d00000000'),
    hex('fffee0dd00000000'),
    hex('08001011 53510000ffffffff'),
    hex('10001000 504e0800'),
    hex('10002000 4c4f0400'),
    hex('12006200 4353040059455320'),
    hex('e07f1000 4f420000ffffffff'),
    hex('e07f1000 4f570000'),
    hex('00101010 554e0000ffffffff'),
  ],
  run,
};

function input(syntax: number, options: number, bytes: Uint8Array): Uint8Array {
  return joined(Uint8Array.of(syntax, options, 0, 100, 9), bytes);
}

function run(given: Uint8Array): string {
  const tape = new Tape(given);
  const transferSyntax = syntaxes[tape.u8() % syntaxes.length];
  const flags = tape.u8();
  const at = tape.u16();
  const length = tape.u8();
  const bytes = tape.take(tape.left);
  const limits = (flags & 1) === 1 ? small : defaults;
  const hole = (flags & 2) === 2 && length > 0 ? ([Math.min(at, bytes.length), length] as const) : null;
  const how = (flags & 4) === 4 ? 'cut' : 'last';
  let visits = 0;
  const visit = (): void => {
    visits++;
  };
  const scanner = new DataSetScanner({
    transferSyntax,
    proposed,
    hash: openHash,
    limits,
    reveal: (flags & 8) === 8,
    visit,
  });
  const scan = (part: Uint8Array, chunk: number, end: 'last' | 'cut'): DataSet => {
    scanner.begin(transferSyntax, proposed);
    visits = 0;
    const [from, missed] = hole ?? [part.length, 0];
    feed(scanner, part, 0, from, chunk);
    if (missed > 0) scanner.gap(missed);
    feed(scanner, part, from, part.length, chunk);
    scanner.finish(end);
    return { ...scanner.take(0, 1, true) };
  };
  const whole = scan(bytes, bytes.length + 1, how);
  const deflated = transferSyntax === null || transferSyntax.endsWith('.99') || transferSyntax.startsWith('1.2.3');
  promised(whole.bytes === bytes.length, 'every byte is counted');
  promised(deflated || visits <= 1 + bytes.length / 8, 'work is in proportion to length', () => visits);
  for (const chunk of [1, 2 + (given.length % 17)]) {
    promisedSame(
      scan(bytes, chunk, how),
      whole,
      `pieces of a data set say what the whole says (${hole ? 'holed' : 'whole'})`,
    );
  }
  if (hole === null) checkPart(scan(bytes.subarray(0, bytes.length - (bytes.length >>> 2)), 4096, 'cut'), whole);
  const { incomplete, queryLevel, deidentified, shown, patientHash } = whole;
  return `${whole.transferSyntax} ${incomplete} ${queryLevel !== null} ${deidentified} ${shown.length} ${patientHash !== null}`;
}

const memory = new Uint8Array(8192);

/** In memory that is used for something else afterwards. */
function feed(scanner: DataSetScanner, bytes: Uint8Array, from: number, to: number, chunk: number): void {
  for (let at = from; at < to; at += chunk) {
    const piece = bytes.subarray(at, Math.min(to, at + chunk));
    memory.set(piece, 3);
    scanner.data(memory, 3, 3 + piece.length);
    memory.fill(0xee, 0, 3 + piece.length);
  }
}

/** A data set that is cut shows nothing that the whole one does not. */
function checkPart(cut: DataSet, whole: DataSet): void {
  // What is taken for another syntax, of fewer bytes, is another data set; of a deflated one a slice in which anything
  // is wrong is not put out at all.
  if (
    whole.incomplete === 'deflate-error' ||
    cut.transferSyntax !== whole.transferSyntax ||
    cut.transferSyntaxGuessed !== whole.transferSyntaxGuessed
  )
    return;
  const counts = new Map<string, number>();
  for (const { attribute, count, value } of whole.shown) counts.set(`${attribute} ${value}`, count);
  for (const { attribute, count, value } of cut.shown) {
    const most = counts.get(`${attribute} ${value}`) ?? 0;
    promised(count <= most, 'a cut data set shows nothing else', () => `${attribute} ${value} ${count} ${most}`);
  }
}
