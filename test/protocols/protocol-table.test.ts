// Proves that each protocol of ours is told and read by its own, and that a known port needs less in the middle of
// DICOM.
import { expect, it } from 'vitest';
import type { Side } from '../../src/model/facts.ts';
import { limits } from '../../src/model/limits.ts';
import { DicomAnalyzer } from '../../src/protocols/dicom/analyzer.ts';
import { protocolTable } from '../../src/protocols/protocol-table.ts';
import { TlsAnalyzer } from '../../src/protocols/tls/analyzer.ts';
import { concat } from '../support/bytes.ts';
import { pData } from '../support/pdu.ts';

const shared = { hash: () => '', limits, reveal: false };
const table = (port: number) => protocolTable(shared, (_slot: number, side: Side) => (side === 0 ? 50_000 : port));

it('names, order and readers', () => {
  const context = { ...shared, emit: () => {} };
  // The first is told by its middle alone, and made where it was told.
  const [, ...others] = table(104);
  const readers = others.map(({ name, analyzer }) => [name, analyzer(context, false).constructor]);
  expect(readers).toEqual([
    ['dicom', DicomAnalyzer],
    ['tls', TlsAnalyzer],
  ]);
});

it.each([
  [104, 2, true],
  [9999, 2, false],
  [9999, 3, true],
])('in the middle, on port %i, %i P-DATA headers that meet: %s', (port, count, told) => {
  const part = pData([{ bytes: new Uint8Array(40).fill(0x5a), last: false }]);
  const bytes = concat(new Uint8Array(9).fill(0x77), ...new Array<Uint8Array>(count).fill(part));
  const [plainTls, dicom, tls] = table(port);
  expect(plainTls.recogniseMidStream?.(bytes, 0, bytes.length, 0)).toBe(false);
  expect(dicom.recogniseMidStream?.(bytes, 0, bytes.length, 0)).toBe(told);
  expect(tls.recogniseMidStream).toBeNull();
});
