// Proves that a policy in force answers everything as the one it stands for, also after another took its place.
import { expect, it } from 'vitest';
import { withoutPolicy } from '../../src/policy/compile.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { PolicyInForce } from '../../src/policy/policy-in-force.ts';
import { policyOf } from '../support/subject.ts';

const text = `version: 1
site: A
networks: { internal: [198.51.100.0/24] }
ae_titles: [{ title: CT, addresses: [198.51.100.1], ports: [104] }]
severities: { phi-cleartext: low }
exceptions: [{ detection: bulk-query, until: 2030-01-01, reason: x }]
`;
const ends = { clientAddress: '198.51.100.1', serverAddress: '10.0.0.1', callingAe: 'CT', calledAe: 'X' };

function answers(policy: Policy) {
  const { digest, site, internalAssumed, tlsAsked, listsAeTitles, selfSignedForbidden, asksIdentity, thresholds } =
    policy;
  return {
    fields: { digest, site, internalAssumed, tlsAsked, listsAeTitles, selfSignedForbidden, asksIdentity, thresholds },
    internal: [policy.isInternal('198.51.100.1'), policy.isInternal('10.0.0.1')],
    listener: policy.isDicomListener('198.51.100.1', 104),
    entries: [policy.callers('CT'), policy.answerers('CT')],
    tolerance: policy.tolerance(ends, 1),
    exception: policy.exception('bulk-query', ends, 1),
    severity: policy.severity('phi-cleartext'),
    thresholdsOf: policy.thresholdsOf('CT', '198.51.100.1'),
    identity: policy.identityAsked('CT', '198.51.100.1'),
    destination: policy.moveDestination(ends, 'CT'),
    tool: policy.expectedTool('nmap', ends, 1),
  };
}

it('answers as the present one', async () => {
  const policy = await policyOf(text);
  const inForce = new PolicyInForce(withoutPolicy);
  expect(answers(inForce)).toEqual(answers(withoutPolicy));
  inForce.current = policy;
  expect(answers(inForce)).toEqual(answers(policy));
  expect(answers(policy)).not.toEqual(answers(withoutPolicy));
});
