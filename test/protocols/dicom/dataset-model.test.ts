// Proves that of any data set made of known elements, in any syntax, with sequences to any depth, the scanner sees the
// elements that dcmjs sees, and shows the values that dcmjs reads.
import dcmjs, { type DcmjsElement } from 'dcmjs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ascii, concat, u32of } from '../../support/bytes.ts';
import { type DataSetForm, dataSet, elementHeader, type TestElement } from '../../support/data-set.ts';
import { revealedValues, scan } from '../../support/scan.ts';

dcmjs.log.getLogger('validation.dcmjs').setLevel('silent');

/** No placeholder is among them, which would not be shown. */
const text = (max: number) => fc.stringMatching(/^[BDK][EO][KRS][0-9]{2}[A-Z0-9]*$/, { maxLength: max });
const texts: Readonly<Record<string, fc.Arbitrary<string>>> = {
  PN: fc.tuple(text(10), text(10)).map(([family, given]) => `${family}^${given}`),
  LO: text(30),
  SH: text(16),
  CS: text(16),
  UI: fc
    .array(fc.integer({ min: 1, max: 9999 }), { minLength: 2, maxLength: 6 })
    .map((parts) => `1.2.${parts.join('.')}`),
  DA: fc.constantFrom('20260105', '19700101'),
  IS: fc.integer({ min: 0, max: 99_999 }).map(String),
  LT: text(200),
};
/** Elements by tag: texts of several kinds, private ones, ones whose values are passed over. */
const leaves: readonly (readonly [tag: string, vr: string])[] = [
  ['00080008', 'CS'],
  ['00080018', 'UI'],
  ['00080020', 'DA'],
  ['00080050', 'SH'],
  ['00080080', 'LO'],
  ['00080090', 'PN'],
  ['00081030', 'LO'],
  ['00100010', 'PN'],
  ['00100020', 'LO'],
  ['00100030', 'DA'],
  ['0020000D', 'UI'],
  ['00200013', 'IS'],
  ['00204000', 'LT'],
];
const sequences = ['00081110', '00081140', '00081199', '00101002', '00400275'];
const keywords = { '00100010': 'PatientName', '00100020': 'PatientID', '00081030': 'StudyDescription' } as const;

const leaf = fc
  .constantFrom(...leaves)
  .chain(([tag, vr]) => fc.option(texts[vr], { nil: '', freq: 8 }).map((value): TestElement => [tag, vr, value]));
const { elements } = fc.letrec<{ elements: TestElement[]; sequence: TestElement }>((tie) => ({
  sequence: fc
    .tuple(fc.constantFrom(...sequences), fc.array(tie('elements'), { maxLength: 3 }))
    .map(([tag, items]): TestElement => [tag, 'SQ', items]),
  elements: fc
    .array(fc.oneof({ maxDepth: 4, withCrossShrink: true }, { weight: 4, arbitrary: leaf }, tie('sequence')), {
      maxLength: 9,
    })
    .map((list) => [...new Map(list.map((one) => [one[0], one])).values()].sort(([a], [b]) => (a < b ? -1 : 1))),
}));
const pixels: TestElement = ['7FE00010', 'OW', new Uint8Array(64)];

const forms: readonly (readonly [transferSyntax: string, form: DataSetForm['encoding']])[] = [
  ['1.2.840.10008.1.2', 'implicit'],
  ['1.2.840.10008.1.2.1', 'explicit'],
  ['1.2.840.10008.1.2.2', 'big-endian'],
];

it.each(forms)('%s', (transferSyntax, encoding) => {
  let seen = 0;
  let shown = 0;
  const run = fc.property(
    elements,
    fc.boolean(),
    fc.boolean(),
    fc.integer({ min: 1, max: 300 }),
    (list, delimited, image, chunk) => {
      const bytes = dataSet(image ? [...list, pixels] : list, { encoding, delimited });
      const dict = dcmjs.data.DicomMessage.readFile(part10(transferSyntax, bytes)).dict;
      const tags: string[] = [];
      const visit = (tag: number, _vr: string, _length: number, depth: number) => tags.push(`${depth} ${hex8(tag)}`);
      const scanned = scan(bytes, { transferSyntax, chunk, visit, reveal: true });
      expect(scanned.incomplete).toBeNull();
      const model = flat(dict, 0);
      expect(tags.sort()).toEqual(model.map(({ depth, tag }) => `${depth} ${tag}`).sort());
      const values = revealedValues(scanned);
      for (const [tag, keyword] of Object.entries(keywords)) {
        const expected = model.filter((one) => one.tag === tag && one.value !== '').map(({ value }) => value);
        expect(values[keyword] ?? [], keyword).toEqual(expected);
        shown += expected.length;
      }
      seen += tags.length;
    },
  );
  fc.assert(run, { seed: 31, numRuns: 250 });
  expect(seen).toBeGreaterThan(2000);
  expect(shown).toBeGreaterThan(200);
});

interface Seen {
  readonly depth: number;
  readonly tag: string;
  readonly value: string;
}

function flat(dict: Readonly<Record<string, DcmjsElement>>, depth: number): Seen[] {
  const tags = Object.keys(dict).sort();
  return tags.flatMap((tag) => {
    const { vr, Value = [] } = dict[tag];
    const inner = vr === 'SQ' ? Value.flatMap((item) => flat(item as Record<string, DcmjsElement>, depth + 1)) : [];
    return [{ depth, tag: tag.toUpperCase(), value: vr === 'SQ' ? '' : wordOf(Value[0]) }, ...inner];
  });
}

/** dcmjs gives names as objects. */
function wordOf(value: unknown): string {
  if (Array.isArray(value)) return wordOf(value[0]);
  if (typeof value === 'object' && value !== null && 'Alphabetic' in value) return String(value.Alphabetic);
  return value === undefined || value === null ? '' : String(value);
}

function hex8(tag: number): string {
  return tag.toString(16).toUpperCase().padStart(8, '0');
}

/** A file around a data set, PS3.10 section 7.1. */
function part10(transferSyntax: string, bytes: Uint8Array): ArrayBufferLike {
  const explicit: DataSetForm = { encoding: 'explicit' };
  const syntax = dataSet([['00020010', 'UI', transferSyntax]], explicit);
  const length = concat(elementHeader('00020000', 'UL', 4, explicit), u32of('little', syntax.length));
  return concat(new Uint8Array(128), ascii('DICM'), length, syntax, bytes).buffer;
}
