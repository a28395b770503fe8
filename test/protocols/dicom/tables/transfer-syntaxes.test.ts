// Proves each transfer syntax of PS3.5 annex A is read with the encoding it asks for.
import { expect, test } from 'vitest';
import { encodingOf } from '../../../../src/protocols/dicom/tables/transfer-syntaxes.ts';

test.each([
  ['1.2.840.10008.1.2', 'implicit'],
  ['1.2.840.10008.1.2.1', 'explicit'],
  ['1.2.840.10008.1.2.1.98', 'explicit'],
  ['1.2.840.10008.1.2.1.99', 'deflated'],
  ['1.2.840.10008.1.2.2', 'big-endian'],
  ['1.2.840.10008.1.2.4.50', 'explicit'],
  ['1.2.840.10008.1.2.4.94', 'explicit'],
  ['1.2.840.10008.1.2.4.95', 'deflated'],
  ['1.2.840.10008.1.2.4.205', 'deflated'],
  ['1.2.840.10008.1.2.5', 'explicit'],
  ['1.2.840.10008.1.2.6.2', null],
  ['1.2.840.10008.1.2.7.1', 'explicit'],
  ['1.2.840.10008.1.2.8.1', 'explicit'],
  ['1.2.840.113619.5.2', 'implicit'],
  ['1.2.3.4', null],
  ['', null],
])('%s is %s', (uid, encoding) => {
  expect(encodingOf(uid)).toBe(encoding);
});
