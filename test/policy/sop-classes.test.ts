// Proves: SOP classes are named by UID or by their name in PS3.6, and nothing else passes for one.
import { describe, expect, it } from 'vitest';
import { sopClassName, sopClassUid } from '../../src/policy/sop-classes.ts';

describe('a SOP class', () => {
  it.each([
    ['1.2.840.10008.5.1.4.1.1.2', '1.2.840.10008.5.1.4.1.1.2'],
    ['1.2.999.7', '1.2.999.7'],
    ['CT Image Storage', '1.2.840.10008.5.1.4.1.1.2'],
    ['CTImageStorage', '1.2.840.10008.5.1.4.1.1.2'],
    ['CT Pictures', null],
    ['1.02.3', null],
    [`1.2.${'3'.repeat(70)}`, null],
    ['7', null],
    ['', null],
  ])('%j is %s', (text, uid) => {
    expect(sopClassUid(text)).toBe(uid);
  });

  it('is shown by its name where the standard has one', () => {
    expect(sopClassName('1.2.840.10008.5.1.4.1.1.2')).toBe('CT Image Storage');
    expect(sopClassName('1.2.999.7')).toBe('1.2.999.7');
  });
});
