// Proves levels end with their parents, are left where they end, and state each sequence with content once.
import { expect, test } from 'vitest';
import { CONTENT, Levels, SEQUENCE } from '../../../src/protocols/dicom/levels.ts';

const NONE = -1;

test('a level ends where its parent does at the latest, and all that end there are left together', () => {
  const levels = new Levels(4);
  levels.begin(0);
  levels.push(SEQUENCE, 100, false, 0, 7);
  levels.push(CONTENT, Number.POSITIVE_INFINITY, true, 0, NONE);
  levels.push(SEQUENCE, 400, false, 0, 8);
  expect(Array.from(levels.ends.subarray(0, 4))).toEqual([Number.POSITIVE_INFINITY, 100, 100, 100]);
  expect(levels.depth).toBe(1);
  levels.leave(99);
  expect(levels.level).toBe(3);
  levels.leave(100);
  expect(levels.level).toBe(0);
});

test('after a hole: the innermost level that goes on beyond it', () => {
  const levels = new Levels(4);
  levels.begin(0);
  levels.push(SEQUENCE, 100, false, 0, NONE);
  levels.push(CONTENT, 50, false, 0, NONE);
  levels.push(SEQUENCE, 30, false, 0, NONE);
  expect(levels.leaveUntil(40)).toBe(50);
  expect(levels.level).toBe(2);
  expect(levels.leaveUntil(101)).toBe(Number.POSITIVE_INFINITY);
  expect(levels.level).toBe(0);
});

test('content states the sequences around it, each once, and those of a new item not again', () => {
  const stated: number[] = [];
  const sink = { present: (attribute: number) => stated.push(attribute) };
  const levels = new Levels(4);
  levels.begin(0);
  levels.push(SEQUENCE, 100, false, 0, 7);
  levels.push(CONTENT, 50, false, 0, NONE);
  levels.push(SEQUENCE, 50, false, 0, 8);
  levels.push(CONTENT, 50, false, 0, NONE);
  levels.fill(sink);
  levels.fill(sink);
  levels.leave(50);
  levels.push(CONTENT, 100, false, 0, NONE);
  levels.fill(sink);
  expect(stated).toEqual([8, 7]);
});

test('the bound of nesting', () => {
  const levels = new Levels(1);
  levels.begin(0);
  expect(levels.deep).toBe(false);
  levels.push(SEQUENCE, 100, false, 0, NONE);
  levels.push(CONTENT, 100, false, 0, NONE);
  expect(levels.deep).toBe(true);
});
