// Proves that showings come to the same rows whether summed at once, again, or merged before; and that equal ones are
// known.
import { expect, it } from 'vitest';
import { exposedOf, mergedShowings, type Showing } from '../../src/ledger/exposed.ts';
import { Exposure } from '../../src/ledger/exposure.ts';
import { limits } from '../../src/model/limits.ts';
import { shown } from './facts.ts';

const name = shown('PatientName', 'PatientID');
const sex = shown('PatientSex', 'PatientName');

function showings(times: number): Showing[] {
  return [
    { shown: name, seenIn: 'query-answer', deidentified: false, times },
    { shown: sex, seenIn: 'stored', deidentified: true, times: 2 },
    { shown: name, seenIn: 'stored', deidentified: false, times: 1 },
  ];
}

it('sums by attribute and way of showing, those of claimed objects apart', () => {
  const { attributes, byClass } = exposedOf(showings(3));
  expect(attributes.map((row) => [row.attribute, row.seenIn, row.count, row.deidentifiedCount])).toEqual([
    ['PatientName', 'query-answer', 3, 0],
    ['PatientName', 'stored', 3, 2],
    ['PatientID', 'query-answer', 3, 0],
    ['PatientID', 'stored', 1, 0],
    ['PatientSex', 'stored', 2, 2],
  ]);
  expect(byClass).toEqual({ direct: 10, quasi: 2, clinical: 0, staff: 0, device: 0, uid: 0 });
});

it('gives the same list for the same showings, and another for others', () => {
  const first = exposedOf(showings(3)).attributes;
  expect(exposedOf(showings(3)).attributes).toBe(first);
  expect(exposedOf(showings(4)).attributes[0].count).toBe(4);
  expect(exposedOf(showings(3)).attributes[0].count).toBe(3);
});

it('comes to the same when merged', () => {
  expect(exposedOf(mergedShowings(showings(3)))).toEqual(exposedOf(showings(3)));
});

it('counts all of an association with more showings than are kept apart', () => {
  const exposure = new Exposure(limits);
  for (let i = 0; i < 500; i++) exposure.add(shown('PatientID', 'PatientSex'), i % 2 ? 'stored' : 'event', i % 5 === 0);
  const rows = exposure
    .exposed()
    .attributes.map((row) => [row.attribute, row.seenIn, row.count, row.deidentifiedCount]);
  expect(rows).toEqual([
    ['PatientID', 'event', 250, 50],
    ['PatientID', 'stored', 250, 50],
    ['PatientSex', 'event', 250, 50],
    ['PatientSex', 'stored', 250, 50],
  ]);
});
