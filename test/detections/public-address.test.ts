// Proves: an end outside the internal networks is said; assumed networks are called assumed and never critical.
import { describe, expect, it } from 'vitest';
import { judge } from '../../src/detections/judge.ts';
import { publicAddress } from '../../src/detections/public-address.ts';
import { withoutPolicy } from '../../src/policy/compile.ts';
import { association, policyOf, START, subject } from '../support/subject.ts';

const named = await policyOf('version: 1\nnetworks: { internal: [10.20.0.0/16, "2001:db8::/32"] }');
const fromOutside = association({ clientAddress: '198.51.100.7' });

describe('fires', () => {
  it('as critical when accepted and the policy names the networks', () => {
    expect(publicAddress.judge(subject(fromOutside), named)).toMatchObject({
      severity: 'critical',
      time: START,
      packet: { capture: 'capture-1', frame: 4 },
      key: ['198.51.100.7', '10.20.5.10:104'],
      summary:
        'DICOM association with an address outside the internal networks: CT01 (198.51.100.7) to ' +
        'ARCHIVE (10.20.5.10:104), accepted; outside: 198.51.100.7.',
      evidence: { outside: ['198.51.100.7'], accepted: true, internalAssumed: false },
    });
  });

  it('as high when rejected or not answered', () => {
    for (const accepted of [false, null]) {
      const given = association({ clientAddress: '198.51.100.7', accepted });
      expect(publicAddress.judge(subject(given), named)?.severity).toBe('high');
    }
  });

  it('as high, and says assumed, without a policy', () => {
    const opinion = publicAddress.judge(subject(fromOutside), withoutPolicy);
    expect(opinion?.severity).toBe('high');
    expect(opinion?.summary).toContain('assumed');
  });

  it('as high, and says assumed, with a policy that names no networks', async () => {
    expect(publicAddress.judge(subject(fromOutside), await policyOf('version: 1'))?.severity).toBe('high');
  });

  it('for a server outside, over TLS too, and for a private address the site does not have', () => {
    const server = association({ serverAddress: '2001:db9::1', tls: true });
    expect(publicAddress.judge(subject(server), named)?.key).toEqual(['2001:db9::1', '[2001:db9::1]:104']);
    expect(publicAddress.judge(subject(association({ clientAddress: '192.168.1.1' })), named)).not.toBeNull();
  });
});

describe('stays silent', () => {
  it.each([
    ['10.20.1.11', '10.20.5.10'],
    ['2001:db8::1', '2001:db8:ffff::2'],
    ['::ffff:10.20.1.11', '10.20.5.10'],
    ['169.254.3.4', '127.0.0.1'],
    ['fe80::1', '::1'],
  ])('between %s and %s under a policy', (clientAddress, serverAddress) => {
    expect(publicAddress.judge(subject(association({ clientAddress, serverAddress })), named)).toBeNull();
  });

  it.each([
    '10.255.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '100.64.0.1',
    '100.127.255.255',
    '169.254.1.1',
    '127.0.0.9',
    'fd00::1',
    'fe80::1',
    '::1',
  ])('for %s without a policy', (clientAddress) => {
    expect(publicAddress.judge(subject(association({ clientAddress })), withoutPolicy)).toBeNull();
  });

  it.each(['172.32.0.1', '100.128.0.1', '11.0.0.1', '192.169.0.1', '2001:db8::1'])(
    'but not for %s, one step outside',
    (clientAddress) => {
      expect(publicAddress.judge(subject(association({ clientAddress })), withoutPolicy)).not.toBeNull();
    },
  );
});

describe('with loss', () => {
  it('counts data under way as accepted, and says it is partial', () => {
    const joined = association({
      clientAddress: '198.51.100.7',
      midStream: true,
      accepted: null,
      callingAe: null,
      calledAe: null,
      complete: false,
      incomplete: ['mid-stream'],
    });
    const finding = judge(subject(joined), named).find(({ detection }) => detection === 'public-address');
    expect(finding).toMatchObject({ severity: 'critical', partial: true });
    expect(finding?.summary).toContain('198.51.100.7 to 10.20.5.10:104, under way');
  });
});
