// Proves that damaged data sets never throw, never cost more than their length, and give one result however they are
// cut.
import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { concat } from '../../support/bytes.ts';
import { type DataSetForm, dataSet, elementHeader, type TestElement } from '../../support/data-set.ts';
import { scan } from '../../support/scan.ts';
import { stepsOf } from '../../support/steps.ts';

const explicit: DataSetForm = { encoding: 'explicit' };
const object: readonly TestElement[] = [
  ['00080005', 'CS', 'ISO_IR 192'],
  ['00080018', 'UI', '1.2.3.4'],
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
  ['0020000D', 'UI', '1.2.3'],
  ['00204000', 'LT', 'A comment of some length, to be cut. '.repeat(5)],
  ['00880200', 'SQ', [[['7FE00010', 'OB', new Uint8Array(64)]]]],
  ['7FE00010', 'OW', new Uint8Array(128)],
  ['FFFAFFFA', 'SQ', [[['04000120', 'OB', new Uint8Array(8)]]]],
];

/** A generator with a fixed seed: numbers below `bound`. */
function random(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

const values = [0, 1, 0xff, 0xfe, 0x7f, 0x80, 0x20, 0x53, 0x51, 0x55, 0x4e];

describe.each([
  ['1.2.840.10008.1.2', dataSet(object, { encoding: 'implicit' })],
  ['1.2.840.10008.1.2', dataSet(object, { encoding: 'implicit', delimited: true })],
  ['1.2.840.10008.1.2.1', dataSet(object, explicit)],
  ['1.2.840.10008.1.2.1', dataSet(object, { encoding: 'explicit', delimited: true })],
  ['1.2.840.10008.1.2.2', dataSet(object, { encoding: 'big-endian', delimited: true })],
  ['1.2.840.10008.1.2.1.99', deflateRawSync(dataSet(object, explicit))],
])('%s', (transferSyntax, clean) => {
  test('200 times damaged', () => {
    const next = random(20261122);
    const endings = new Set<string | null>();
    for (let round = 0; round < 200; round++) {
      const bytes = Uint8Array.from(clean);
      for (let hits = 1 + next(4); hits > 0; hits--) bytes[next(bytes.length)] = values[next(values.length)];
      const label = next(4) === 0 ? null : transferSyntax;
      const how = next(3) === 0 ? 'cut' : 'last';
      const hole = next(3) === 0 ? ([next(bytes.length), 0] as const) : undefined;
      const options = {
        transferSyntax: label,
        how,
        reveal: round % 2 === 0,
        ...(hole && { hole: [hole[0], Math.min(bytes.length, hole[0] + 1 + next(30))] as const }),
      } as const;
      const whole = scan(bytes, options);
      for (const chunk of [7, 1]) expect(scan(bytes, { ...options, chunk }), `round ${round}`).toEqual(whole);
      endings.add(whole.incomplete);
    }
    expect(endings.size).toBeGreaterThan(2);
  });
});

test('work grows with length, not with its square, in one-byte pieces and in floods of nested items: counted in steps of the program', async () => {
  const items = (count: number) =>
    concat(
      ...Array.from({ length: count }, () =>
        concat(
          elementHeader('00081110', 'SQ', 0xffffffff, explicit),
          elementHeader('FFFEE000', '', 0xffffffff, explicit),
          dataSet([['00081155', 'UI', '1.2']], explicit),
          elementHeader('FFFEE00D', '', 0, explicit),
          elementHeader('FFFEE0DD', '', 0, explicit),
        ),
      ),
    );
  const [small, large] = [items(200), items(2000)];
  const steps = (bytes: Uint8Array) => stepsOf(() => scan(bytes, { chunk: 1 }));
  await steps(small);
  const [few, many] = [await steps(small), await steps(large)];
  expect(few).toBeGreaterThan(small.length);
  expect(many / few).toBeLessThan(11);
});
