// Proves: N-DELETE, N-SET and N-ACTION outside MPPS, commitment, print and procedure steps are said, unless the policy
// lists them.
import { describe, expect, it } from 'vitest';
import { destructiveOperation } from '../../src/detections/destructive-operation.ts';
import { asked, findingsOf } from '../support/events.ts';
import { policyOf } from '../support/subject.ts';

const management = '1.2.840.10008.5.1.1.33';
const deletion = { command: 'N-DELETE', service: 'other', sopClass: management };

describe('fires', () => {
  it.each(['N-DELETE', 'N-SET', 'N-ACTION'])('for %s of a class that is not everyday work', (command) => {
    const findings = findingsOf(destructiveOperation, [asked({}, { ...deletion, command })]);
    expect(findings).toMatchObject([{ severity: 'high', key: '["10.20.1.11","10.20.5.10:104"]' }]);
    expect(findings[0].summary).toContain(`${command} of `);
  });

  it('with their number, once an hour', () => {
    const events = [0, 1, 2].map((at) => asked({ at }, deletion));
    expect(findingsOf(destructiveOperation, events)).toMatchObject([{ evidence: { events: 3 } }]);
  });

  it('when the class is not known', () => {
    expect(findingsOf(destructiveOperation, [asked({}, { ...deletion, sopClass: null })])).toHaveLength(1);
  });
});

describe('stays silent', () => {
  it.each([
    ['mpps', 'N-SET'],
    ['commitment', 'N-ACTION'],
    ['print', 'N-DELETE'],
    ['ups', 'N-ACTION'],
  ])('for %s', (service, command) => {
    expect(findingsOf(destructiveOperation, [asked({}, { command, service })])).toEqual([]);
  });

  it('for what creates, reads or stores', () => {
    const events = ['N-CREATE', 'N-GET', 'N-EVENT-REPORT', 'C-STORE'].map((command) =>
      asked({}, { ...deletion, command }),
    );
    expect(findingsOf(destructiveOperation, events)).toEqual([]);
  });

  it('for a class that the policy lists for the title at its address', async () => {
    const policy = await policyOf(`
version: 1
ae_titles: [{ title: CT01, addresses: 10.20.1.11, sop_classes: ['${management}'] }]
`);
    expect(findingsOf(destructiveOperation, [asked({}, deletion)], policy)).toEqual([]);
    const elsewhere = asked({ clientAddress: '10.20.1.66' }, deletion);
    expect(findingsOf(destructiveOperation, [elsewhere], policy)).toHaveLength(1);
  });
});

describe('with loss', () => {
  it('is a finding all the same, and says that it is partial', () => {
    expect(findingsOf(destructiveOperation, [asked({ partial: true }, deletion)])).toMatchObject([{ partial: true }]);
  });
});
