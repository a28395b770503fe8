// Proves the table is PS3.15 Table E.1-1, row by row, that each row has a class, and that tags find their rows.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import dcmjs from 'dcmjs';
import { describe, expect, test } from 'vitest';
import { attributeIndex, attributes, privateIndex } from '../../../../src/protocols/dicom/tables/attributes.ts';

const captures = process.env['DICOMTAP_CAPTURES'] ?? resolve(import.meta.dirname, '../../../../../shared/captures');
const standard = join(captures, '../data/ps3.15-e1.json');

const keywordOf = (group: number, element: number): string | undefined =>
  attributes[attributeIndex(group, element)]?.keyword;

if (existsSync(standard)) {
  test('every row of the standard is there, in its order, with its action', () => {
    const rows = JSON.parse(readFileSync(standard, 'utf8')) as { id: string; basicProfile: string }[];
    const expected = rows.map(({ id, basicProfile }) => [
      id.startsWith('gggg') ? 'private' : id.toLowerCase(),
      basicProfile,
    ]);
    expect(attributes.map(({ tag, action }) => [tag.toLowerCase(), action])).toEqual(expected);
  });
}

test('621 rows, counted by class: a change of class is a decision', () => {
  expect(attributes).toHaveLength(621);
  const counts: Record<string, number> = {};
  for (const { class: kind } of attributes) counts[kind] = (counts[kind] ?? 0) + 1;
  expect(counts).toEqual({ direct: 13, quasi: 28, clinical: 311, staff: 58, device: 145, uid: 66 });
});

test('what makes patient data by itself, and what does so in pairs', () => {
  const of = (kind: string) => attributes.filter((attribute) => attribute.class === kind).map(({ keyword }) => keyword);
  expect(of('direct').sort()).toEqual([
    'InsurancePlanIdentification',
    'MedicalRecordLocator',
    'OtherPatientIDs',
    'OtherPatientIDsSequence',
    'OtherPatientNames',
    'PatientAddress',
    'PatientBirthName',
    'PatientID',
    'PatientMotherBirthName',
    'PatientName',
    'PatientTelecomInformation',
    'PatientTelephoneNumbers',
    'ResponsiblePerson',
  ]);
  expect(of('quasi').sort()).toEqual([
    'AccessionNumber',
    'AdmissionID',
    'AdmittingDate',
    'BranchOfService',
    'ClinicalTrialSubjectID',
    'CountryOfResidence',
    'CurrentPatientLocation',
    'DischargeDate',
    'EthnicGroup',
    'GPSLatitude',
    'MilitaryRank',
    'Occupation',
    'PatientAge',
    'PatientBirthDate',
    'PatientBirthTime',
    'PatientInstitutionResidence',
    'PatientInsurancePlanCodeSequence',
    'PatientPrimaryLanguageCodeSequence',
    'PatientReligiousPreference',
    'PatientSex',
    'PatientSize',
    'PatientWeight',
    'RegionOfResidence',
    'ResponsibleOrganization',
    'ServiceEpisodeID',
    'SpecimenAccessionNumber',
    'SpecimenIdentifier',
    'StudyDate',
  ]);
});

describe('rows and tags', () => {
  test('every written tag finds its own row', () => {
    attributes.forEach(({ tag }, index) => {
      if (!/^[0-9A-F]{8}$/.test(tag)) return;
      expect(attributeIndex(Number.parseInt(tag.slice(0, 4), 16), Number.parseInt(tag.slice(4), 16)), tag).toBe(index);
    });
  });

  test('keywords and VRs are those of PS3.6', () => {
    const { dictionary } = dcmjs.data.DicomMetaDictionary;
    for (const { tag, keyword, vr } of attributes) {
      if (!/^[0-9A-F]{8}$/.test(tag)) continue;
      const entry = dictionary[`(${tag.slice(0, 4)},${tag.slice(4)})`];
      expect(`${keyword} ${vr}`, tag).toBe(`${entry.name.replace('RETIRED_', '')} ${entry.vr}`);
    }
  });

  test('keywords are there once', () => {
    expect(new Set(attributes.map(({ keyword }) => keyword)).size).toBe(attributes.length);
  });

  test('repeating groups and private ones', () => {
    expect(keywordOf(0x6000, 0x3000)).toBe('OverlayData');
    expect(keywordOf(0x601e, 0x4000)).toBe('OverlayComments');
    expect(keywordOf(0x6000, 0x0010)).toBeUndefined();
    expect(keywordOf(0x5004, 0x0005)).toBe('CurveData');
    expect(keywordOf(0x5004, 0x0000)).toBeUndefined();
    expect(keywordOf(0x5200, 0x9229)).toBeUndefined();
    expect(attributeIndex(0x0009, 0x1001)).toBe(privateIndex);
    expect(attributeIndex(0x6001, 0x3000)).toBe(privateIndex);
    expect(attributeIndex(0x0009, 0x0010)).toBe(-1);
    expect(attributeIndex(0x0009, 0x0000)).toBe(-1);
  });

  test('other tags find none', () => {
    for (const [group, element] of [
      [0, 0],
      [0x0008, 0x0060],
      [0x0010, 0x0000],
      [0x7fe0, 0x0010],
      [0xfffe, 0xe000],
    ]) {
      expect(attributeIndex(group, element)).toBe(-1);
    }
    expect(keywordOf(0xfffc, 0xfffc)).toBe('DataSetTrailingPadding');
  });
});
