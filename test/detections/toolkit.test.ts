// Proves: implementations are named by the table of toolkits, by UID before version; what it does not know is said as
// it is.
import { expect, it } from 'vitest';
import { toolkits } from '../../src/detections/tables/toolkits.ts';
import { implementationInWords, toolkitOf } from '../../src/detections/toolkit.ts';

it.each([
  ['1.2.276.0.7230010.3.0.3.6.7', 'OFFIS_DCMTK_367', 'DCMTK (OFFIS_DCMTK_367)'],
  ['1.2.826.0.1.3680043.9.3811.2.0.2', null, 'pynetdicom (1.2.826.0.1.3680043.9.3811.2.0.2)'],
  ['1.3.6.1.4.1.30071.8', 'fo-dicom 5.1.0', 'fo-dicom (fo-dicom 5.1.0)'],
  ['1.2.826.0.1.3680043.2.135.1066.101', '1.5.0/WIN32', 'Conquest (1.5.0/WIN32)'],
  [null, '1.5.0/WIN32', '1.5.0/WIN32'],
  [null, 'dcm4che-5.30', 'dcm4che (dcm4che-5.30)'],
  ['1.3.6.1.4.1.30071.88', null, '1.3.6.1.4.1.30071.88'],
  ['1.2.3', 'VENDOR', 'VENDOR'],
  [null, null, 'nothing'],
])('%s %s', (uid, version, words) => {
  expect(implementationInWords(uid, version)).toBe(words);
});

it('no toolkit hides another', () => {
  for (const one of toolkits) expect(toolkitOf(one.uid.endsWith('.') ? `${one.uid}1` : one.uid, null)).toBe(one);
});
