// Proves what makes patient data: one direct identifier, or two distinct quasi-identifiers, and nothing else.
import { expect, it } from 'vitest';
import { PatientProof } from '../../src/ledger/patient-proof.ts';
import { shown } from './facts.ts';

it.each<[proven: boolean, keywords: string[]]>([
  [false, []],
  [true, ['PatientName']],
  [true, ['PatientID']],
  [false, ['PatientSex']],
  [false, ['PatientSex', 'PatientSex', 'PatientSex']],
  [true, ['PatientSex', 'PatientAge']],
  [false, ['StudyInstanceUID', 'SOPInstanceUID']],
  [false, ['InstitutionName', 'StationName', 'ReferringPhysicianName', 'OperatorsName']],
  [false, ['PatientSex', 'StudyDescription', 'SeriesDescription']],
])('%s: %j', (proven, keywords) => {
  const proof = new PatientProof();
  for (const { attribute } of shown(...keywords)) proof.add(attribute);
  expect(proof.proven).toBe(proven);
});
