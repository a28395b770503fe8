import type { Slot } from './pieces.ts';

/** A study of an invented patient, by its number: the same number is the same patient, name and UIDs. */
export type StudyNumber = number;

const syllables = ['ba', 'dri', 'fe', 'go', 'hu', 'jan', 'kel', 'lo', 'mir', 'nu', 'pos', 'qua', 'ru', 'sten', 'tol', 'vy'];

/** What stands in a slot for this study: as many characters as were recorded there. `object` counts its instances. */
export function valueOf({ name, length }: Slot, study: StudyNumber, object: number): string | null {
  if (name === 'name') return length < 8 ? null : nameOf(study).slice(0, length);
  if (name === 'id') return length < 8 ? null : `Q${numbered(study, length - 1)}`;
  if (name === 'accession') return `X${numbered(study, length - 1)}`;
  if (name === 'study') return length < 12 || length > 64 ? null : uid(study, length);
  if (name === 'series') return uid(study * 10, length);
  if (name === 'instance') return uid(study * 1000 + object, length);
  return null;
}

/** Every name has the number in its first letters, so that names cut short are still different. */
function nameOf(study: StudyNumber): string {
  const parts = [study, study >> 4, study >> 8, study >> 12].map((part) => syllables[part & 15]);
  const family = parts.join('');
  return `Z${family}^${syllables[(study * 7) & 15]}${syllables[(study * 5) & 15]}a^Invented`;
}

function numbered(number: number, digits: number): string {
  return String(number).padStart(digits, '0').slice(-digits);
}

/** Below 2.25, PS3.5 section B.2, of so many characters. */
function uid(number: number, length: number): string {
  return `2.25.9${numbered(number, length - 6)}`;
}
