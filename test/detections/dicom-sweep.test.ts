// Proves: one source that echoes five listeners, or tries twenty ports of DICOM in vain, is said; work and retries are
// not.
import { describe, expect, it } from 'vitest';
import { dicomSweep } from '../../src/detections/dicom-sweep.ts';
import { findingsOf, over, times, unanswered } from '../support/events.ts';
import { policyOf } from '../support/subject.ts';

const server = (i: number) => `10.20.5.${i}`;
const echoes = (count: number, gap = 1) =>
  times(count, (i) => over({ serverAddress: server(i), at: i * gap }, [['echo', '1.2.840.10008.1.1']]));

describe('fires', () => {
  it('for echoes to five listeners', () => {
    const findings = findingsOf(dicomSweep, echoes(5));
    expect(findings).toMatchObject([
      { severity: 'high', key: '["10.20.1.11"]', evidence: { listeners: 5, unanswered: 0 } },
    ]);
    expect(findings[0].summary).toMatch(
      /^CT01 \(10\.20\.1\.11\) opened associations to 5 DICOM listeners and did no more than echo \(/,
    );
  });

  it('for associations that were rejected or left', () => {
    const events = times(5, (i) =>
      over({ serverAddress: server(i) }, [], { outcome: i > 2 ? 'rejected' : 'cut', accepted: i <= 2 }),
    );
    expect(findingsOf(dicomSweep, events)).toHaveLength(1);
  });

  it('for twenty addresses and ports without an answer', () => {
    const [finding] = findingsOf(
      dicomSweep,
      times(20, (i) => unanswered({ serverAddress: server(i) })),
    );
    expect(finding.summary).toContain('tried 20 DICOM ports without an answer');
  });
});

it('fires again for the same listeners hours later', () => {
  const later = echoes(5).map((event) => ({ ...event, at: { ...event.at, micros: event.at.micros + 7200e6 } }));
  expect(findingsOf(dicomSweep, [...echoes(5), ...later])).toHaveLength(2);
});

describe('stays silent', () => {
  const store = (i: number) => over({ serverAddress: server(i), at: i }, [['store', '1.2.3']]);
  it.each([
    ['for four listeners', echoes(4)],
    ['for five in more than ten minutes', echoes(5, 151)],
    ['for an archive that sends to ten workstations', times(10, store)],
    ['for echoes to where it works', [...times(10, store), ...echoes(10)]],
    ['for a device that tries its archive again and again', times(500, (at) => unanswered({ at }))],
    ['for nineteen ports', times(19, (i) => unanswered({ serverAddress: server(i) }))],
  ])('%s', (_, events) => {
    expect(findingsOf(dicomSweep, events)).toEqual([]);
  });

  it('for a monitor whose peers the policy names', async () => {
    const policy = await policyOf(`
version: 1
ae_titles: [{ title: CT01, addresses: 10.20.1.11, roles: { scu: [echo] }, peers: [ARCHIVE] }, { title: ARCHIVE }]
`);
    expect(findingsOf(dicomSweep, echoes(20), policy)).toEqual([]);
    const elsewhere = echoes(20).map((event) => ({ ...event, of: { ...event.of, clientAddress: '10.20.1.66' } }));
    expect(findingsOf(dicomSweep, elsewhere, policy)).toHaveLength(1);
  });
});

describe('with loss', () => {
  it.each([
    ['seen in part', { partial: true }, {}],
    ['joined in the middle', { midStream: true }, {}],
    ['of which the end was not seen', {}, { byThem: false, outcome: 'cut' as const }],
  ])('proves nothing by associations %s', (_, given, parts) => {
    expect(
      findingsOf(
        dicomSweep,
        times(9, (i) => over({ serverAddress: server(i), ...given }, [], parts)),
      ),
    ).toEqual([]);
  });
});
