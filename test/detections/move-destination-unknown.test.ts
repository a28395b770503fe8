// Proves: a C-MOVE to a title that the policy does not know, or nobody ever saw, is said with the stores that it
// causes.
import { describe, expect, it } from 'vitest';
import { moveDestinationUnknown } from '../../src/detections/move-destination-unknown.ts';
import { accepted, answered, asked, findingsOf, requested, sent } from '../support/events.ts';
import { policyOf } from '../support/subject.ts';

const policy = await policyOf(`
version: 1
ae_titles:
  - { title: ARCHIVE, addresses: 10.20.5.10, move_destinations: [WS01] }
  - { title: [WS01, WS02, CT01] }
`);
const move = { command: 'C-MOVE', service: 'retrieve', messageId: 7 };
const to = (moveDestination: string) => ({ ...move, moveDestination });
/** The archive sends what the C-MOVE asked for. */
const store = sent(
  {
    associationId: 'abbb',
    clientAddress: '10.20.5.10',
    callingAe: 'ARCHIVE',
    serverAddress: '10.20.9.9',
    calledAe: 'THIEF',
    at: 2,
  },
  'p1',
  { moveOriginator: 'CT01', moveOriginatorMessageId: 7 },
);

describe('fires', () => {
  it.each([
    ['unknown', 'THIEF'],
    ['not-listed', 'WS02'],
  ])('with reason %s', (reason, destination) => {
    const findings = findingsOf(moveDestinationUnknown, [asked({}, to(destination))], policy);
    expect(findings).toMatchObject([
      { severity: 'high', key: `["${destination}","10.20.1.11"]`, evidence: { reason } },
    ]);
  });

  it('with the store association that it caused', () => {
    const [finding] = findingsOf(moveDestinationUnknown, [asked({}, to('THIEF')), store], policy);
    expect(finding.evidence).toMatchObject({ objects: 1, receivers: ['10.20.9.9'], storeAssociations: ['abbb'] });
    expect(finding.summary).toBe(
      'CT01 (10.20.1.11) asked ARCHIVE (10.20.5.10:104) to send to THIEF (1 C-MOVE): the policy does not know that title (unknown). 1 object went to 10.20.9.9.',
    );
  });

  it('without a list when the server refuses, for it does not know the title either', () => {
    const refused = answered({ at: 1 }, to('ELSEWHERE'), 0xa801);
    expect(findingsOf(moveDestinationUnknown, [asked({}, to('ELSEWHERE')), refused])).toMatchObject([
      { evidence: { reason: 'refused' } },
    ]);
  });

  it('without a list for a title never seen in more than a day', () => {
    const events = [requested({}), asked({ at: 86_401 }, to('ELSEWHERE'))];
    expect(findingsOf(moveDestinationUnknown, events)).toMatchObject([{ evidence: { reason: 'never-seen' } }]);
  });
});

describe('stays silent', () => {
  it('for destinations of the policy', () => {
    expect(findingsOf(moveDestinationUnknown, [asked({}, to('WS01')), answered({}, to('WS01'))], policy)).toEqual([]);
  });

  it.each([
    ['for a title that has called', [requested({ callingAe: 'ELSEWHERE' }), asked({ at: 90_000 }, to('ELSEWHERE'))]],
    ['for a title that was answered', [accepted({ calledAe: 'ELSEWHERE' }), asked({ at: 90_000 }, to('ELSEWHERE'))]],
    ['in the first day, when nearly all is new', [requested({}), asked({ at: 80_000 }, to('ELSEWHERE'))]],
    ['for stores without a move', [store]],
  ])('without a list %s', (_, events) => {
    expect(findingsOf(moveDestinationUnknown, events)).toEqual([]);
  });
});

describe('with loss', () => {
  it('proves nothing by responses whose request was not seen', () => {
    expect(findingsOf(moveDestinationUnknown, [answered({}, move, 0xa801)], policy)).toEqual([]);
  });

  it('links no store to another move', () => {
    const another = {
      ...store,
      operation: { ...(store.kind === 'object-sent' ? store.operation : to('')), moveOriginatorMessageId: 8 },
    };
    const [finding] = findingsOf(moveDestinationUnknown, [asked({}, to('THIEF')), another as typeof store], policy);
    expect(finding.evidence).toMatchObject({ objects: 0 });
  });
});
