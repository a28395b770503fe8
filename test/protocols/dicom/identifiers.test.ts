// Proves identifiers are hashed as documented, and never from something else.
import { describe, expect, test } from 'vitest';
import { Identifiers, NO_ROLE, roleOf } from '../../../src/protocols/dicom/identifiers.ts';
import { indexOfTag } from '../../../src/protocols/dicom/tables/attributes.ts';
import { ascii } from '../../support/bytes.ts';

const role = (tag: string): number => roleOf(indexOfTag(tag));
const ID = role('00100020');
const ISSUER = role('00100021');
const NAME = role('00100010');
const STUDY = role('0020000D');
const INSTANCE = role('00080018');

function recorded(): { identifiers: Identifiers; hashed: string[] } {
  const hashed: string[] = [];
  const hash = (domain: string, bytes: Uint8Array, start: number, end: number): string => {
    const text = `${domain}:${Buffer.from(bytes).toString('latin1', start, end)}`;
    hashed.push(text);
    return `#${text}`;
  };
  return { identifiers: new Identifiers(hash), hashed };
}

function set(identifiers: Identifiers, role: number, text: string): void {
  identifiers.set(role, ascii(`>${text}<`), 1, text.length + 1, text.trim() !== '');
}

test('only the six identifiers have a role', () => {
  expect(roleOf(indexOfTag('00080020'))).toBe(NO_ROLE);
  expect(new Set([ID, ISSUER, NAME, STUDY, INSTANCE, role('00100030')]).size).toBe(6);
});

test('of a series of objects each has its own instance, and its patient and study without padding', () => {
  const { identifiers, hashed } = recorded();
  for (const instance of ['1.1', '1.2']) {
    identifiers.clear();
    set(identifiers, INSTANCE, `${instance}\0`);
    set(identifiers, ID, ' P-1 ');
    set(identifiers, STUDY, '9.9');
    expect(identifiers.patientHash(0x7fe00010, false)).toBe(identifiers.patientHash(0, true));
    identifiers.studyHash();
    identifiers.instanceHash();
  }
  // Asked for twice, made once.
  const shared = ['patient:P-1', 'study:9.9'];
  expect(hashed).toEqual([...shared, 'instance:1.1', ...shared, 'instance:1.2']);
});

test('what comes between two questions counts in the second answer', () => {
  const { identifiers, hashed } = recorded();
  set(identifiers, ID, 'P-1');
  identifiers.patientHash(0x7fe00010, false);
  set(identifiers, ISSUER, 'WARD');
  identifiers.patientHash(0x7fe00010, true);
  expect(hashed).toEqual(['patient:P-1', 'patient:P-1\0WARD']);
});

test('an id that begins another, and one that was longer, are not confused', () => {
  const { identifiers, hashed } = recorded();
  for (const id of ['P-12', 'P-1', 'P-12']) {
    identifiers.clear();
    set(identifiers, ID, id);
    identifiers.patientHash(0, true);
  }
  expect(hashed).toEqual(['patient:P-12', 'patient:P-1', 'patient:P-12']);
});

describe('what comes late', () => {
  test('the issuer is waited for', () => {
    const { identifiers } = recorded();
    set(identifiers, ID, 'P-1');
    expect(identifiers.patientHash(0x00100020, false)).toBeNull();
    expect(identifiers.patientHash(0x00100022, false)).not.toBeNull();
  });

  test('without an id, the birth date is waited for', () => {
    const { identifiers, hashed } = recorded();
    set(identifiers, NAME, 'A^B');
    expect(identifiers.patientHash(0x00100020, false)).toBeNull();
    expect(identifiers.patientHash(0x00100040, false)).not.toBeNull();
    expect(hashed).toEqual(['patient:\x01A^B\0']);
  });
});

test('lost, long, listed and repeated values', () => {
  const { identifiers } = recorded();
  identifiers.lose(STUDY);
  set(identifiers, STUDY, '1.2');
  expect(identifiers.studyHash()).toBeNull();
  set(identifiers, INSTANCE, '1'.repeat(300));
  expect(identifiers.instanceHash()).toBeNull();
  set(identifiers, ID, 'P-1');
  identifiers.lose(ID);
  set(identifiers, ID, 'P-2');
  expect(identifiers.patientHash(0, true)).not.toBeNull();
  identifiers.lose(ISSUER);
  expect(identifiers.patientHash(0, true)).toBeNull();
});
