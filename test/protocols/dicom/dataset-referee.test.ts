// Proves the scanner sees the elements that DCMTK and dcmjs see, in every object at hand and every syntax DCMTK writes.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import dcmjs, { type DcmjsElement } from 'dcmjs';
import { afterAll, describe, expect, test } from 'vitest';
import { type DumpedElement, dcmdump, dcmtkFound, run } from '../../support/dcmtk.ts';
import { readPart10 } from '../../support/part10.ts';
import { scan } from '../../support/scan.ts';

const root = resolve(import.meta.dirname, '../../..');
const shared = join(process.env['DICOMTAP_CAPTURES'] ?? resolve(root, '../shared/captures'), 'objects');
const ours = join(root, 'pcaps/objects');

/** Objects dcmjs cannot read, and what it says: it knows no code extensions, and no UN of undefined length. */
const dcmjsFails: Readonly<Record<string, RegExp>> = {
  'UN_sequence.dcm': /past end of input/,
  'chrH31.dcm': /multiple character sets/,
  'chrKoreanMulti.dcm': /multiple character sets/,
  'chrSQEncoding.dcm': /multiple character sets/,
  'charset-japanese': /multiple character sets/,
  'charset-korean': /multiple character sets/,
};

/** Objects dcm2json cannot write, and what it says; dcmdump referees them. */
const dcm2jsonFails: Readonly<Record<string, RegExp>> = {
  'JPEG2000.dcm': /not supported for compressed pixel data/,
  'liver_deflate.dcm': /not supported for compressed pixel data/,
  'chrH31.dcm': /Cannot open character encoding/,
};

/** What DCMTK is made to write. Group lengths are asked for in implicit VR. */
const forms = ['+ti', '+te', '+tb', '+td'].flatMap((syntax) =>
  ['+e', '-e'].map((lengths) => [syntax, lengths] as const),
);

dcmjs.log.getLogger('validation.dcmjs').setLevel('silent');
const work = mkdtempSync(join(tmpdir(), 'dicomtap-referee-'));
afterAll(() => rmSync(work, { recursive: true }));

if (existsSync(shared)) {
  describe("other projects' objects", () => {
    for (const name of readdirSync(shared).filter((file) => file.endsWith('.dcm'))) {
      const path = join(shared, name);
      if (dcmtkFound) {
        test(`${name}: the elements of dcmdump`, () => equalsDcmtk(path));
        test(`${name}: the elements of dcm2json`, () => equalsDcm2json(path, dcm2jsonFails[name]));
      }
      test(`${name}: the elements of dcmjs`, () => equalsDcmjs(path, dcmjsFails[name]));
    }
  });
}

if (dcmtkFound) {
  describe('our objects, as DCMTK writes them', () => {
    const dumps = readdirSync(ours).filter((file) => file.endsWith('.dump') && file !== 'ct-large.dump');
    for (const [index, dump] of dumps.entries()) {
      const name = basename(dump, '.dump');
      // The report has sequences: it is written in every form, the others take turns.
      const taken = name === 'sr-otto' ? forms : forms.filter((_, form) => form % 4 === index % 4);
      test(`${name}: the elements of dcmdump and dcmjs as ${taken.map((form) => form.join('')).join(' ')}`, () => {
        const source = join(work, `${name}.dcm`);
        run('dump2dcm', ['-q', join(ours, dump), source]);
        for (const [syntax, lengths] of taken) {
          const path = join(work, `${name}${syntax}${lengths}.dcm`);
          run('dcmconv', ['-q', syntax, lengths, syntax === '+ti' ? '+g' : '+g=', source, path]);
          equalsDcmtk(path);
          equalsDcmjs(path, dcmjsFails[name]);
        }
      });
    }
  });
}

function equalsDcmtk(path: string): void {
  const expected = dcmdump(path);
  expect(expected.length).toBeGreaterThan(0);
  const elements = scanned(path);
  // DCMTK fills in the VR that implicit elements do not have, and calls UN of undefined length the sequence that it is.
  const comparable = expected.map((element, i) => {
    const written = elements[i]?.vr;
    const unwritten = written === '' || (written === 'UN' && element.length === 0xffffffff && element.vr === 'SQ');
    return unwritten ? { ...element, vr: written } : element;
  });
  expect(elements.map(line)).toEqual(comparable.map(line));
}

/**
 * The DICOM JSON Model (PS3.18 annex F) has no order, no lengths and no group lengths: the tags at each depth are
 * compared.
 */
function equalsDcm2json(path: string, failure?: RegExp): void {
  const write = () => run('dcm2json', ['-q', path]).toString('latin1');
  if (failure !== undefined) {
    expect(write).toThrow(failure);
    return;
  }
  const json = JSON.parse(write()) as Record<string, DcmjsElement>;
  const seen = scanned(path).filter(({ tag }) => (tag & 0xffff) !== 0);
  expect(seen.map(({ tag, depth }) => `${depth} ${tag.toString(16)}`).sort()).toEqual(dcmjsTags(json, 0).sort());
}

/** dcmjs keeps no order and no lengths: the tags at each depth are compared. */
function equalsDcmjs(path: string, failure?: RegExp): void {
  const file = readFileSync(path);
  const read = () =>
    dcmjs.data.DicomMessage.readFile(file.buffer.slice(file.byteOffset, file.byteOffset + file.length));
  if (failure !== undefined) {
    expect(read).toThrow(failure);
    return;
  }
  const seen = scanned(path).map(({ tag, depth }) => `${depth} ${tag.toString(16)}`);
  expect(seen.sort()).toEqual(dcmjsTags(read().dict, 0).sort());
}

function dcmjsTags(dict: Readonly<Record<string, DcmjsElement>>, depth: number): string[] {
  return Object.entries(dict).flatMap(([tag, { vr, Value }]) => [
    `${depth} ${Number.parseInt(tag, 16).toString(16)}`,
    ...(vr === 'SQ' ? (Value ?? []) : []).flatMap((item) => dcmjsTags(item as Record<string, DcmjsElement>, depth + 1)),
  ]);
}

/** The scanner's elements, the same for pieces of any size. */
function scanned(path: string): DumpedElement[] {
  const { transferSyntax, dataSet } = readPart10(path);
  let first: DumpedElement[] | null = null;
  for (const chunk of [dataSet.length, 1460, 7, 1]) {
    const elements: DumpedElement[] = [];
    const visit = (tag: number, vr: string, length: number, depth: number) => {
      elements.push({ tag, vr, length, depth });
    };
    expect(scan(dataSet, { transferSyntax, chunk, visit })).toMatchObject({
      incomplete: null,
      transferSyntaxGuessed: false,
    });
    first ??= elements;
    expect(elements).toEqual(first);
  }
  return first ?? [];
}

function line({ tag, vr, length, depth }: DumpedElement): string {
  return `${'  '.repeat(depth)}${tag.toString(16).padStart(8, '0')} ${vr} ${length}`;
}
