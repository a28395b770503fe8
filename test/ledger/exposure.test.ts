// Proves that exposure counts attributes by class and way of showing, keeps claims of de-identification apart, and no
// values.
import { describe, expect, it } from 'vitest';
import { Exposure } from '../../src/ledger/exposure.ts';
import { limits } from '../../src/model/limits.ts';
import { shown } from './facts.ts';

const exposed = () => new Exposure(limits);

describe('the verdict', () => {
  it('is patient data from the first direct identifier on', () => {
    const exposure = exposed();
    exposure.add(shown('PatientSex', 'StudyInstanceUID'), 'stored', false);
    expect(exposure.patientData).toBe(false);
    exposure.add(shown('PatientName'), 'stored', false);
    expect(exposure.patientData).toBe(true);
  });

  it('adds up quasi-identifiers of several data sets, each attribute once however it was seen', () => {
    const exposure = exposed();
    exposure.add(shown('PatientSex'), 'query-key', false);
    exposure.add(shown('PatientSex'), 'query-answer', false);
    expect(exposure.patientData).toBe(false);
    exposure.add(shown('PatientAge'), 'query-answer', false);
    expect(exposure.patientData).toBe(true);
  });

  it('does not come of objects that claim to be de-identified, not even half of it', () => {
    const exposure = exposed();
    exposure.add(shown('PatientName', 'PatientID', 'PatientAge'), 'stored', true);
    exposure.add(shown('PatientSex'), 'stored', false);
    expect(exposure.patientData).toBe(false);
  });
});

describe('the list', () => {
  it('has a row for each attribute and way of showing, by tag, with the claimed ones counted apart', () => {
    const exposure = exposed();
    exposure.add(shown('PatientID', 'PatientName'), 'stored', false);
    exposure.add(shown('PatientName'), 'query-key', false);
    exposure.add(shown('PatientName'), 'stored', true);
    const rows = exposure
      .exposed()
      .attributes.map((row) => [row.tag, row.attribute, row.class, row.seenIn, row.count, row.deidentifiedCount]);
    expect(rows).toEqual([
      ['00100010', 'PatientName', 'direct', 'query-key', 1, 0],
      ['00100010', 'PatientName', 'direct', 'stored', 2, 1],
      ['00100020', 'PatientID', 'direct', 'stored', 1, 0],
    ]);
  });

  it('does not depend on the order of the wire, and is a copy', () => {
    const one = exposed();
    const other = exposed();
    one.add(shown('PatientID', 'PatientSex'), 'stored', false);
    other.add(shown('PatientSex'), 'stored', false);
    other.add(shown('PatientID'), 'stored', false);
    expect(one.exposed().attributes).toEqual(other.exposed().attributes);
    const before = one.exposed().attributes;
    one.add(shown('PatientID'), 'stored', false);
    expect(before[0].count).toBe(1);
  });

  it('is empty until something was shown', () => {
    const exposure = exposed();
    exposure.add([], 'stored', false);
    expect(exposure.empty).toBe(true);
    exposure.add(shown('StudyInstanceUID'), 'stored', false);
    expect(exposure.empty).toBe(false);
  });

  it('counts values by class', () => {
    const exposure = exposed();
    exposure.add(shown('PatientName', 'PatientSex', 'StudyInstanceUID'), 'stored', false);
    exposure.add(shown('PatientName'), 'query-key', true);
    expect(exposure.exposed().byClass).toEqual({ direct: 2, quasi: 1, clinical: 0, staff: 0, device: 0, uid: 1 });
  });
});

describe('values', () => {
  it('are not there unless facts carry them', () => {
    const exposure = exposed();
    exposure.add(shown('PatientName'), 'stored', false);
    expect(exposure.revealed()).toBeNull();
  });

  it('are kept distinct, up to the bound', () => {
    const exposure = new Exposure({ ...limits, revealedValuesMax: 2 });
    for (const name of ['A', 'B', 'A', 'C']) exposure.add(shown(['PatientName', name]), 'stored', false);
    expect(exposure.revealed()).toEqual({ PatientName: ['A', 'B'] });
  });
});
