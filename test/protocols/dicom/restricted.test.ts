// Proves: an identifier is restricted by any key that says more than a wildcard, patient data or not; losses make it
// unknown.
import { describe, expect, it } from 'vitest';
import { limits } from '../../../src/model/limits.ts';
import { DataSetScanner } from '../../../src/protocols/dicom/dataset.ts';
import { dataSet, type TestElement } from '../../support/data-set.ts';
import { openHash } from '../../support/scan.ts';

const explicitLittle = '1.2.840.10008.1.2.1';
const level: TestElement = ['00080052', 'CS', 'STUDY'];
const asked: TestElement = ['0020000D', 'UI', ''];

function restricted(elements: readonly TestElement[], lost = 0): boolean | null {
  const scanner = new DataSetScanner({ transferSyntax: explicitLittle, hash: openHash, limits, reveal: false });
  const bytes = dataSet(elements, { encoding: 'explicit' });
  scanner.data(bytes, 0, bytes.length - lost);
  if (lost > 0) scanner.gap(lost);
  scanner.finish('last');
  return scanner.take(0, 1, true).restricted;
}

describe('nothing restricts', () => {
  it.each<[string, readonly TestElement[]]>([
    ['a level and keys to be answered', [level, asked]],
    ['wildcards', [level, ['00080060', 'CS', '*'], ['00100010', 'PN', '*'], asked]],
    [
      'where to retrieve from, and the offset from UTC',
      [['00080054', 'AE', 'ARCHIVE'], level, ['00080201', 'SH', '+0100'], asked],
    ],
    ['a character set', [['00080005', 'CS', 'ISO_IR 100'], level, asked]],
  ])('in %s', (_, elements) => {
    expect(restricted([...elements].sort(([a], [b]) => (a < b ? -1 : 1)))).toBe(false);
  });
});

describe('an identifier is restricted', () => {
  it.each<[string, TestElement]>([
    ['a date', ['00080020', 'DA', '20261122']],
    ['an open range', ['00080020', 'DA', '20261122-']],
    ['a modality, which is no patient data', ['00080060', 'CS', 'CT']],
    ['the beginning of a name', ['00100010', 'PN', 'A*']],
    ['a UID', ['0020000D', 'UI', '1.2.3']],
  ])('by %s', (_, element) => {
    expect(restricted([level, element].sort(([a], [b]) => (a < b ? -1 : 1)))).toBe(true);
  });
});

it('is not known where something was lost', () => {
  expect(restricted([level, ['00100010', 'PN', '*'], ['00100020', 'LO', 'ABCDEFGH']], 4)).toBeNull();
});
