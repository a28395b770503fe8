// Proves that colours are there for a terminal and nowhere else.
import { describe, expect, it } from 'vitest';
import { makePaint } from '../../src/commands/paint.ts';
import { shownLength } from '../../src/commands/typeset.ts';
import { severities } from '../../src/model/records.ts';

describe('colours', () => {
  it('are none where they are not wanted', () => {
    // Proves that a pipe gets plain text.
    const paint = makePaint(false);
    expect([paint.bold('a'), paint.dim('a'), paint.good('a'), paint.warn('a')]).toEqual(['a', 'a', 'a', 'a']);
    for (const severity of severities) expect(paint.severity(severity, 'a')).toBe('a');
  });

  it('tell severities apart, and end where they should', () => {
    // Proves that each severity has its own, and none runs on.
    const painted = severities.map((severity) => makePaint(true).severity(severity, 'a'));
    expect(new Set(painted).size).toBe(severities.length);
    for (const text of painted) {
      expect(text.endsWith('\x1b[0m')).toBe(true);
      expect(shownLength(text)).toBe(1);
    }
  });
});
