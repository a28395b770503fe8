// Proves that of a data set that was not seen nothing is said but where it belongs and how it was to be sent.
import { expect, test } from 'vitest';
import { unseenDataSet } from '../../../src/protocols/dicom/unseen-data-set.ts';
import { ctStorage } from '../../support/pdu.ts';

test('a data set that was announced and did not come', () => {
  const { kind, side, contextId, final, transferSyntax, deidentified, ...rest } = unseenDataSet(1, 3, true, ctStorage);
  expect({ kind, side, contextId, final, transferSyntax, deidentified }).toEqual({
    kind: 'data-set',
    side: 1,
    contextId: 3,
    final: true,
    transferSyntax: ctStorage,
    deidentified: 'not-seen',
  });
  for (const value of Object.values(rest)) expect([null, false, 0, []]).toContainEqual(value);
});
