// Proves: nmap's dicom scripts and DCMTK's defaults are recognised as recorded; devices and expected tools are not
// said.
import { describe, expect, it } from 'vitest';
import { judgement } from '../../src/detections/judge.ts';
import { scannerFingerprint } from '../../src/detections/scanner-fingerprint.ts';
import type { AssociationRecord } from '../../src/model/records.ts';
import { withoutPolicy } from '../../src/policy/compile.ts';
import { association, policyOf, subject } from '../support/subject.ts';

const verification = {
  id: 1,
  abstractSyntax: '1.2.840.10008.1.1',
  transferSyntaxes: ['1.2.840.10008.1.2'],
  scuRole: null,
  scpRole: null,
  result: 0,
  acceptedTransferSyntax: '1.2.840.10008.1.2',
};
/** As in pcaps/nmap.pcap. */
const nmap: Partial<AssociationRecord> = {
  callingAe: 'ECHOSCU',
  calledAe: 'ANY-SCP',
  clientImplementationUid: '1.2.276.0.7230010.3.0.3.6.2',
  clientImplementationVersion: 'OFFIS_DCMTK_362',
  contexts: [verification],
  outcome: 'cut',
  operations: 0,
};
const judged = (given: Partial<AssociationRecord>, policy = withoutPolicy) =>
  scannerFingerprint.judge(subject(association(given)), policy);
const list = await policyOf('version: 1\nae_titles: [{ title: CT01 }, { title: ECHOSCU, addresses: 10.20.7.7 }]');

describe('fires', () => {
  it('for nmap, which leaves without an echo', () => {
    const opinion = judged(nmap);
    expect(opinion).toMatchObject({ severity: 'medium', key: ['10.20.1.11', 'nmap'], evidence: { tool: 'nmap' } });
    expect(opinion?.summary).toContain("looks like nmap's dicom scripts");
    expect(opinion?.summary).toContain('identifies itself as DCMTK (OFFIS_DCMTK_362)');
  });

  it('for the defaults of a command of DCMTK that the policy does not know', () => {
    expect(judged({ callingAe: 'FINDSCU' }, list)?.evidence).toMatchObject({ tool: 'dcmtk' });
  });
});

describe('stays silent', () => {
  it.each([
    ['when it echoes, as the command of that name does', { ...nmap, operations: 1 }],
    ['for another version of what it claims to be', { ...nmap, clientImplementationVersion: 'OFFIS_DCMTK_367' }],
    ['under another title', { ...nmap, callingAe: 'CT01' }],
    ['when it offers more', { ...nmap, contexts: [verification, { ...verification, id: 3 }] }],
    ['when it was rejected: any old command would look like that', { ...nmap, accepted: false }],
    ['for defaults of DCMTK without a list of AE titles', { callingAe: 'FINDSCU' }],
  ])('%s', (_, given) => {
    expect(judged(given)).toBeNull();
  });

  it('for a title that the policy knows', () => {
    expect(judged({ callingAe: 'ECHOSCU' }, list)).toBeNull();
  });

  it('for a tool that is expected, and counts it', async () => {
    const policy = await policyOf(
      'version: 1\ntools: [{ tool: nmap, clients: [{ address: 10.20.1.11 }], reason: the security team }]',
    );
    const { findings, heldBack } = judgement(subject(association(nmap)), policy);
    expect(findings.some(({ detection }) => detection === 'scanner-fingerprint')).toBe(false);
    expect(heldBack).toMatchObject([{ by: 'tool', detection: 'scanner-fingerprint' }]);
  });
});

describe('with loss', () => {
  it('proves nothing where messages may have been lost', () => {
    expect(judged({ ...nmap, complete: false, incomplete: ['missed-bytes'] })).toBeNull();
    expect(judged({ ...nmap, midStream: true })).toBeNull();
  });
});
