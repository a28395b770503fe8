// Proves that JSON is printable ASCII whatever is in it, reads back the same, and has fields at their paths.
import { expect, it } from 'vitest';
import { asciiJson, placed } from '../../../src/sinks/formats/json.ts';
import { hostileTexts } from '../../support/out-messages.ts';

it('reads back the same', () => {
  for (const text of [...hostileTexts, '\ud83d', '"\\/\b\f']) {
    const written = asciiJson({ [text]: [text, { text }] });
    expect(written).toMatch(/^[ -~]*$/);
    expect(JSON.parse(written)).toEqual({ [text]: [text, { text }] });
  }
});

it('fields stand at their paths beside what is there; times are RFC 3339', () => {
  const fields = { kind: 'test', id: 'x', revision: 1, time: 1_772_353_800_000_001, severity: 'low' } as const;
  expect(placed(fields, 'ecs', { event: { dataset: 'd' } })).toEqual({
    '@timestamp': '2026-03-01T08:30:00.000001Z',
    event: { dataset: 'd', id: 'x' },
    dicomtap: { kind: 'test', revision: 1, severity: 'low' },
  });
});
