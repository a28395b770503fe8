// Proves that a line of the log is short and safe on a terminal: time, level, message, and fields that say something.
import { expect, it } from 'vitest';
import { logText } from '../../src/commands/log-text.ts';

const time = Date.UTC(2026, 2, 1, 10, 0, 5);

it.each([
  [{ level: 30, msg: 'listening', interfaces: ['eth1'], file: null }, 'info   listening  interfaces=["eth1"]'],
  [{ level: 40, msg: 'capture ended', why: 'it went down' }, 'warn   capture ended  why="it went down"'],
  [{ level: 50, msg: 'status', state: 'blind', drops: {}, lagMs: 0 }, 'error  status  state=blind  lagMs=0'],
])('%j', (line, expected) => {
  expect(logText(JSON.stringify({ time, ...line }))).toBe(`2026-03-01 10:00:05  ${expected}\n`);
});

it('is one line whatever the fields hold', () => {
  const text = logText(JSON.stringify({ time, level: 50, msg: 'x\u001b[2J', why: 'a\nb\u202ec', name: 'd\u0007' }));
  expect(text.slice(0, -1)).not.toMatch(/[\p{Cc}\u202e]/u);
  expect(text.endsWith('\n')).toBe(true);
});

it('cuts what is nested deep', () => {
  const text = logText(JSON.stringify({ time, level: 30, msg: 'statistics', held: Array(500).fill(1) }));
  expect(text.length).toBeLessThan(200);
  expect(text).toContain('…');
});
