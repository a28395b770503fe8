// Proves: patient data without TLS is said once, with its numbers and never a value; TLS, no data and tolerance keep it
// quiet.
import { describe, expect, it } from 'vitest';
import { judge } from '../../src/detections/judge.ts';
import { phiCleartext } from '../../src/detections/phi-cleartext.ts';
import { withoutPolicy } from '../../src/policy/compile.ts';
import { tlsSession } from '../support/records.ts';
import { association, exposure, policyOf, START, shown, storing, subject } from '../support/subject.ts';

const seen = exposure([
  shown({ attribute: 'PatientName' }),
  shown({ attribute: 'PatientID', tag: '00100020', count: 2 }),
  shown({ attribute: 'PatientID', tag: '00100020', count: 1, seenIn: 'query-key' }),
  shown({ attribute: 'PatientBirthDate', tag: '00100030', class: 'quasi' }),
  shown({ attribute: 'OperatorsName', tag: '00081070', class: 'staff' }),
]);

describe('fires', () => {
  const opinion = phiCleartext.judge(subject(storing(), seen), withoutPolicy);

  it('with severity high inside the site, at the packet that proved it', () => {
    expect(opinion).toMatchObject({
      severity: 'high',
      time: START + 1_000_000,
      packet: { capture: 'capture-1', frame: 9 },
      key: ['10.20.1.11', '10.20.5.10:104', 'CT01'],
    });
  });

  it('in a sentence with who, to whom, how much and what was shown', () => {
    expect(opinion?.summary).toBe(
      'Patient data observed without encryption between CT01 (10.20.1.11) and ARCHIVE (10.20.5.10:104): 3 objects, ' +
        '2 patients, 2 studies and 1500000 bytes of data sets, showing PatientID, PatientName and PatientBirthDate ' +
        'in query keys and stored objects. Maps to 45 CFR 164.312(e)(1).',
    );
  });

  it('within TLS that does not encrypt, and says so', () => {
    const session = tlsSession('t1', 'c1', { cipherSuite: 'TLS_RSA_WITH_NULL_SHA' });
    const within = phiCleartext.judge({ ...subject(storing({ tls: true }), seen), tls: session }, withoutPolicy);
    expect(within?.summary).toContain('It runs inside TLS that does not encrypt (TLS_RSA_WITH_NULL_SHA).');
    expect(within?.severity).toBe('high');
    expect(within?.evidence).toMatchObject({ tls: true });
  });

  it('with the numbers by class of attribute and by how they were seen', () => {
    expect(opinion?.evidence).toMatchObject({
      objects: 3,
      patients: 2,
      studies: 2,
      clientDataBytes: 1_500_000,
      attributes: {
        direct: { PatientID: 3, PatientName: 3 },
        quasi: { PatientBirthDate: 3 },
        staff: { OperatorsName: 3 },
      },
      seenIn: { stored: 11, 'query-key': 1 },
      outside: [],
    });
  });

  it('as critical when one end is outside the internal networks, and says which', () => {
    const outside = phiCleartext.judge(subject(storing({ serverAddress: '203.0.113.9' }), seen), withoutPolicy);
    expect(outside?.severity).toBe('critical');
    expect(outside?.summary).toContain('203.0.113.9 is outside the internal networks (assumed: private addresses).');
  });

  it('while the association lasts, and where no AE title was seen', () => {
    const open = storing({
      ended: false,
      outcome: 'cut',
      midStream: true,
      accepted: null,
      callingAe: null,
      calledAe: null,
    });
    const found = phiCleartext.judge(subject(open, null), withoutPolicy);
    expect(found?.summary).toContain('between 10.20.1.11 and 10.20.5.10:104: 3 objects');
    expect(found?.key).toEqual(['10.20.1.11', '10.20.5.10:104', '']);
  });

  it('telling apart objects that claim to be de-identified', () => {
    const mixed = exposure([
      shown({ count: 3, deidentifiedCount: 2 }),
      shown({ attribute: 'PatientAge', class: 'quasi', count: 2, deidentifiedCount: 2 }),
    ]);
    const found = phiCleartext.judge(subject(storing({ deidentifiedObjects: 2 }), mixed), withoutPolicy);
    expect(found?.summary).toContain('showing PatientName in stored objects');
    expect(found?.summary).toContain('2 of the 3 objects claim to be de-identified');
    expect(found?.evidence).toMatchObject({
      attributes: { direct: { PatientName: 1 }, claimedDeidentified: { PatientAge: 2, PatientName: 2 } },
    });
  });
});

describe('stays silent', () => {
  it.each([
    ['without patient data', association({ objects: 3, clientDataBytes: 1_500_000 })],
    ['when every object claims to be de-identified', association({ objects: 3, deidentifiedObjects: 3 })],
  ])('%s', (_, given) => {
    expect(phiCleartext.judge(subject(given, seen), withoutPolicy)).toBeNull();
  });
});

describe('where the policy tolerates clear text', () => {
  const yaml = `
version: 1
encryption:
  cleartext_tolerated:
    - { clients: [CT01], servers: [ARCHIVE], until: 2026-03-01, reason: the scanner is old. }
`;

  it('is info until the end of the last day, with date and reason', async () => {
    const found = phiCleartext.judge(subject(storing(), seen), await policyOf(yaml));
    expect(found).toMatchObject({ severity: 'info', tolerated: true });
    expect(found?.summary).toContain('The policy tolerates it through 2026-03-01: the scanner is old.');
  });

  it.each([
    ['the day after, by packet time', { patientDataTime: START + 86_400_000_000 }, 'high'],
    ['for another client', { callingAe: 'CT02' }, 'high'],
    ['for an end outside that is not named by address', { serverAddress: '8.8.8.8' }, 'critical'],
  ])('is not %s', async (_, given, severity) => {
    expect(phiCleartext.judge(subject(storing(given), seen), await policyOf(yaml))?.severity).toBe(severity);
  });
});

describe('with loss', () => {
  it('says that it saw only a part, and why', () => {
    const partial = storing({ complete: false, incomplete: ['mid-stream', 'missed-bytes'] });
    const [finding] = judge(subject(partial, seen), withoutPolicy);
    expect(finding).toMatchObject({ detection: 'phi-cleartext', partial: true });
    expect(finding?.summary).toMatch(
      /Seen only in part \(the beginning was not seen and bytes are missing\): true numbers may be higher\.$/,
    );
  });

  it('proves nothing where the data was in the hole', () => {
    const hole = association({ operations: 3, objects: 3, complete: false, incomplete: ['missed-bytes'] });
    expect(phiCleartext.judge(subject(hole, null), withoutPolicy)).toBeNull();
  });
});
