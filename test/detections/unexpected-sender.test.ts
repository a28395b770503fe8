// Proves: objects from a title without the role of a sender, or of a SOP class it may not send, are said; others are
// not.
import { describe, expect, it } from 'vitest';
import { unexpectedSender } from '../../src/detections/unexpected-sender.ts';
import { withoutPolicy } from '../../src/policy/compile.ts';
import { asked, findingsOf } from '../support/events.ts';
import { policyOf } from '../support/subject.ts';

const policy = await policyOf(`
version: 1
ae_titles:
  - { title: VIEWER, addresses: 10.20.8.1, roles: { scu: [query, retrieve] } }
  - { title: CT01, addresses: 10.20.1.11, roles: { scu: [store] }, sop_classes: [CT Image Storage] }
  - { title: GATEWAY, addresses: 10.20.1.1 }
`);
const viewer = { callingAe: 'VIEWER', clientAddress: '10.20.8.1' };
const mr = { sopClass: '1.2.840.10008.5.1.4.1.1.4' };

describe('fires', () => {
  it('for a title that is no sender, once an hour and class', () => {
    const findings = findingsOf(unexpectedSender, [asked(viewer), asked({ ...viewer, at: 5 })], policy);
    expect(findings).toMatchObject([
      { severity: 'medium', key: '["VIEWER","1.2.840.10008.5.1.4.1.1.2"]', evidence: { reason: 'not-a-sender' } },
    ]);
    expect(findings[0].summary).toBe(
      'VIEWER (10.20.8.1) sent 2 objects of CT Image Storage to ARCHIVE: the policy gives it no role in which it sends (not-a-sender).',
    );
  });

  it('for a SOP class that it may not send', () => {
    expect(findingsOf(unexpectedSender, [asked({}, mr)], policy)).toMatchObject([
      { evidence: { reason: 'other-class' } },
    ]);
  });
});

describe('stays silent', () => {
  it.each([
    ['for a sender of its class', asked({})],
    ['for a title that may do anything', asked({ callingAe: 'GATEWAY', clientAddress: '10.20.1.1' }, mr)],
    ['for what a server sends within a C-GET', asked({ ...viewer, calledAe: 'VIEWER' }, { requester: 'server' })],
    ['for a title from elsewhere, which is not allowed anyway', asked({ ...viewer, clientAddress: '10.20.9.9' })],
    ['for other commands', asked(viewer, { command: 'C-FIND' })],
  ])('%s', (_, event) => {
    expect(findingsOf(unexpectedSender, [event], policy)).toEqual([]);
  });

  it('without a list of AE titles', () => {
    expect(findingsOf(unexpectedSender, [asked(viewer)], withoutPolicy)).toEqual([]);
  });
});

describe('with loss', () => {
  it('proves nothing where the title was not seen', () => {
    expect(findingsOf(unexpectedSender, [asked({ ...viewer, callingAe: null })], policy)).toEqual([]);
  });
});
