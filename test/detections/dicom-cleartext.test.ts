// Proves: DICOM without TLS is a finding only where a policy file asks for TLS, and only once no patient data came.
import { describe, expect, it } from 'vitest';
import { dicomCleartext } from '../../src/detections/dicom-cleartext.ts';
import { judge, judgement } from '../../src/detections/judge.ts';
import { withoutPolicy } from '../../src/policy/compile.ts';
import { association, policyOf, START, storing, subject } from '../support/subject.ts';

const asks = await policyOf('version: 1');

describe('fires', () => {
  it('on an association without TLS and without patient data', () => {
    expect(dicomCleartext.judge(subject(association()), asks)).toMatchObject({
      severity: 'low',
      time: START,
      packet: { capture: 'capture-1', frame: 4 },
      key: ['10.20.1.11', '10.20.5.10:104'],
      summary:
        'DICOM without TLS, which the policy asks for, from CT01 (10.20.1.11) to ARCHIVE (10.20.5.10:104): ' +
        '1 operation; no patient data was seen.',
      evidence: { operations: 1 },
    });
  });
});

describe('stays silent', () => {
  it.each([
    ['over TLS', association({ tls: true })],
    ['with patient data, which is another finding', storing()],
    ['while patient data may still come', association({ ended: false, outcome: 'accepted' })],
    ['when rejected', association({ accepted: false, outcome: 'rejected' })],
    ['when never answered', association({ accepted: null, outcome: 'cut' })],
  ])('%s', (_, given) => {
    expect(dicomCleartext.judge(subject(given), asks)).toBeNull();
  });

  it('without a policy file', () => {
    expect(dicomCleartext.judge(subject(association()), withoutPolicy)).toBeNull();
  });

  it('where the policy does not ask for TLS', async () => {
    const policy = await policyOf('version: 1\nencryption: { tls: not-asked }');
    expect(dicomCleartext.judge(subject(association()), policy)).toBeNull();
  });

  it('where clear text is tolerated, and not a day longer', async () => {
    const policy = await policyOf(
      'version: 1\nencryption: { cleartext_tolerated: [{ until: 2026-03-01, reason: migration }] }',
    );
    const { findings, heldBack } = judgement(subject(association()), policy);
    expect(findings).toEqual([]);
    expect(heldBack).toMatchObject([
      { detection: 'dicom-cleartext', by: 'tolerance', index: 0, until: '2026-03-01', reason: 'migration' },
    ]);
    const later = judgement(subject(association({ start: START + 86_400_000_000 })), policy);
    expect(later.findings.map(({ detection }) => detection)).toEqual(['dicom-cleartext']);
    expect(later.heldBack).toEqual([]);
  });
});

describe('with loss', () => {
  it('fires on an association joined in the middle, and says it is partial', () => {
    const joined = association({
      midStream: true,
      accepted: null,
      callingAe: null,
      calledAe: null,
      complete: false,
      incomplete: ['mid-stream'],
    });
    const [finding] = judge(subject(joined), asks);
    expect(finding).toMatchObject({ detection: 'dicom-cleartext', partial: true });
    expect(finding?.summary).toContain('Seen only in part (the beginning was not seen)');
  });
});
