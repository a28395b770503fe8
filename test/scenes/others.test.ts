// Proves that captures of other projects are told right: a port of their own, a response in two segments, an object
// sent before the acceptance.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { replay } from '../support/replay.ts';
import { captureBytes, others, othersAreHere } from '../support/scenes.ts';

const echo = { command: 'C-ECHO', sopClass: '1.2.840.10008.1.1', statusText: 'success', patientData: false };
const store = {
  command: 'C-STORE',
  sopClass: '1.2.840.10008.5.1.4.1.1.2',
  contextId: 41,
  // The only one proposed: the bytes came before the answer, and agree.
  transferSyntax: '1.2.840.10008.1.2.1',
  statusText: 'success',
  requestBytes: 808,
  patientData: true,
};

if (othersAreHere) {
  describe('profuzzbench', () => {
    it('dicom_echo: one C-ECHO on port 5158', async () => {
      const { associations, operations, findings, bugs } = await told('profuzzbench_dicom_echo.pcap');
      expect(bugs).toEqual([]);
      expect(associations).toMatchObject([
        { callingAe: 'ECHOSCU', calledAe: 'ANY-SCP', serverPort: 5158, outcome: 'released', complete: true },
      ]);
      expect(operations).toMatchObject([echo]);
      expect(findings).toEqual([]);
    });

    it('dicom_store: a CT image, sent before its 128 contexts are accepted', async () => {
      const { associations, operations, exposures, findings, bugs } = await told('profuzzbench_dicom_store.pcap');
      expect(bugs).toEqual([]);
      expect(associations).toMatchObject([
        { callingAe: 'STORESCU', calledAe: 'ANY-SCP', outcome: 'released', objects: 1, patients: 1, complete: true },
      ]);
      expect(associations[0].contexts.filter(({ result }) => result === 0)).toHaveLength(128);
      expect(operations).toMatchObject([store]);
      expect(exposures[0].attributes.map(({ attribute }) => attribute)).toEqual([
        'SOPInstanceUID',
        'SeriesDescription',
        'PatientName',
        'PatientID',
        'StudyInstanceUID',
        'SeriesInstanceUID',
        'FrameOfReferenceUID',
      ]);
      expect(findings).toMatchObject([{ detection: 'phi-cleartext', severity: 'high', partial: false }]);
    });
  });
} else {
  it('are not at hand, and DICOMTAP_CAPTURES does not say that they are', () => {
    expect(process.env['DICOMTAP_CAPTURES']).toBeUndefined();
  });
}

function told(file: string) {
  return replay(captureBytes(join(others, file)));
}
