import type { Slot } from './pieces.ts';

/** A study of an invented patient, by its number: the same number is the same patient, name and UIDs. */
export type StudyNumber = number;

/** How every name, and every patient id and accession number begins: none of them may be in any output. */
export const marks = ['Zwolle', 'ZQJV'] as const;

const syllables = ['ba', 'dr', 'fe', 'go', 'hu', 'ja', 'ke', 'lo', 'mi', 'nu', 'po', 'qu', 'ru', 'st', 'ty', 'vy'];

/** What stands in a slot for this study: as many characters as were recorded there. `object` counts its instances. */
export function written({ name, length }: Slot, study: StudyNumber, object: number): string | null {
  if (name === 'name') return length < 8 ? null : nameOf(study).slice(0, length);
  if (name === 'id' || name === 'accession') return length < 8 ? null : `${marks[1]}${numbered(study, length - 4)}`;
  if (name === 'study') return length < 12 || length > 64 ? null : uid(study, length);
  if (name === 'series') return uid(study * 10, length);
  if (name === 'instance') return uid(study * 1000 + object, length);
  return null;
}

function nameOf(study: StudyNumber): string {
  const [a, b, c] = [study, study >> 4, study >> 8].map((part) => syllables[part & 15]);
  return `${marks[0]}${a}${b}${c}^Invented^Patient`;
}

function numbered(number: number, digits: number): string {
  return String(number).padStart(digits, '0').slice(-digits);
}

/** Below 2.25, PS3.5 section B.2, of so many characters. */
function uid(number: number, length: number): string {
  return `2.25.9${numbered(number, length - 6)}`;
}
