// A scanner that is done reads the next data set; two at a time are two.
import { expect, test } from 'vitest';
import { limits } from '../../../src/model/limits.ts';
import { Scanners } from '../../../src/protocols/dicom/scanners.ts';
import { explicitDataSet, explicitLittle, patientRows } from '../../support/pdu.ts';

test('a scanner is used again, and remembers nothing that shows', () => {
  const scanners = new Scanners({ hash: (domain) => domain, limits, reveal: false });
  const first = scanners.begin(explicitLittle, [], true);
  const other = scanners.begin(explicitLittle, [], true);
  expect(other).not.toBe(first);
  const bytes = explicitDataSet(patientRows);
  first.data(bytes, 0, bytes.length);
  first.finish('last');
  expect(first.take(0, 1, true).shown).not.toEqual([]);
  scanners.end(first);
  const again = scanners.begin(null, [], true);
  expect(again).toBe(first);
  again.finish('last');
  expect(again.take(0, 1, true)).toMatchObject({ bytes: 0, shown: [], patientHash: null, transferSyntax: null });
});
