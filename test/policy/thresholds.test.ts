// Proves: thresholds have the documented defaults, are set one by one, and belong to detections that a policy may name.
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { withoutPolicy } from '../../src/policy/compile.ts';
import { detectionSlugs } from '../../src/policy/content.ts';
import { thresholdNames, thresholdsWith, thresholdTable } from '../../src/policy/thresholds.ts';
import { policyOf } from '../support/subject.ts';

describe('thresholds', () => {
  it('have the defaults of the documentation without a policy', () => {
    expect(withoutPolicy.thresholds).toEqual({
      'tls-certificate': { expiry_days: 30, rsa_bits: 2048 },
      'ae-collision': { window_hours: 24 },
      'ae-any-accepted': { titles: 3 },
      'ae-guessing': { rejections: 10, titles: 5, window_minutes: 10 },
      'dicom-sweep': { listeners: 5, unanswered: 20, window_minutes: 10 },
      'capability-probe': { contexts: 60 },
      'bulk-query': { unrestricted: 100, patients: 500, window_minutes: 60 },
      'bulk-retrieval': { patients: 50, objects: 10_000, window_minutes: 60 },
      'protocol-violation': { repeated: 10, window_minutes: 60 },
      'evasion-suspected': { segments: 8, segment_bytes: 8 },
      'association-exhaustion': { rejections: 10, held: 50, window_minutes: 1 },
      'sensor-blind': { lost_percent: 10, window_minutes: 15 },
    });
  });

  it('are set one by one', async () => {
    const { thresholds } = await policyOf('version: 1\nthresholds: { ae-guessing: { titles: 9 } }');
    expect(thresholds['ae-guessing']).toEqual({ rejections: 10, titles: 9, window_minutes: 10 });
    expect(thresholds['bulk-query']).toEqual(withoutPolicy.thresholds['bulk-query']);
  });

  it('come in layers, the last of which wins', () => {
    const site = { 'bulk-retrieval': { objects: 20_000, patients: 60 } };
    const own = { 'bulk-retrieval': { objects: 900_000 } };
    expect(thresholdsWith(site, undefined, own)['bulk-retrieval']).toMatchObject({ objects: 900_000, patients: 60 });
  });

  it.each(Object.keys(thresholdTable))('of %s are those of a detection', (slug) => {
    expect(detectionSlugs).toContain(slug);
    expect(thresholdNames(slug).length).toBeGreaterThan(0);
  });

  it('are none of a detection without any', () => {
    expect(thresholdNames('phi-cleartext')).toEqual([]);
    expect(thresholdNames('toString')).toEqual([]);
  });
});

/** What `docs/policy.md` says between its two marks. */
function thresholdRows(): string {
  const rows = Object.entries(thresholdTable).flatMap(([slug, names]) =>
    Object.entries(names).map(([name, [value, about]]) => `| \`${slug}\` | \`${name}\` | ${value} | ${about} |`),
  );
  return ['| detection | threshold | default | what is counted |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

it('of the page are those of the program', () => {
  const path = new URL('../../docs/policy.md', import.meta.url);
  const marks = /(<!-- thresholds: [^>]* -->\n)(.*?)(\n<!-- end of thresholds -->)/s;
  if (process.env['DICOMTAP_GOLDEN'] === 'write')
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace(marks, (_, begin, __, end) => begin + thresholdRows() + end),
    );
  const page = readFileSync(path, 'utf8');
  const [, , shown] = marks.exec(page) ?? [];
  expect(shown).toBe(thresholdRows());
});
