// Proves that the line for people says who and what first, and that nothing from the wire stands before the sentence.
import { expect, it } from 'vitest';
import { fieldsOf } from '../../../src/sinks/formats/fields.ts';
import { sentence } from '../../../src/sinks/formats/sentence.ts';
import {
  alertMessage,
  everyKind,
  findingMessage,
  hostile,
  hostileTexts,
  testMessage,
} from '../../support/out-messages.ts';

const head =
  /^dicomtap (alert|finding|association|health|heartbeat|gap|test) (\S+) revision (\d+) (INFO|LOW|MEDIUM|HIGH|CRITICAL)( [a-z-]+)? \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z: (.*)$/u;

it('of an alert', () => {
  expect(sentence(fieldsOf(alertMessage()))).toBe(
    'dicomtap alert laaaaaaaaaaaaaaaaaaaaaaaaaa revision 2 HIGH phi-cleartext 2026-03-01T10:00:00.000001Z: ' +
      'Patient data observed without encryption between MODALITY (10.0.0.2) and PACS (10.0.0.1:104): 1 patient. ' +
      'Stands for 3 findings. Next: Turn on DICOM TLS between these two (PS3.15 B.12).',
  );
});

it('of a withdrawn finding, and of one without a sentence', () => {
  expect(sentence(fieldsOf(findingMessage({ withdrawn: true, summary: 'So.', evidence: {} })))).toMatch(
    /: Withdrawn\. So\.$/,
  );
  const { summary: _, ...rest } = fieldsOf(testMessage);
  expect(sentence({ ...rest, truncated: true })).toMatch(/: \(truncated\)$/);
});

it('every kind has its head', () => {
  for (const message of everyKind)
    expect(head.exec(sentence(fieldsOf(message)))?.slice(1, 3)).toEqual([message.kind, message.id]);
});

it.each([...hostile, ...hostileTexts.map((text) => [text, text] as const)])('%j stands behind the head', (_, title) => {
  const fields = fieldsOf(findingMessage({ summary: `By ${title}.`, callingAe: title }));
  const parts = head.exec(sentence(fields));
  expect(parts?.[2]).toBe(fields.id);
  expect(parts?.[6]).toContain(String(fields.summary));
});
