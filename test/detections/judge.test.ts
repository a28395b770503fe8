// Proves: opinions become findings with stable ids, order and keys; severities, exceptions and loss apply; no value
// gets through.
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../src/detections/catalogue.ts';
import { judge, judgement } from '../../src/detections/judge.ts';
import { withoutPolicy } from '../../src/policy/compile.ts';
import { association, exposure, policyOf, START, shown, storing, subject } from '../support/subject.ts';

/** Everything that can be wrong with one association. */
const worst = subject(
  storing({
    clientAddress: '203.0.113.5',
    callingAe: 'NOBODY',
    calledAe: 'NOWHERE',
    identityType: 'username-passcode',
    identityPasscodeEmpty: true,
  }),
  exposure([shown()], { revealed: { PatientName: ['CANARY^VALUE'] } }),
  [{ service: 'store', role: 'client-scu' }],
);

const list = 'version: 1\nae_titles: [{ title: CT01 }]\n';

describe('a finding', () => {
  const findings = judge(worst, withoutPolicy);

  it('has every field of the record', () => {
    const [phi] = findings;
    expect(phi).toMatchObject({
      detection: 'phi-cleartext',
      severity: 'critical',
      time: START + 1_000_000,
      clientAddress: '203.0.113.5',
      clientPort: 50_000,
      serverAddress: '10.20.5.10',
      serverPort: 104,
      callingAe: 'NOBODY',
      calledAe: 'NOWHERE',
      associationId: worst.association.id,
      connectionId: worst.association.connectionId,
      key: '["203.0.113.5","10.20.5.10:104","NOBODY"]',
      capture: 'capture-1',
      frame: 9,
      partial: false,
      withdrawn: false,
    });
    expect(phi?.id).toMatch(/^f[a-z2-7]{26}$/);
    expect(phi?.references).toContain('45 CFR 164.312(e)(1)');
  });

  it('says what to do next', () => {
    for (const finding of findings)
      expect(finding).toHaveProperty('evidence.next', expect.stringMatching(/^[A-Z].*\.$/));
  });

  it('is the same each time it is judged', () => {
    expect(judge(worst, withoutPolicy)).toEqual(findings);
  });

  it('never holds a revealed value', () => {
    expect(JSON.stringify(findings)).not.toContain('CANARY');
  });

  it('never calls anything a violation', () => {
    expect(JSON.stringify(findings)).not.toMatch(/violat/i);
  });
});

describe('the order', () => {
  it('is that of the catalogue', async () => {
    const found = judge(worst, await policyOf(list)).map(({ detection }) => detection);
    expect(found).toEqual([
      'phi-cleartext',
      'credentials-cleartext',
      'ae-not-allowed',
      'called-ae-unknown',
      'public-address',
    ]);
    expect(catalogue.map(({ slug }) => slug).filter((slug) => found.includes(slug))).toEqual(found);
  });
});

describe('severities of the policy', () => {
  it('replace the default, and off silences', async () => {
    const policy = await policyOf(`${list}severities: { phi-cleartext: medium, public-address: off }`);
    const found = judge(worst, policy);
    expect(found.find(({ detection }) => detection === 'phi-cleartext')?.severity).toBe('medium');
    expect(found.some(({ detection }) => detection === 'public-address')).toBe(false);
  });

  it('leave what is tolerated at info', async () => {
    const policy = await policyOf(`
version: 1
severities: { phi-cleartext: critical }
encryption: { cleartext_tolerated: [{ until: 2026-12-31, reason: migration }] }`);
    expect(judge(subject(storing()), policy).map(({ severity }) => severity)).toEqual(['info']);
  });
});

describe('exceptions of the policy', () => {
  const excepting = (until: string) =>
    policyOf(`${list}
exceptions:
  - { detection: ae-not-allowed, clients: [{ ae_title: NOBODY, address: 203.0.113.5 }], until: ${until}, reason: monitoring }`);

  it('keep a finding from being raised, and count it', async () => {
    const { findings, heldBack } = judgement(worst, await excepting('2026-03-01'));
    expect(findings.some(({ detection }) => detection === 'ae-not-allowed')).toBe(false);
    expect(heldBack).toEqual([
      {
        findingId: expect.stringMatching(/^f/),
        detection: 'ae-not-allowed',
        associationId: worst.association.id,
        connectionId: worst.association.connectionId,
        by: 'exception',
        index: 0,
        until: '2026-03-01',
        reason: 'monitoring',
      },
    ]);
  });

  it('end with their last day, by packet time', async () => {
    const { findings, heldBack } = judgement(worst, await excepting('2026-02-28'));
    expect(findings.some(({ detection }) => detection === 'ae-not-allowed')).toBe(true);
    expect(heldBack).toEqual([]);
  });
});

describe('nothing vanishes', () => {
  it('for every finding is raised or counted as held back, whatever the policy says of it', async () => {
    const all = judge(worst, await policyOf(list)).map(({ id }) => id);
    const every = 'until: 2099-12-31, reason: x';
    const settings = [
      `severities: {${catalogue.map(({ slug }) => `${slug}: off`).join(', ')}}`,
      `exceptions: [${catalogue.map(({ slug }) => `{ detection: ${slug}, ${every} }`).join(', ')}]`,
      `encryption: { cleartext_tolerated: [{ clients: [{ address: 0.0.0.0/0 }], ${every} }] }`,
    ];
    for (const setting of settings) {
      const { findings, heldBack } = judgement(worst, await policyOf(`${list}${setting}`));
      const seen = [...findings.map(({ id }) => id), ...heldBack.map(({ findingId }) => findingId)];
      expect(seen.toSorted()).toEqual(all.toSorted());
    }
  });
});

describe('normal traffic', () => {
  it('has no finding without a policy, not even with loss', () => {
    expect(judge(subject(association()), withoutPolicy)).toEqual([]);
    expect(judge(subject(association({ complete: false, incomplete: ['missed-bytes'] })), withoutPolicy)).toEqual([]);
  });
});
