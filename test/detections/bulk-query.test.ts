// Proves: 100 patients for a query without a key, or 500 in an hour, are said with their number; everyday queries are
// not.
import { describe, expect, it } from 'vitest';
import { bulkQuery } from '../../src/detections/bulk-query.ts';
import type { Event } from '../../src/ledger/events.ts';
import { acted, findingsOf, happened, times } from '../support/events.ts';
import { policyOf } from '../support/subject.ts';

const studyRoot = '1.2.840.10008.5.1.4.1.2.2.1';

function query(
  answers: number,
  options: { restricted?: boolean | null; patients?: number; id?: string; at?: number; service?: string } = {},
): Event[] {
  const { restricted = false, patients = answers, id = 'o1', at = 0, service = 'query' } = options;
  const operation = acted({ id, command: 'C-FIND', service, sopClass: studyRoot });
  return [
    { kind: 'query-asked', ...happened({ at }), operation, restricted },
    ...times(
      answers,
      (i): Event => ({
        kind: 'record-handed-out',
        ...happened({ at }),
        operation,
        patientHash: `${id}${i % patients}`,
        studyHash: `s${i}`,
      }),
    ),
  ];
}

describe('fires', () => {
  it('for 100 patients without any restricting key', () => {
    const findings = findingsOf(bulkQuery, query(120));
    expect(findings).toMatchObject([
      { severity: 'high', evidence: { patients: 120, unrestricted: 120, queries: 1, events: 120 } },
    ]);
    expect(findings[0].summary).toBe(
      'CT01 (10.20.1.11) was handed out 120 patients by ARCHIVE (10.20.5.10:104) within a second, 120 of them to queries without any restricting key: 120 records in answer to 1 query (Study Root Query/Retrieve Information Model - FIND).',
    );
  });

  it('for 500 patients in an hour, name by name', () => {
    const events = times(25, (i) => query(20, { restricted: true, id: `o${i}x`, at: i * 60 })).flat();
    expect(findingsOf(bulkQuery, events)).toMatchObject([{ evidence: { patients: 500, unrestricted: 0 } }]);
  });
});

describe('stays silent', () => {
  it.each([
    ['for 99 patients', query(99)],
    ['for 499 patients to keys', query(499, { restricted: true })],
    ['for 5,000 studies of 80 patients', query(5000, { patients: 80 })],
    [
      'for 500 patients in more than an hour',
      [...query(250, { restricted: true }), ...query(250, { restricted: true, id: 'p', at: 3601 })],
    ],
    ['for a worklist', query(600, { service: 'worklist' })],
  ])('%s', (_, events) => {
    expect(findingsOf(bulkQuery, events)).toEqual([]);
  });

  it('below the thresholds of a device', async () => {
    const policy = await policyOf(
      'version: 1\nae_titles: [{ title: CT01, addresses: 10.20.1.11, thresholds: { bulk-query: { unrestricted: 1000, patients: 9000 } } }]',
    );
    expect(findingsOf(bulkQuery, query(900), policy)).toEqual([]);
  });
});

describe('with loss', () => {
  it('takes a query whose identifier was not seen whole for a restricted one', () => {
    expect(findingsOf(bulkQuery, query(120, { restricted: null }))).toEqual([]);
    expect(findingsOf(bulkQuery, query(500, { restricted: null }))).toHaveLength(1);
  });

  it('counts a study where no patient was seen', () => {
    const events = query(100).map((event) =>
      event.kind === 'record-handed-out' ? { ...event, patientHash: null } : event,
    );
    expect(findingsOf(bulkQuery, events)).toMatchObject([{ evidence: { patients: 100 } }]);
  });
});
