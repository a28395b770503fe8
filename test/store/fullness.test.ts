// Proves who saw more: of one connection, and of a part and the whole.
import { describe, expect, it } from 'vitest';
import type { ConnectionRecord } from '../../src/model/records.ts';
import { compareReferences, compareSeen, supersedes } from '../../src/store/fullness.ts';
import { connection, SECOND, T0 } from '../support/records.ts';

const base = connection('c1');

describe('compareSeen', () => {
  it.each<[string, Partial<ConnectionRecord>]>([
    ['bytes, however long it took', { clientBytes: 999, end: T0 + 9 * SECOND }],
    ['time, when bytes are equal', { end: T0 + SECOND - 1, ended: 'fin' }],
    ['the end, when both are equal', { ended: 'open' }],
  ])('goes by %s', (_, less) => {
    expect(compareSeen(base, { ...base, ...less })).toBeGreaterThan(0);
    expect(compareSeen({ ...base, ...less }, base)).toBeLessThan(0);
  });

  it('does not care in which capture', () => {
    expect(compareSeen(base, { ...base, firstCapture: 'p2', firstFrame: 9 })).toBe(0);
  });
});

describe('compareReferences', () => {
  it('goes by the first and then the last packet', () => {
    expect(compareReferences(base, base)).toBe(0);
    expect(compareReferences(base, { ...base, firstCapture: 'p2' })).toBeLessThan(0);
    expect(compareReferences({ ...base, firstFrame: 2 }, base)).toBeGreaterThan(0);
    expect(compareReferences({ ...base, lastFrame: 21 }, base)).toBeGreaterThan(0);
  });
});

describe('supersedes', () => {
  const inner = connection('c2', { began: 'mid-stream', start: T0 + 5, clientBytes: 10 });
  it.each<[string, ConnectionRecord, ConnectionRecord, boolean]>([
    ['a part joined in the middle', base, inner, true],
    ['not one that saw its own handshake', base, { ...inner, began: 'syn' }, false],
    ['not one that began before', base, { ...inner, start: T0 - 1 }, false],
    ['not one that lasted longer', { ...base, ended: 'input-end' }, { ...inner, end: base.end + 1 }, false],
    ['one that counts the acknowledgement after the end', base, { ...inner, end: base.end + 1 }, true],
    ['not one that went on', base, { ...inner, end: base.end + 31 * SECOND }, false],
    ['not one after it', base, { ...inner, start: base.end + 1, end: base.end + 2 }, false],
    ['not one that saw more bytes', base, { ...inner, clientBytes: 5000 }, false],
    ['of equals, the one that saw the handshake', base, { ...base, id: 'c2', began: 'mid-stream' }, true],
  ])('%s', (_, outer, part, expected) => expect(supersedes(outer, part)).toBe(expected));

  it('never both ways', () => {
    const one = { ...inner, id: 'c3' };
    expect([supersedes(one, inner), supersedes(inner, one)].sort()).toEqual([false, true]);
  });
});
